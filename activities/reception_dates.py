"""On which day of a month a platform receives voters (source speech 四（二）: 每月固定一天), moved off days off by rule.

Every month has its day: what a month lacks (the 31st, a fifth Wednesday, 29 February) is its last one, and a day is moved
later or earlier only within its month, else the other way. Nothing here asks the database.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from activities.enums import DayRule, Shift
from activities.models import ReceptionSchedule
from congress.workdays import WEEKDAYS, Calendar, add_months

_ONE_DAY = datetime.timedelta(days=1)


@dataclass(frozen=True)
class FixedDay:
    """``moved_from`` is the day named by the rule where a day off moved it; ``because`` says why a day is not the one named.

    ``provisional`` while it leans on a year whose holidays nobody has published.
    """

    on: datetime.date
    moved_from: datetime.date | None = None
    because: str = ""
    provisional: bool = False


def day_of(schedule: ReceptionSchedule, month: datetime.date, calendar: Calendar) -> FixedDay:
    """The reception day of ``month``, given by its first day."""
    match schedule.rule:
        case DayRule.WORKDAY:
            return _nth_workday(schedule.number, month, calendar)
        case DayRule.WEEKDAY:
            named, lacking = _nth_weekday(schedule.number, schedule.weekday or 1, month)
        case _:
            last = (add_months(month, 1)[0] - _ONE_DAY).day
            named = month.replace(day=min(schedule.number, last))
            lacking = f"{month.month}月没有{schedule.number}日，按月末{last}日计" if schedule.number > last else ""
    return _moved(named, lacking, Shift(schedule.shift), calendar, is_weekend_meant=schedule.rule == DayRule.WEEKDAY)


def months_from(first: datetime.date, count: int) -> Iterator[datetime.date]:
    """The first days of ``count`` months."""
    for number in range(count):
        yield add_months(first, number)[0]


def says(schedule: ReceptionSchedule) -> str:
    """每月15日, 每月第2个星期三, 每月第3个工作日."""
    match schedule.rule:
        case DayRule.WEEKDAY:
            return f"每月第{schedule.number}个{WEEKDAYS[(schedule.weekday or 1) - 1]}"
        case DayRule.WORKDAY:
            return f"每月第{schedule.number}个工作日"
        case _:
            return f"每月{schedule.number}日"


def _nth_weekday(number: int, weekday: int, month: datetime.date) -> tuple[datetime.date, str]:
    first = month + (weekday - month.isoweekday()) % 7 * _ONE_DAY
    found = first + 7 * (number - 1) * _ONE_DAY
    lacking = ""
    while found.month != month.month:
        found -= 7 * _ONE_DAY
        lacking = f"{month.month}月没有第{number}个{WEEKDAYS[weekday - 1]}，按最后一个计"
    return found, lacking


def _nth_workday(number: int, month: datetime.date, calendar: Calendar) -> FixedDay:
    answers = [(day, calendar.is_workday(day)) for day in _days(month)]
    works = [day for day, answer in answers if answer.is_workday]
    found = works[min(number, len(works)) - 1]
    unsure = any(answer.provisional for day, answer in answers if day <= found)
    lacking = f"{month.month}月没有第{number}个工作日，按最后一个计" if number > len(works) else ""
    return FixedDay(found, because=lacking, provisional=unsure)


def _days(month: datetime.date) -> list[datetime.date]:
    return [month + number * _ONE_DAY for number in range((add_months(month, 1)[0] - month).days)]


def _moved(named: datetime.date, lacking: str, shift: Shift, calendar: Calendar, *, is_weekend_meant: bool) -> FixedDay:
    answer = calendar.is_workday(named)
    is_off = not answer.is_workday and not (is_weekend_meant and answer.is_weekend)
    if shift == Shift.KEEP or not is_off:
        return FixedDay(named, because=lacking, provisional=answer.provisional)
    step = _ONE_DAY if shift == Shift.LATER else -_ONE_DAY
    found, unsure = _workday_beside(named, step, calendar)
    word = "顺延" if shift == Shift.LATER else "提前"
    if found.month != named.month:
        found, again = _workday_beside(named, -step, calendar)
        unsure = unsure or again
        word = "提前，顺延会到下个月" if shift == Shift.LATER else "顺延，提前会到上个月"
    because = f"{named.month}月{named.day}日是{answer.name}，{word}"
    return FixedDay(found, named, f"{lacking}；{because}" if lacking else because, unsure or answer.provisional)


def _workday_beside(day: datetime.date, step: datetime.timedelta, calendar: Calendar) -> tuple[datetime.date, bool]:
    unsure = False
    while True:
        day += step
        answer = calendar.is_workday(day)
        unsure = unsure or answer.provisional
        if answer.is_workday:
            return day, unsure
