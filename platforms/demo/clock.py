"""Past days for the demo: the services are called as they were meant to be, on the day they would have been."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from unittest.mock import patch

from django.utils import timezone


@contextmanager
def on_day(day: datetime.date, hour: int = 10, minute: int = 0) -> Iterator[None]:
    """Everything inside sees that day and hour as now: local dates, time stamps, the audit trail. One process, one thread."""
    moment = timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))
    with patch("django.utils.timezone.now", return_value=moment):
        yield
