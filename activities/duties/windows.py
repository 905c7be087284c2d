"""Which periods of a duty rule are asked when somebody asks for a month, a quarter or a year.

A rule counts by its own unit. Asked for 2026, a month rule is reckoned for its months, a quarter rule for its quarters, as far
as they have begun; asked for a month, a year rule is reckoned for the year that holds it, as it stood on that month's last day.
A term rule is reckoned for the terms in force on the last day asked (or today, where that is still to come), from the term's
first day to that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Q

from activities.enums import DutyPeriod
from activities.models import DutyRule
from congress.models import Term
from congress.periods import Period

TERM_YEARS = 5  # nominal (代表法 art. 2): a term without a last day yet is taken to end then


@dataclass(frozen=True)
class Window:
    """One period of a rule. ``end`` is its last day, ``until`` the last day counted; ``period`` is what figures are asked for."""

    code: str
    label: str
    start: datetime.date
    end: datetime.date
    until: datetime.date
    period: Period
    term: int | None = None


def day_of(asked: Period, today: datetime.date) -> datetime.date:
    """The day on which things are looked at."""
    return min(asked.end, today)


def calendar_windows(unit: str, asked: Period, today: datetime.date) -> list[Window]:
    """The months, quarters, half-years or years that have begun, from the one that holds the first day asked."""
    day = day_of(asked, today)
    if asked.start > today:
        return []
    found, each = [], Period.containing(asked.start, unit)
    while each.start <= day:
        counted = each if each.end <= day or day == today else Period.span(each.start, day)
        found.append(Window(each.code, each.label, each.start, each.end, min(each.end, day), counted))
        each = each.next
    return found


def term_windows(asked: Period, today: datetime.date) -> dict[int, Window]:
    """The terms in force on the day looked at, by the key of the congress's area. One query."""
    if asked.start > today:
        return {}
    day = day_of(asked, today)
    terms = Term.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=day), starts_on__lte=day)
    found: dict[int, Window] = {}
    for term in terms.select_related("congress__area").order_by("number"):  # of two without a last day the later one holds
        end = term.ends_on - datetime.timedelta(days=1) if term.ends_on else max(_nominal_end(term.starts_on), day)
        found[term.congress.area_id] = Window(
            code=f"{term.congress.area.code}-{term.number}",
            label=str(term),
            start=term.starts_on,
            end=end,
            until=day,
            period=Period.span(term.starts_on, day),
            term=term.pk,
        )
    return found


def _nominal_end(start: datetime.date) -> datetime.date:
    try:
        following = start.replace(year=start.year + TERM_YEARS)
    except ValueError:  # 29 February
        following = start.replace(year=start.year + TERM_YEARS, month=3, day=1)
    return following - datetime.timedelta(days=1)


def holding(rule: DutyRule, windows: Iterable[Window]) -> list[Window]:
    """Those of the windows on whose last day the rule is in force."""
    return [
        window
        for window in windows
        if (rule.starts_on is None or rule.starts_on <= window.end) and (rule.ends_on is None or rule.ends_on >= window.end)
    ]


def windows_of(rule: DutyRule, asked: Period, today: datetime.date, terms: Mapping[int, Window]) -> list[Window]:
    """The rule's windows, in the order of time."""
    if rule.period == DutyPeriod.TERM:
        return holding(rule, sorted(set(terms.values()), key=lambda window: (window.start, window.code)))
    return holding(rule, calendar_windows(rule.period, asked, today))
