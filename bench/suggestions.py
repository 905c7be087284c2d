"""Lists of suggestions as the years go by: what is under way, with 100,000 closed ones of past years behind it against 1,000."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from bench.district import Scene, add_deputies, scene
from bench.harness import Figures, benchmark, undone
from bench.lists import client_of, load_time
from bench.similarity import titles
from congress.models import User
from deputies.models import Mandate
from suggestions.enums import HandlingRole, HandlingState, LimitKind, Occasion, Publicity, ReplyState, SuggestionState
from suggestions.models import Clock, Evaluation, Handling, Reply, ReplyClass, Suggestion

FEW = int(os.environ.get("BENCH_FEW", "1000"))
MANY = int(os.environ.get("BENCH_MANY", "100000"))  # smaller for a trial on a busy machine
OPEN = 150  # a session's worth that is under way
_BATCH = 5_000
_YEARS = 12


def _past(where: Scene, count: int) -> None:
    """Closed ones of a dozen years, each answered by the unit and judged."""
    author = where.office
    seats = list(Mandate.objects.filter(term=where.district.term).order_by("pk")[:100])
    answered = ReplyClass.objects.filter(code="A").order_by("pk")[0]
    words = titles(count)
    this_year = timezone.localdate().year
    for start in range(0, count, _BATCH):
        rows = Suggestion.objects.bulk_create(
            [
                Suggestion(
                    code=f"P{n:07d}",
                    congress=where.district.congress,
                    term=where.district.term,
                    occasion=Occasion.BETWEEN_SESSIONS,
                    old_number=str(n % 300),
                    title=words[n],
                    basis="村道破损，学生上学绕行，雨天积水，群众多次反映。" * 6,
                    request="由有关部门实地查看，列入年度计划，逐步修复。" * 6,
                    proposer=seats[n % len(seats)],
                    created_by=author,
                    state=SuggestionState.CLOSED,
                    submitted_at=timezone.now(),
                    accepted_on=_day(n, this_year),
                    assigned_on=_day(n, this_year),
                    replied_on=_day(n, this_year),
                    closed_on=_day(n, this_year),
                )
                for n in range(start, min(start + _BATCH, count))
            ]
        )
        handlings = Handling.objects.bulk_create(
            [
                Handling(
                    suggestion=row,
                    unit=where.district.unit,
                    role=HandlingRole.LEAD,
                    state=HandlingState.DONE,
                    assigned_on=row.accepted_on,
                    assigned_by=author,
                    done_on=row.accepted_on,
                )
                for row in rows
            ]
        )
        Clock.objects.bulk_create(
            Clock(
                suggestion_id=handling.suggestion_id,
                handling=handling,
                kind=LimitKind.ANSWER,
                state="stopped",
                starts_on=handling.assigned_on,
                limit="3m",
                due_on=handling.assigned_on + datetime.timedelta(days=90),
                stopped_on=handling.assigned_on,
            )
            for handling in handlings
        )
        replies = Reply.objects.bulk_create(
            [
                Reply(
                    handling=handling,
                    state=ReplyState.SENT,
                    text="已修复。",
                    reply_class=answered,
                    publicity=Publicity.FULL,
                    drafted_by=author,
                    sent_on=handling.done_on,
                )
                for handling in handlings
            ]
        )
        Evaluation.objects.bulk_create(
            Evaluation(reply=reply, mandate=row.proposer, attitude="satisfied", result="satisfied", entered_by=author)
            for reply, row in zip(replies, rows, strict=True)
        )


def _day(number: int, this_year: int) -> datetime.date:
    return datetime.date(this_year - 1 - number % _YEARS, number % 12 + 1, number % 28 + 1)


def _under_way(where: Scene) -> None:
    """What this year's session left in hand, with clocks that run."""
    seats = list(Mandate.objects.filter(term=where.district.term).order_by("pk")[:100])
    today = timezone.localdate()
    rows = Suggestion.objects.bulk_create(
        Suggestion(
            code=f"N{n:07d}",
            congress=where.district.congress,
            term=where.district.term,
            occasion=Occasion.BETWEEN_SESSIONS,
            number=n + 1,
            title=title,
            basis="村道破损。",
            request="修复。",
            proposer=seats[n % len(seats)],
            created_by=where.office,
            state=SuggestionState.IN_HAND,
            submitted_at=timezone.now(),
            accepted_on=today,
            assigned_on=today,
        )
        for n, title in enumerate(titles(OPEN))
    )
    handlings = Handling.objects.bulk_create(
        Handling(
            suggestion=row,
            unit=where.district.unit,
            role=HandlingRole.LEAD,
            state=HandlingState.IN_HAND,
            assigned_on=today,
            assigned_by=where.office,
        )
        for row in rows
    )
    Clock.objects.bulk_create(
        Clock(
            suggestion_id=handling.suggestion_id,
            handling=handling,
            kind=LimitKind.ANSWER,
            starts_on=today,
            limit="3m",
            due_on=today + datetime.timedelta(days=n % 100 - 10),
        )
        for n, handling in enumerate(handlings)
    )


def _pages(where: Scene) -> Iterator[tuple[str, User, str]]:
    """(what it is called, whose page, its address)."""
    people, here = where.people, reverse("suggestions:list")
    yield "the office's list", people.office, here
    yield "the office's list of all", people.office, f"{here}?state=all"
    yield "the office's late ones", people.office, f"{here}?due=late"
    yield "a unit's list", people.unit, here
    yield "the dispatcher's list", people.dispatcher, here
    yield "a deputy's list of her congress", people.deputy, f"{here}?state=all"
    yield "a unit's inbox", people.unit, reverse("suggestions:inbox")


def _against_fewer(name: str) -> Figures:
    where = scene()
    add_deputies(where, 200)
    _under_way(where)
    page = next((user, address) for label, user, address in _pages(where) if label == name)
    client = client_of(page[0])

    def loaded(count: int) -> float:
        with undone():
            _past(where, count)
            return load_time(client, page[1])

    while True:  # the few before and after the many, because making the many takes a minute, and machines have moods
        before, many, after = loaded(FEW), loaded(MANY), loaded(FEW)
        yield 2 * many / (before + after)


for _name in (
    "the office's list",
    "the office's list of all",
    "the office's late ones",
    "a unit's list",
    "a unit's inbox",
    "the dispatcher's list",
    "a deputy's list of her congress",
):
    benchmark(f"suggestions: {_name}, 100,000 of past years against 1,000", 1.3, times=1)(lambda name=_name: _against_fewer(name))
