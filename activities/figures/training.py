"""How far training has come: hours per deputy, whom a period has reached, each town's share, each batch's progress.

Trained (参训) is who was present at a training that took place. Hours are those of the trainings she was present at and of the
materials she has read, or whose test she passed.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Count, Max, Q, Sum
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.enums import TOOK_PLACE, ActivityState, ParticipationState
from activities.models import Activity, Participation, Reading, TrainingBatch
from activities.querysets.training import attended
from congress import figures
from congress.figures import among
from congress.periods import Period
from deputies.figures.mandates import people

_TO_COME = (ActivityState.PLANNED, ActivityState.ANNOUNCED)
_SHORT = ("month", "quarter", "half")


def hours(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Hours (学时) of each deputy in the period. Two queries."""
    ids = list(deputy_ids)
    present = among(attended(period), "deputy", ids).order_by().values_list("deputy").annotate(Sum("activity__hours"))
    found = dict(present)
    for pk, number in _hours_of_reading(ids, period).items():
        found[pk] = found.get(pk, Decimal(0)) + number
    return {pk: number for pk, number in found.items() if number}


def trained(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """1 for each deputy who was present at a training of the period. One query."""
    rows = among(attended(period), "deputy", deputy_ids).order_by().values_list("deputy", flat=True)
    return {pk: Decimal(1) for pk in set(rows)}


# ---- coverage


@dataclass(frozen=True)
class Coverage:
    """Deputies in office, and those of them whom training has reached."""

    total: int = 0
    covered: int = 0

    @property
    def left(self) -> int:
        return self.total - self.covered

    @property
    def share(self) -> Decimal:
        """From 0 to 1; 0 where nobody is in office."""
        return Decimal(self.covered) / self.total if self.total else Decimal(0)


def of_the_year(period: Period) -> Period:
    """Training is asked for by the year: a part of one counts from its first day."""
    return Period.span(period.start.replace(month=1, day=1), period.end) if period.unit in _SHORT else period


def reach(area_ids: Iterable[int], period: Period, level: str = "") -> tuple[dict[int, set[int]], set[int]]:
    """The deputies in office in each area, or in an area within it, on the period's last day; and everyone who was trained in
    the period. ``level`` narrows to one level of congress. Three queries."""
    reached = set(attended(period).order_by().values_list("deputy", flat=True))
    return people(area_ids, period.end, level), reached


def covered(deputies: Set[int], reached: Set[int]) -> Coverage:
    return Coverage(len(deputies), len(deputies & reached))


def coverage(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The share, 0 to 1, of the area's deputies trained in the period, or since 1 January where it is shorter than a year.

    ``argument`` narrows to one level of congress. Three queries.
    """
    found, reached = reach(area_ids, of_the_year(period), argument)
    return {pk: covered(deputies, reached).share for pk, deputies in found.items() if deputies & reached}


# ---- a deputy's row in the list behind the coverage


@dataclass(frozen=True)
class Record:
    """What the period holds of one deputy."""

    days: int = 0
    hours: Decimal = Decimal(0)
    last_on: datetime.date | None = None


def records_of(deputy_ids: Iterable[int], period: Period) -> dict[int, Record]:
    """Days of training, hours and the last day of each deputy. Two queries."""
    ids = list(deputy_ids)
    rows = among(attended(period), "deputy", ids).order_by().values_list("deputy")
    days = {pk: told for pk, *told in rows.annotate(Count("pk"), Sum("activity__hours"), Max("activity__starts_at"))}
    read = _hours_of_reading(ids, period)
    found = {}
    for pk in ids:
        count, given, last = days.get(pk, (0, Decimal(0), None))
        found[pk] = Record(count, given + read.get(pk, Decimal(0)), timezone.localtime(last).date() if last else None)
    return found


def _hours_of_reading(deputy_ids: Iterable[int], period: Period) -> dict[int, Decimal]:
    rows = among(Reading.objects.credited().within(period), "deputy", deputy_ids)
    return dict(rows.order_by().values_list("deputy").annotate(Sum("material__hours")))


# ---- how far a batch has come


@dataclass(frozen=True)
class Progress:
    """A batch's days: those that took place and those to come; the people who came, each once; the hours that were given."""

    held: int = 0
    coming: int = 0
    people: int = 0
    hours: Decimal = Decimal(0)

    @property
    def is_held(self) -> bool:
        return bool(self.held) and not self.coming


def progress(batch_ids: Iterable[int]) -> dict[int, Progress]:
    """Two queries, however many batches."""
    ids = list(batch_ids)
    rows = Activity.objects.filter(training__in=ids).order_by().values_list("training")
    took_place, to_come = Q(state__in=TOOK_PLACE), Q(state__in=_TO_COME)
    days = rows.annotate(held=Count("pk", filter=took_place), coming=Count("pk", filter=to_come), given=Sum("hours", filter=took_place))
    here = Participation.objects.filter(
        activity__training__in=ids, activity__state__in=TOOK_PLACE, state=ParticipationState.PRESENT
    ).order_by()
    came = dict(here.values_list("activity__training").annotate(Count("deputy", distinct=True)))
    return {pk: Progress(held, coming, came.get(pk, 0), given or Decimal(0)) for pk, held, coming, given in days}


def progress_of(days: Iterable[Activity], people: int) -> Progress:
    """The same of one batch whose days were read already."""
    days = list(days)
    took_place = [day for day in days if day.state in TOOK_PLACE]
    coming = sum(1 for day in days if day.state in _TO_COME)
    return Progress(len(took_place), coming, people, sum((day.hours for day in took_place), start=Decimal(0)))


def overdue(batches: Sequence[TrainingBatch], found: Mapping[int, Progress], today: datetime.date) -> list[TrainingBatch]:
    """Those whose planned month is over and of which no day took place."""
    now = (today.year, today.month)
    return [each for each in batches if (each.year, each.planned_month) < now and not found.get(each.pk, Progress()).held]


# ---- registered


def _hours_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('activities:training_hours', args=[code])}?{urlencode({'period': period.code})}"


def _trained_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('activities:training_deputies')}?{urlencode({'deputy': code, 'period': period.code, 'trained': 'yes'})}"


def _coverage_records(code: str, period: Period, argument: str) -> str:
    asked = {"area": code, "period": of_the_year(period).code, "trained": "yes", "level": argument}
    return f"{reverse('activities:training_deputies')}?{urlencode({name: value for name, value in asked.items() if value})}"


def register() -> None:
    figures.register(figures.Figure("activities.training_hours", "学习培训学时", "学时", "deputy", hours, _hours_records))
    figures.register(figures.Figure("activities.trained", "参加培训", "名", "deputy", trained, _trained_records))
    figures.register(figures.Figure("activities.training_coverage", "本年度参训率", "", "area", coverage, _coverage_records))
