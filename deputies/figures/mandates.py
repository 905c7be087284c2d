"""Figures about the register: who serves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.periods import Period
from congress.territory import holders
from deputies.enums import MandateStatus
from deputies.models import Mandate


def in_force(day: datetime.date, level: str = "") -> QuerySet[Any]:
    """Mandates in force on that day, of one level of congress or of all."""
    still = Q(status=MandateStatus.ACTIVE) | Q(status=MandateStatus.ENDED, ends_on__gt=day)
    rows = Mandate.objects.filter(still, starts_on__lte=day)
    return rows.filter(term__congress__level=level) if level else rows


def people(area_ids: Iterable[int], day: datetime.date, level: str = "") -> dict[int, set[int]]:
    """The deputies with a mandate in force on that day in each area, or in an area within it, by their keys. Two queries."""
    above = holders(area_ids)
    found: dict[int, set[int]] = {}
    for path, deputy in in_force(day, level).order_by().values_list("area__path", "deputy").distinct():
        for pk in above(path):
            found.setdefault(pk, set()).add(deputy)
    return found


def serving(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Deputies with a mandate in the area, or in an area within it, in force on the period's last day. Two queries.

    A deputy with mandates of several levels counts once. ``argument`` narrows to one level of congress.
    """
    return {pk: Decimal(len(found)) for pk, found in people(area_ids, period.end, argument).items()}


def _records(code: str, period: Period, argument: str) -> str:
    asked = {"area": code, "status": MandateStatus.ACTIVE.value, "level": argument}
    return f"{reverse('deputies:list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def register() -> None:
    figures.register(figures.Figure("deputies.serving", "在任代表", "名", "area", serving, _records))
