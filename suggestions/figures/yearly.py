"""What a congress's year of suggestions came to, by the definitions of the units' figures: for the yearly report (代表法 art. 51).

A rate without a record to count is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from congress.models import Congress
from congress.periods import Period
from suggestions.enums import OVER, WITH_UNITS, CommitmentState, Grade, Occasion, Settlement, SuggestionKind, SuggestionState
from suggestions.figures.units import _ANSWER_KINDS, _replies, _with_settlement
from suggestions.models import Clock, Commitment, Consultation, Evaluation, Reply, Suggestion

Counts = Mapping[str, int]
UNSORTED = "未分类"


@dataclass(frozen=True)
class Rate:
    """A share with what it is counted from."""

    good: int
    total: int

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.good) / self.total if self.total else None


@dataclass(frozen=True)
class Year:
    """``proposed`` by kind, occasion and state of what was accepted in the year; rates of what was first answered in it."""

    proposed: Counts
    rates: Mapping[str, Rate]  # timeliness, consultation, satisfaction, attitude, settlement, fulfilment
    classes: Mapping[str, tuple[str, int]]  # of the latest replies: code → (meaning, count)
    results: Counts  # judgements on the result, by grade
    attitudes: Counts
    unjudged: int  # answered without any judgement of the leading deputy's
    promises: Counts  # due in the year, by state


def of(congress: Congress, period: Period) -> Year:
    """Eight queries."""
    replies = _replies(period).filter(handling__suggestion__congress=congress)
    late = Clock.objects.filter(handling=OuterRef("handling"), kind__in=_ANSWER_KINDS, round=OuterRef("round"), stopped_on__gt=F("due_on"))
    talked = Consultation.objects.filter(handling=OuterRef("handling"), on__lte=OuterRef("sent_on"))
    judged = Evaluation.objects.filter(reply=OuterRef("pk"))
    counted = replies.aggregate(
        total=Count("pk"),
        timely=Count("pk", filter=~Exists(late)),
        talked=Count("pk", filter=Exists(talked)),
        unjudged=Count("pk", filter=~Exists(judged) & Q(handling__suggestion__for_reference=False)),
    )
    settled = _settled(congress, period)
    evaluations = Evaluation.objects.filter(reply__in=replies.values("pk"))
    results, attitudes = _graded(evaluations, "result"), _graded(evaluations, "attitude")
    promises = dict(
        Commitment.objects.filter(due_on__range=(period.start, period.end), reply__handling__suggestion__congress=congress)
        .order_by()
        .values_list("state")
        .annotate(Count("pk"))
    )
    return Year(
        proposed=_proposed(Suggestion.objects.filter(congress=congress).within(period)),
        rates={
            "timeliness": Rate(counted["timely"], counted["total"]),
            "consultation": Rate(counted["talked"], counted["total"]),
            "satisfaction": _content(results),
            "attitude": _content(attitudes),
            "settlement": Rate(settled.get(Settlement.SETTLED, 0), sum(settled.values())),
            "fulfilment": Rate(promises.get(CommitmentState.KEPT, 0), sum(promises.values())),
        },
        classes=_classes(congress, period),
        results=results,
        attitudes=attitudes,
        unjudged=counted["unjudged"],
        promises=promises,
    )


def by_category(congress: Congress, period: Period) -> list[tuple[str, int, Rate, Rate]]:
    """Name, how many were accepted, 满意率 and 办成率 of what was answered; the most numerous first. Three queries."""
    names = "handling__suggestion__category__name"
    accepted = Suggestion.objects.filter(congress=congress).within(period).exclude(state=SuggestionState.WITHDRAWN).order_by()
    counts = dict(accepted.values_list("category__name").annotate(Count("pk")))
    replies = _replies(period).filter(handling__suggestion__congress=congress)
    settled: dict[str | None, list[int]] = {}
    for name, settlement, count in (
        _with_settlement(period)
        .filter(handling__suggestion__congress=congress)
        .order_by()
        .values_list(names, "settlement")
        .annotate(count=Count("pk"))
    ):
        held = settled.setdefault(name, [0, 0])
        held[0] += count if settlement == Settlement.SETTLED else 0
        held[1] += count
    judged = {
        name: Rate(good, total)
        for name, total, good in Evaluation.objects.filter(reply__in=replies.values("pk"))
        .order_by()
        .values_list(f"reply__{names}")
        .annotate(total=Count("pk"), good=Count("pk", filter=~Q(result=Grade.NOT_SATISFIED)))
    }
    found = [
        (name or UNSORTED, counts.get(name, 0), judged.get(name, Rate(0, 0)), Rate(*settled.get(name, [0, 0])))
        for name in {*counts, *settled, *judged}
    ]
    return sorted(found, key=lambda row: (-row[1], row[0]))


def history(congress: Congress, years: Iterable[int]) -> list[tuple[int, Rate, Rate]]:
    """满意率 and 办成率 of several years. Two queries a year."""
    found = []
    for year in years:
        period = Period.year(year)
        replies = _replies(period).filter(handling__suggestion__congress=congress)
        settled = _settled(congress, period)
        found.append(
            (
                year,
                _content(_graded(Evaluation.objects.filter(reply__in=replies.values("pk")), "result")),
                Rate(settled.get(Settlement.SETTLED, 0), sum(settled.values())),
            )
        )
    return found


def _proposed(rows: QuerySet[Suggestion]) -> Counts:
    held = rows.exclude(state=SuggestionState.WITHDRAWN)
    found = held.order_by().aggregate(
        all=Count("pk"),
        bills=Count("pk", filter=Q(kind=SuggestionKind.BILL)),
        in_session=Count("pk", filter=Q(occasion=Occasion.IN_SESSION)),
        assigned=Count("pk", filter=Q(assigned_on__isnull=False)),
        answered=Count("pk", filter=Q(replied_on__isnull=False)),
        closed=Count("pk", filter=Q(state=SuggestionState.CLOSED)),
        in_hand=Count("pk", filter=Q(state__in=WITH_UNITS)),
        open=Count("pk", filter=~Q(state__in=OVER)),
    )
    return {**found, "withdrawn": rows.filter(state=SuggestionState.WITHDRAWN).count()}


def _settled(congress: Congress, period: Period) -> dict[str, int]:
    rows = _with_settlement(period).filter(handling__suggestion__congress=congress).order_by()
    return dict(rows.values_list("settlement").annotate(Count("pk")))


def _classes(congress: Congress, period: Period) -> dict[str, tuple[str, int]]:
    """Of each first reply of the period, the class of the latest reply of its part."""
    told: dict[int, Any] = {}
    first = _replies(period).filter(handling__suggestion__congress=congress).order_by().values("handling")
    for handling, code, meaning in (
        Reply.objects.sent()
        .filter(handling__in=first)
        .order_by("handling", "round")
        .values_list("handling", "reply_class__code", "reply_class__meaning")
    ):
        told[handling] = (code, meaning)
    found: dict[str, tuple[str, int]] = {}
    for code, meaning in told.values():
        found[code] = (meaning, found.get(code, ("", 0))[1] + 1)
    return dict(sorted(found.items()))


def _graded(rows: QuerySet[Evaluation], field: str) -> Counts:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))


def _content(grades: Counts) -> Rate:
    total = sum(grades.values())
    return Rate(total - grades.get(Grade.NOT_SATISFIED, 0), total)
