"""Plays many lives side by side, day by day, so that codes, numbers and the audit trail follow the calendar.

A life is a generator: it yields the day on which it wants to go on, and is sent the day on which it does.
"""

from __future__ import annotations

import datetime
import heapq
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from types import SimpleNamespace
from unittest.mock import patch

from congress.workdays import Calendar
from platforms.demo.clock import on_day

Date = datetime.date
Life = Generator[Date, Date, None]
_ONE = datetime.timedelta(days=1)
_FIRST_MINUTE, _PACE = 8 * 60 + 40, 4  # of a day, and minutes between two steps
_LAST_MINUTE = 17 * 60 + 50


def days(count: int) -> datetime.timedelta:
    return datetime.timedelta(days=count)


def play(lives: Iterable[Life], calendar: Calendar, last: Date) -> None:
    """Takes each as far as ``last``. Steps fall on working days; the first of a life, when that is over, on the one before."""
    waiting: list[tuple[Date, int, Life]] = []
    for number, life in enumerate(lives):
        heapq.heappush(waiting, (_workday(next(life), calendar, last), number, life))
    today, minute = Date.min, 0
    with _told_at_once():
        while waiting:
            day, number, life = heapq.heappop(waiting)
            if day > last:
                continue
            minute = min(minute + _PACE, _LAST_MINUTE) if day == today else _FIRST_MINUTE
            today = day
            try:
                with on_day(day, *divmod(minute, 60)):
                    wanted = life.send(day)
            except StopIteration:
                continue
            heapq.heappush(waiting, (max(day, _workday(wanted, calendar, last)), number, life))


@contextmanager
def _told_at_once() -> Iterator[None]:
    """Notices wait for the end of the transaction, which is today; here they go out on the day they belong to."""
    with patch("congress.services.notices.transaction", SimpleNamespace(on_commit=lambda send: send())):
        yield


def _workday(day: Date, calendar: Calendar, last: Date) -> Date:
    found = day
    while not calendar.is_workday(found).is_workday:
        found += _ONE
    if found > last >= day:
        found = day
        while not calendar.is_workday(found).is_workday:
            found -= _ONE
    return found
