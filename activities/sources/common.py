"""What the sources share: periods as conditions, days and people as words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from congress.periods import Period


def days(period: Period, field: str) -> dict[str, Any]:
    """A date field within the period."""
    return {f"{field}__range": (period.start, period.end)}


def moments(period: Period, field: str) -> dict[str, Any]:
    """A moment within the period, by the local day."""
    after = period.end + datetime.timedelta(days=1)
    return {f"{field}__gte": _midnight(period.start), f"{field}__lt": _midnight(after)}


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def cn(day: datetime.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def where(area: Any, place: str) -> str:
    """The area with the place, which often begins with its name."""
    return place if place.startswith(area.name) else f"{area.name}{place}"


def names(people: Iterable[Any], most: int = 40) -> str:
    """Names in a row; of very many the first, and how many there are."""
    found = [str(each) for each in people]
    return "、".join(found) if len(found) <= most else f"{'、'.join(found[:most])}等{len(found)}名"


def filled(*lines: tuple[str, str | None]) -> tuple[tuple[str, str], ...]:
    """The lines that say something."""
    return tuple((name, text.strip()) for name, text in lines if text and text.strip())
