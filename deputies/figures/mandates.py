"""Figures about the register: who serves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.periods import Period
from congress.territory import holders
from deputies.enums import MandateStatus
from deputies.models import Mandate


def serving(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Deputies with a mandate in the area, or in an area within it, in force on the period's last day. Two queries.

    A deputy with mandates of several levels counts once. ``argument`` narrows to one level of congress.
    """
    above = holders(area_ids)
    still = Q(status=MandateStatus.ACTIVE) | Q(status=MandateStatus.ENDED, ends_on__gt=period.end)
    mandates = Mandate.objects.filter(still, starts_on__lte=period.end)
    if argument:
        mandates = mandates.filter(term__congress__level=argument)
    people: dict[int, set[int]] = {}
    for path, deputy in mandates.order_by().values_list("area__path", "deputy").distinct():
        for pk in above(path):
            people.setdefault(pk, set()).add(deputy)
    return {pk: Decimal(len(found)) for pk, found in people.items()}


def _records(code: str, period: Period, argument: str) -> str:
    asked = {"area": code, "status": MandateStatus.ACTIVE.value, "level": argument}
    return f"{reverse('deputies:list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def register() -> None:
    figures.register(figures.Figure("deputies.serving", "在任代表", "名", "area", serving, _records))
