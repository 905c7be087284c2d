"""How far a term's duty reports have come: which mandates have reported on site as often as the rules ask (述职覆盖率).

District and town mandates count; those of the city's deputies are the city's matter.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.enums import CongressLevel
from congress.figures import among
from congress.periods import Period
from congress.territory import holders
from deputies.enums import MandateStatus
from deputies.models import DutyReport, DutyReportMeeting, Mandate
from deputies.services.duty_reports import current_rule

LEVELS = (CongressLevel.DISTRICT, CongressLevel.TOWN)


@dataclass(frozen=True)
class Coverage:
    """Mandates in office, and those of them that have reported."""

    total: int = 0
    covered: int = 0

    @property
    def left(self) -> int:
        return self.total - self.covered

    @property
    def share(self) -> Decimal:
        """From 0 to 1; 0 where nobody is in office."""
        return Decimal(self.covered) / self.total if self.total else Decimal(0)


def mandates_on(day: datetime.date) -> QuerySet[Any]:
    """District and town mandates in force on that day, with ``reports_held`` on site until then and the ``last_report`` of them.

    A deputy of two levels reports once for both: it counts for each mandate that had begun.
    """
    on_site = _on_site(day)
    return asked_on(day).annotate(
        reports_held=Count(_REPORTS, filter=on_site, distinct=True), last_report=Max(f"{_REPORTS}__meeting__held_on", filter=on_site)
    )


def asked_on(day: datetime.date) -> QuerySet[Any]:
    """The same mandates without their numbers."""
    still = Q(status=MandateStatus.ACTIVE) | Q(status=MandateStatus.ENDED, ends_on__gt=day)
    return Mandate.objects.filter(still, starts_on__lte=day, term__congress__level__in=LEVELS)


def reported_by(day: datetime.date) -> QuerySet[Any]:
    """Those of them that have reported often enough. Reads the reports, of which there are few, and not all mandates."""
    counted = asked_on(day).filter(_on_site(day)).annotate(count=Count(_REPORTS, distinct=True))
    return counted.filter(count__gte=current_rule().least_per_term)


_REPORTS = "deputy__mandates__duty_reports"


def _on_site(day: datetime.date) -> Q:
    held_on = f"{_REPORTS}__meeting__held_on"
    return Q(**{f"{_REPORTS}__is_on_site": True, f"{held_on}__lte": day, f"{held_on}__gte": F("starts_on")})


def covered(rows: QuerySet[Any], is_covered: bool = True) -> QuerySet[Any]:
    """Of ``mandates_on`` those that have reported often enough, or those that have not."""
    least = current_rule().least_per_term
    return rows.filter(reports_held__gte=least) if is_covered else rows.filter(reports_held__lt=least)


def by_area(area_ids: Iterable[int], day: datetime.date) -> dict[int, Coverage]:
    """Each area's own mandates and those of the areas within it. Three queries."""
    ids = list(area_ids)
    above = holders(ids)
    least = current_rule().least_per_term
    counted: dict[int, list[int]] = {pk: [0, 0] for pk in ids}
    for path, held in mandates_on(day).order_by().values_list("area__path", "reports_held"):
        for pk in above(path):
            counted[pk][0] += 1
            counted[pk][1] += held >= least
    return {pk: Coverage(*numbers) for pk, numbers in counted.items()}


# ---- figures


def share_of_areas(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The share, 0 to 1, of mandates in force on the period's last day that had reported by then. Three queries."""
    return {pk: coverage.share for pk, coverage in by_area(area_ids, period.end).items() if coverage.covered}


def reports_of(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Meetings of the period at which the deputy reported on site, for whichever of her mandates. One query."""
    rows = _held_by(deputy_ids, period).order_by().values_list("mandate__deputy").annotate(Count("meeting", distinct=True))
    return {pk: Decimal(count) for pk, count in rows}


def report_days(deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Mapping[str, Mapping[int, Sequence[datetime.date]]]:
    """The day of each meeting that ``reports_of`` counts. One query."""
    rows = _held_by(deputy_ids, period).order_by().values_list("mandate__deputy", "meeting", "meeting__held_on").distinct()
    found: dict[int, list[datetime.date]] = {}
    for deputy, _, day in rows:
        if day is not None:
            found.setdefault(deputy, []).append(day)
    return dict.fromkeys(arguments, found)


def _held_by(deputy_ids: Iterable[int], period: Period) -> QuerySet[DutyReport]:
    held = DutyReport.objects.filter(is_on_site=True, meeting__held_on__range=(period.start, period.end))
    return among(held, "mandate__deputy", deputy_ids)


def meetings_in(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Meetings of the period in the area, or in an area within it, at which somebody reported on site. Two queries."""
    return {pk: Decimal(len(days)) for pk, days in meeting_days(area_ids, period, [""])[""].items()}


def meeting_days(area_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Mapping[str, Mapping[int, Sequence[datetime.date]]]:
    """The day of each meeting that ``meetings_in`` counts. Two queries."""
    above = holders(area_ids)
    on_site = DutyReport.objects.filter(meeting=OuterRef("pk"), is_on_site=True)
    held = DutyReportMeeting.objects.filter(Exists(on_site), held_on__gte=period.start, held_on__lte=period.end)
    found: dict[int, list[datetime.date]] = {}
    for path, day in held.order_by().values_list("electoral_district__area__path", "held_on"):
        for pk in above(path):
            if day is not None:
                found.setdefault(pk, []).append(day)
    return dict.fromkeys(arguments, found)


def _area_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('deputies:duty_deputies')}?{urlencode({'area': code, 'covered': 'yes', 'on': str(period.end)})}"


def _deputy_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('deputies:duty_reports')}?{urlencode({'deputy': code, 'year': period.code, 'coverage': 'counted'})}"


def _meeting_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('deputies:duty_reports')}?{urlencode({'area': code, 'year': period.code, 'coverage': 'counted'})}"


def register() -> None:
    figures.register(figures.Figure("deputies.duty_reports", "届内述职覆盖率", "", "area", share_of_areas, _area_records))
    figures.register(figures.Figure("deputies.duty_reports_of", "向选民述职", "次", "deputy", reports_of, _deputy_records, report_days))
    figures.register(figures.Figure("deputies.duty_meetings", "代表述职会", "次", "area", meetings_in, _meeting_records, meeting_days))
