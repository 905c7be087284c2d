"""Figures about reception days. Only held ones count, by their day."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from activities.enums import ReceptionState
from activities.models import ReceptionDay, ReceptionDuty
from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders

Days = Mapping[str, Mapping[int, Sequence[datetime.date]]]


def receptions(platform_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Reception days held at the platform (score item 按期接待选民). One query."""
    rows = among(ReceptionDay.objects.held().within(period), "platform", platform_ids)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("platform").annotate(Count("pk"))}


def reception_days(platform_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Days:
    """The days that ``receptions`` counts. One query."""
    rows = among(ReceptionDay.objects.held().within(period), "platform", platform_ids)
    return _by(arguments, rows.order_by().values_list("platform", "on"))


def duties(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """How often a deputy was present at a reception. One query."""
    rows = among(ReceptionDuty.objects.present().filter(day__on__range=(period.start, period.end)), "deputy", deputy_ids)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("deputy").annotate(Count("pk"))}


def duty_days(deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Days:
    """The days that ``duties`` counts. One query."""
    rows = among(ReceptionDuty.objects.present().filter(day__on__range=(period.start, period.end)), "deputy", deputy_ids)
    return _by(arguments, rows.order_by().values_list("deputy", "day__on"))


def held(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Reception days held in the area, at whichever of its platforms. Two queries."""
    above = holders(area_ids)
    found: dict[int, Decimal] = {}
    rows = ReceptionDay.objects.held().within(period).order_by().values_list("platform__area__path").annotate(Count("pk"))
    for path, count in rows:
        for pk in above(path):
            found[pk] = found.get(pk, Decimal(0)) + count
    return found


def _by(arguments: Sequence[str], rows: Iterable[tuple[int, datetime.date]]) -> Days:
    found: dict[int, list[datetime.date]] = {}
    for pk, on in rows:
        found.setdefault(pk, []).append(on)
    return dict.fromkeys(arguments, found)


def _records(name: str, **more: str) -> Callable[[str, Period, str], str]:
    """The list that proves a figure about what ``name`` filters by."""

    def address(code: str, period: Period, argument: str) -> str:
        asked = {name: code, "period": period.code, "state": ReceptionState.HELD.value, **more}
        return f"{reverse('activities:receptions')}?{urlencode(asked)}"

    return address


def register() -> None:
    """Called once, when the app is ready."""
    for figure in (
        figures.Figure("activities.receptions", "接待选民日", "次", "platform", receptions, _records("platform"), reception_days),
        figures.Figure("activities.reception_duties", "接待选民值班", "次", "deputy", duties, _records("deputy", present="1"), duty_days),
        figures.Figure("activities.receptions_held", "开展接待选民日", "次", "area", held, _records("area")),
    ):
        figures.register(figure)
