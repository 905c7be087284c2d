"""Figures about honours and deeds (表彰奖励、先进事迹)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from deputies.enums import DeedState
from deputies.models import Deed, Honour


def honours(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Honours received, by the day they were awarded; ``argument`` narrows to one level, such as 区级. One query."""
    rows = among(Honour.objects.filter(on__range=(period.start, period.end)), "deputy", deputy_ids)
    if argument:
        rows = rows.filter(level=argument)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("deputy").annotate(Count("pk"))}


def deeds(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Deeds the office has approved, by the day they were done. One query."""
    rows = among(Deed.objects.filter(on__range=(period.start, period.end), state=DeedState.APPROVED), "deputy", deputy_ids)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("deputy").annotate(Count("pk"))}


def _records(name: str, **fixed: str) -> Callable[[str, Period, str], str]:
    """The list ``name`` of a deputy's records in the period; a figure's argument is the level."""

    def address(code: str, period: Period, argument: str) -> str:
        asked = {"deputy": code, "period": period.code, "level": argument, **fixed}
        return f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value})}"

    return address


def register() -> None:
    figures.register(
        figures.Figure("deputies.deeds", "先进事迹", "件", "deputy", deeds, _records("deputies:deeds", state=DeedState.APPROVED.value))
    )
    figures.register(figures.Figure("deputies.honours", "表彰奖励", "项", "deputy", honours, _records("deputies:honours")))
