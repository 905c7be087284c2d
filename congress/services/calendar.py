"""Entering the yearly holiday notice and local holidays into the working calendar."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.db import transaction

from congress import deadlines
from congress.errors import DomainError
from congress.holiday_notice import Day
from congress.models import CalendarDay
from congress.services import audit
from congress.workdays import Calendar


@dataclass(frozen=True)
class Saved:
    """What became of a batch. ``moved`` maps a kind of deadline to how many of them got another last day."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    moved: dict[str, int] = field(default_factory=dict)


@transaction.atomic
def save_days(*, actor: audit.Actor, days: Iterable[Day], source: str = "") -> Saved:
    """Writes a batch of days, then works out again the deadlines that apps keep. One audit row for the batch.

    A day already there takes the new values; the same batch again changes nothing. Raises DomainError for an empty
    batch, or when it names one day twice with different words.
    """
    wanted: dict[datetime.date, Day] = {}
    for day in days:
        if wanted.setdefault(day.date, day) != day:
            raise DomainError(f"{day.date:%Y-%m-%d} 出现了两次，内容不同。请核对后只保留一处。")
    if not wanted:
        raise DomainError("没有可以保存的日期。")
    known = {row.date: row for row in CalendarDay.objects.select_for_update().filter(date__in=wanted)}
    new = [
        CalendarDay(date=day.date, is_workday=day.is_workday, name=day.name, source=source)
        for day in wanted.values()
        if day.date not in known
    ]
    changed = []
    changes = {f"{row.date}": [None, _words(row)] for row in new}
    for row in known.values():
        day = wanted[row.date]
        if (row.is_workday, row.name, row.source) == (day.is_workday, day.name, source or row.source):
            continue
        before = _words(row)
        row.is_workday, row.name, row.source = day.is_workday, day.name, source or row.source
        changed.append(row)
        changes[f"{row.date}"] = [before, _words(row)]
    if not changes:
        return Saved(unchanged=len(wanted))
    until_now = Calendar.load()
    CalendarDay.objects.bulk_create(new)
    CalendarDay.objects.bulk_update(changed, ["is_workday", "name", "source"])
    audit.record(actor, "congress.save_calendar", (new + changed)[0], changes=changes, reason=source, ref=f"{min(wanted)}")
    return Saved(len(new), len(changed), len(wanted) - len(changes), deadlines.recompute_all(until_now, actor))


@transaction.atomic
def remove_days(*, actor: audit.Actor, dates: Iterable[datetime.date]) -> Saved:
    """Removes staff's word on these days, so that the published data counts again. Days without a row are passed over."""
    rows = list(CalendarDay.objects.select_for_update().filter(date__in=list(dates)))
    if not rows:
        return Saved()
    until_now = Calendar.load()
    CalendarDay.objects.filter(pk__in=[row.pk for row in rows]).delete()
    changes = {f"{row.date}": [_words(row), None] for row in rows}
    audit.record(actor, "congress.remove_calendar", rows[0], changes=changes, ref=f"{rows[0].date}")
    return Saved(moved=deadlines.recompute_all(until_now, actor))


def _words(row: CalendarDay) -> str:
    return f"{'上班' if row.is_workday else '休息'}：{row.name}"
