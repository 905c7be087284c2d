"""What a congress's year of suggestions came to, by the definitions of the units' figures: for the yearly report (代表法 art. 51).

A rate without a record to count is None, never 0.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from congress.models import Congress
from congress.periods import Period
from suggestions.enums import OVER, WITH_UNITS, Occasion, SuggestionKind, SuggestionState
from suggestions.figures import counting
from suggestions.models import Commitment, Evaluation, Reply, Suggestion
from suggestions.querysets import verdicts

Counts = Mapping[str, int]
UNSORTED = "未分类"
_CONGRESS = "handling__suggestion__congress"


@dataclass(frozen=True)
class Rate:
    """A share with what it is counted from."""

    good: int
    total: int

    @classmethod
    def of(cls, found: counting.Share) -> Rate:
        return cls(found.good, found.total)

    @property
    def share(self) -> Decimal | None:
        return Decimal(self.good) / self.total if self.total else None


@dataclass(frozen=True)
class Year:
    """``proposed`` by kind, occasion and state of what was accepted in the year; rates of what was first answered in it."""

    proposed: Counts
    rates: Mapping[str, Rate]  # timeliness, consultation, satisfaction, settlement, fulfilment
    classes: Mapping[str, tuple[str, int]]  # of the latest replies: code → (meaning, count)
    results: Counts  # judgements on the result, by grade
    attitudes: Counts
    unjudged: int  # answered without any judgement of the leading deputy's
    promises: Counts  # due in the year, by state


def of(congress: Congress, period: Period) -> Year:
    """Eight queries."""
    replies = verdicts.first_replies(period).filter(handling__suggestion__congress=congress)
    counted = counting.both(period, _CONGRESS).get(congress.pk, counting.Counts())
    judged = Evaluation.objects.filter(reply=OuterRef("pk"))
    unjudged = replies.filter(~Exists(judged), handling__suggestion__for_reference=False)
    evaluations = Evaluation.objects.filter(reply__in=replies.values("pk"))
    due = Commitment.objects.filter(due_on__range=(period.start, period.end), reply__handling__suggestion__congress=congress)
    return Year(
        proposed=_proposed(Suggestion.objects.filter(congress=congress).within(period)),
        rates={
            "timeliness": Rate.of(counted.timely),
            "consultation": Rate.of(counted.consulted),
            "satisfaction": Rate.of(counted.satisfied),
            "settlement": Rate.of(counted.settled),
            "fulfilment": Rate.of(counted.kept),
        },
        classes=_classes(replies),
        results=_graded(evaluations, "result"),
        attitudes=_graded(evaluations, "attitude"),
        unjudged=unjudged.values(verdicts.SUGGESTION).distinct().count(),
        promises=dict(due.order_by().values_list("state").annotate(Count("pk"))),
    )


def by_category(congress: Congress, period: Period) -> list[tuple[str, int, Rate, Rate]]:
    """Name, how many were accepted, 满意率 and 办成率 of what was answered; the most numerous first. Two queries."""
    accepted = Suggestion.objects.filter(congress=congress).within(period).exclude(state=SuggestionState.WITHDRAWN).order_by()
    counts = dict(accepted.values_list("category__name").annotate(Count("pk")))
    satisfied = verdicts.satisfied()
    rows = verdicts.with_settlement(verdicts.first_replies(period).filter(handling__suggestion__congress=congress))
    marks = {"judged": Q(is_judged=True), "refused": Q(is_refused=True), "unsettled": verdicts.settled().bad}
    answered = {
        row["name"]: row
        for row in rows.annotate(is_judged=satisfied.counted, is_refused=satisfied.bad)
        .values(name=F("handling__suggestion__category__name"))
        .annotate(
            total=Count(verdicts.SUGGESTION, distinct=True),
            **{name: Count(verdicts.SUGGESTION, filter=mark, distinct=True) for name, mark in marks.items()},
        )
    }
    nothing = {"total": 0, "judged": 0, "refused": 0, "unsettled": 0}
    found = []
    for name in {*counts, *answered}:
        row = answered.get(name, nothing)
        content, settled = Rate(row["judged"] - row["refused"], row["judged"]), Rate(row["total"] - row["unsettled"], row["total"])
        found.append((name or UNSORTED, counts.get(name, 0), content, settled))
    return sorted(found, key=lambda row: (-row[1], row[0]))


def history(congress: Congress, years: Iterable[int]) -> list[tuple[int, Rate, Rate]]:
    """满意率 and 办成率 of several years. One query a year."""
    found = []
    for year in years:
        counted = counting.answers(Period.year(year), _CONGRESS).get(congress.pk, counting.Counts())
        found.append((year, Rate.of(counted.satisfied), Rate.of(counted.settled)))
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


def _classes(replies: QuerySet[Reply]) -> dict[str, tuple[str, int]]:
    """Of each first reply, the class of the latest reply of its part."""
    told: dict[int, tuple[str, str]] = {}
    rows = Reply.objects.sent().filter(handling__in=replies.values("handling")).order_by("handling", "round")
    for handling, code, meaning in rows.values_list("handling", "reply_class__code", "reply_class__meaning"):
        told[handling] = (code, meaning)
    found: dict[str, tuple[str, int]] = {}
    for code, meaning in told.values():
        found[code] = (meaning, found.get(code, ("", 0))[1] + 1)
    return dict(sorted(found.items()))


def _graded(rows: QuerySet[Evaluation], field: str) -> Counts:
    return dict(rows.order_by().values_list(field).annotate(Count("pk")))
