"""How units handle what they are given: in time, in touch, to the deputies' satisfaction, and to a result.

"Answered" is not "done": 满意率 stands beside 办成率 (what the class of the last reply says of the matter) and 落实率 (promises
kept of those that fell due). A judgement that a deputy did not give is in none of the rates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import Avg, Count, Exists, OuterRef, Q
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders
from suggestions.enums import CommitmentState
from suggestions.figures import counting
from suggestions.models import Commitment, SpotCheck
from suggestions.querysets import verdicts
from suggestions.querysets.verdicts import first_replies

Shares = Mapping[int, Decimal]


def answered(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """How many the unit answered: the size of the sample beside every rate. One query."""
    rows = among(first_replies(period), counting.UNIT, unit_ids).values_list("handling__unit")
    return {pk: Decimal(count) for pk, count in rows.annotate(count=Count(verdicts.SUGGESTION, distinct=True))}


def timeliness(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The share answered on or before the clock's last day, extensions included. One query."""
    return counting.rates(first_replies(period), counting.UNIT, unit_ids, verdicts.timely().bad)


def consultation_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The share for which the unit talked with a deputy before it answered. One query."""
    return counting.rates(first_replies(period), counting.UNIT, unit_ids, verdicts.consulted().bad)


def satisfaction(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """Of the period's first replies that a deputy judged, the share of those with whose result no deputy is 不满意; with the
    argument "attitude", with the attitude. One query.
    """
    verdict = verdicts.satisfied("attitude" if argument == "attitude" else "result")
    return counting.rates(first_replies(period), counting.UNIT, unit_ids, verdict.bad, verdict.counted)


def settlement_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """办成率: the share whose latest reply says that the matter is settled. One query."""
    return counting.rates(verdicts.with_settlement(first_replies(period)), counting.UNIT, unit_ids, verdicts.settled().bad)


def settled_in_areas(area_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """办成率 of what deputies of the area, and of areas in it, proposed and had answered in the period. Two queries."""
    above = holders(area_ids)
    totals: dict[int, counting.Share] = {}
    for path, counts in counting.answers(period, counting.PLACE).items():
        for pk in above(path):
            totals[pk] = totals.get(pk, counting.Share()) + counts.settled
    return {pk: share.rate for pk, share in totals.items() if share.rate is not None}


def fulfilment_rate(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """落实率: the share of the unit's promises due in the period that the deputies call kept. One query."""
    rows = Commitment.objects.filter(due_on__range=(period.start, period.end))
    return counting.rates(rows, f"reply__{counting.UNIT}", unit_ids, ~Q(state=CommitmentState.KEPT), what="pk")


def quality(unit_ids: Iterable[int], period: Period, argument: str = "") -> Shares:
    """The mean of the spot checks of the period's replies, 0 to 1. One query."""
    first = first_replies(period).order_by().filter(pk=OuterRef("reply"))
    rows = among(SpotCheck.objects.filter(Exists(first)), f"reply__{counting.UNIT}", unit_ids)
    means = rows.order_by().values_list("reply__handling__unit").annotate(mean=Avg("score"))
    return {pk: Decimal(str(mean)) / 100 for pk, mean in means}


def suggestions_address(**asked: str) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def commitments_address(**asked: str) -> str:
    return f"{reverse('suggestions:commitments')}?{urlencode({name: value for name, value in asked.items() if value})}"


def _list(**more: str) -> Callable[[str, Period, str], str]:
    return lambda code, period, argument: suggestions_address(unit=code, answered=period.code, **more)


def _area_list(code: str, period: Period, argument: str) -> str:
    return suggestions_address(area=code, answered=period.code, settled="yes")


def _promises(code: str, period: Period, argument: str) -> str:
    return commitments_address(unit=code, due=period.code, state=CommitmentState.KEPT.value)


def register() -> None:
    for key, label, unit, counts, records in (
        ("suggestions.answered", "答复建议", "件", answered, _list()),
        ("suggestions.timeliness", "按期答复率", "", timeliness, _list(timely="yes")),
        ("suggestions.consultation_rate", "面商率", "", consultation_rate, _list(consulted="yes")),
        ("suggestions.satisfaction", "满意率", "", satisfaction, _list(satisfied="yes")),
        ("suggestions.settlement_rate", "办成率", "", settlement_rate, _list(settled="yes")),
        ("suggestions.fulfilment_rate", "落实率", "", fulfilment_rate, _promises),
        ("suggestions.quality", "答复质量", "", quality, _list(checked="yes")),
    ):
        figures.register(figures.Figure(key, label, unit, "unit", counts, records))
    figures.register(figures.Figure("suggestions.settled", "建议办成率", "", "area", settled_in_areas, _area_list))
