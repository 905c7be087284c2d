"""Figures about opinions: what deputies passed on, and what voters call settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders
from deputies.enums import OpinionState
from deputies.models import Opinion


def _days(period: Period, field: str) -> dict[str, Any]:
    return {f"{field}__range": (period.start, period.end)}


def recorded(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Opinions the deputies passed on, by the day they were recorded; ``argument`` narrows to one way. One query."""
    rows = among(Opinion.objects.filter(**_days(period, "created_at__date")), "deputies", deputy_ids)
    if argument:
        rows = rows.filter(way=argument)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("deputies").annotate(count=Count("pk"))}


def settled(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Opinions of the area, and of areas in it, that voters told of the result in the period call settled. Two queries."""
    above = holders(area_ids)
    rows = Opinion.objects.filter(state=OpinionState.CLOSED, is_settled=True, **_days(period, "told_on"))
    found: dict[int, Decimal] = {}
    for path, count in rows.order_by().values_list("area__path").annotate(count=Count("pk")):
        for pk in above(path):
            found[pk] = found.get(pk, Decimal()) + count
    return found


def _records(**asked: str) -> str:
    return f"{reverse('deputies:opinions')}?{urlencode({name: value for name, value in asked.items() if value})}"


def register() -> None:
    figures.register(
        figures.Figure(
            "deputies.opinions",
            "反映的选民意见",
            "件",
            "deputy",
            recorded,
            lambda code, period, argument: _records(deputy=code, period=period.code, way=argument),
        )
    )
    figures.register(
        figures.Figure(
            "deputies.opinions_settled",
            "选民认为已解决的意见",
            "件",
            "area",
            settled,
            lambda code, period, argument: _records(area=code, told=period.code, settled="yes"),
        )
    )
