"""How units handle what they are given: in time, in touch, to the deputies' satisfaction, and to a result.

"Answered" is not "done": 满意率 stands beside 办成率 (what the class of the last reply says of the matter) and 落实率 (promises
kept of those that fell due). A judgement that a deputy did not give is in none of the rates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Avg, Count, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.periods import Period
from congress.territory import holders
from suggestions.enums import ANSWERING, CommitmentState, Grade, LimitKind, ReplyState, Settlement
from suggestions.models import Clock, Commitment, Consultation, Evaluation, Reply, SpotCheck

Shares = Mapping[int, Decimal]
_ANSWER_KINDS = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE)


def _replies(period: Period) -> QuerySet[Reply]:
    """First replies sent in the period; later rounds are about the same matter."""
    return Reply.objects.filter(state=ReplyState.SENT, round=1, sent_on__range=(period.start, period.end), handling__role__in=ANSWERING)


def _shares(rows: QuerySet[Any], subject: str, ids: Iterable[int], good: Q) -> Shares:
    counted = (
        rows.filter(**{f"{subject}__in": list(ids)})
        .order_by()
        .values_list(subject)
        .annotate(total=Count("pk", distinct=True), good=Count("pk", filter=good, distinct=True))
    )
    return {pk: Decimal(good) / total for pk, total, good in counted}


def answered(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """How many the unit answered: the size of the sample beside every rate. One query."""
    rows = _replies(period).filter(handling__unit__in=list(unit_ids)).order_by().values_list("handling__unit").annotate(count=Count("pk"))
    return {pk: Decimal(count) for pk, count in rows}


def timeliness(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The share answered on or before the clock's last day, extensions included. One query."""
    late = Clock.objects.filter(handling=OuterRef("handling"), kind__in=_ANSWER_KINDS, round=OuterRef("round"), stopped_on__gt=F("due_on"))
    return _shares(_replies(period).annotate(is_late=Exists(late)), "handling__unit", unit_ids, Q(is_late=False))


def consultation_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The share for which the unit talked with a deputy before it answered. One query."""
    talked = Consultation.objects.filter(handling=OuterRef("handling"), on__lte=OuterRef("sent_on"))
    return _shares(_replies(period).annotate(has_talked=Exists(talked)), "handling__unit", unit_ids, Q(has_talked=True))


def satisfaction(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The share of judgements on the result, given on first replies of the period, that are not 不满意; of the attitude with
    the argument "attitude". One query."""
    field = "attitude" if argument == "attitude" else "result"
    rows = Evaluation.objects.filter(reply__in=_replies(period).values("pk"))
    return _shares(rows, "reply__handling__unit", unit_ids, ~Q(**{field: Grade.NOT_SATISFIED}))


def settlement_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """办成率: the share whose latest reply says that the matter is settled. One query."""
    return _shares(_with_settlement(period), "handling__unit", unit_ids, Q(settlement=Settlement.SETTLED))


def settled_in_areas(area_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """办成率 of what deputies of the area, and of areas in it, proposed and had answered in the period. Two queries."""
    above = holders(area_ids)
    rows = (
        _with_settlement(period)
        .order_by()
        .values_list("handling__suggestion__proposer__area__path", "settlement")
        .annotate(count=Count("pk"))
    )
    totals: dict[int, list[int]] = {}
    for path, settlement, count in rows:
        for pk in above(path):
            counted = totals.setdefault(pk, [0, 0])
            counted[0] += count
            counted[1] += count if settlement == Settlement.SETTLED else 0
    return {pk: Decimal(good) / total for pk, (total, good) in totals.items()}


def fulfilment_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """落实率: the share of the unit's promises due in the period that the deputies call kept. One query."""
    rows = Commitment.objects.filter(due_on__range=(period.start, period.end))
    return _shares(rows, "reply__handling__unit", unit_ids, Q(state=CommitmentState.KEPT))


def quality(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The mean of the spot checks of the period's replies, 0 to 1. One query."""
    rows = SpotCheck.objects.filter(reply__in=_replies(period).values("pk"), reply__handling__unit__in=list(unit_ids))
    means = rows.order_by().values_list("reply__handling__unit").annotate(mean=Avg("score"))
    return {pk: Decimal(str(mean)) / 100 for pk, mean in means}


def _with_settlement(period: Period) -> QuerySet[Any]:
    last = Reply.objects.filter(handling=OuterRef("handling"), state=ReplyState.SENT).order_by("-round")
    return _replies(period).annotate(settlement=Subquery(last.values("reply_class__settlement")[:1]))


def _list(**more: str) -> Callable[[str, Period, str], str]:
    return lambda code, period, argument: f"{reverse('suggestions:list')}?{urlencode({'unit': code, 'answered': period.code, **more})}"


def _area_list(code: str, period: Period, argument: str) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({'area': code, 'answered': period.code, 'settlement': Settlement.SETTLED.value})}"


def _promises(code: str, period: Period, argument: str) -> str:
    return f"{reverse('suggestions:commitments')}?{urlencode({'unit': code, 'due': period.code, 'state': CommitmentState.KEPT.value})}"


def register() -> None:
    for key, label, unit, counts, records in (
        ("suggestions.answered", "答复建议", "件", answered, _list()),
        ("suggestions.timeliness", "按期答复率", "", timeliness, _list(timely="yes")),
        ("suggestions.consultation_rate", "面商率", "", consultation_rate, _list(consulted="yes")),
        ("suggestions.satisfaction", "满意率", "", satisfaction, _list(satisfied="yes")),
        ("suggestions.settlement_rate", "办成率", "", settlement_rate, _list(settlement=Settlement.SETTLED.value)),
        ("suggestions.fulfilment_rate", "落实率", "", fulfilment_rate, _promises),
        ("suggestions.quality", "答复质量", "", quality, _list(checked="yes")),
    ):
        figures.register(figures.Figure(key, label, unit, "unit", counts, records))
    figures.register(figures.Figure("suggestions.settled", "建议办成率", "", "area", settled_in_areas, _area_list))
