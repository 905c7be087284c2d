"""On which day of a month a platform receives voters."""

from __future__ import annotations

import datetime

import pytest

from activities.enums import DayRule, Shift
from activities.models import ReceptionSchedule
from activities.reception_dates import FixedDay, day_of, months_from, says
from congress.workdays import Answer, Calendar

D = datetime.date


def fixed(month: tuple[int, int], number: int, rule: str = "date", shift: str = "later", weekday: int | None = None) -> FixedDay:
    schedule = ReceptionSchedule(rule=DayRule(rule), number=number, weekday=weekday, shift=Shift(shift))
    return day_of(schedule, D(*month, 1), Calendar())


@pytest.mark.parametrize(
    ("month", "number", "shift", "on", "moved_from", "because"),
    [
        ((2026, 4), 15, "later", D(2026, 4, 15), None, ""),
        ((2026, 2), 15, "later", D(2026, 2, 24), D(2026, 2, 15), "2月15日是春节放假，顺延"),
        ((2026, 3), 15, "later", D(2026, 3, 16), D(2026, 3, 15), "3月15日是星期日，顺延"),
        ((2026, 3), 15, "earlier", D(2026, 3, 13), D(2026, 3, 15), "3月15日是星期日，提前"),
        ((2026, 3), 15, "keep", D(2026, 3, 15), None, ""),
        ((2026, 10), 1, "earlier", D(2026, 10, 8), D(2026, 10, 1), "10月1日是国庆节放假，顺延，提前会到上个月"),
        ((2026, 5), 31, "later", D(2026, 5, 29), D(2026, 5, 31), "5月31日是星期日，提前，顺延会到下个月"),
        ((2026, 4), 31, "later", D(2026, 4, 30), None, "4月没有31日，按月末30日计"),
        ((2024, 2), 29, "later", D(2024, 2, 29), None, ""),
        ((2025, 2), 29, "later", D(2025, 2, 28), None, "2月没有29日，按月末28日计"),
        ((2026, 2), 28, "later", D(2026, 2, 28), None, ""),  # a Saturday worked for the Spring Festival
    ],
)
def test_day_of_the_month(month, number, shift, on, moved_from, because):
    assert fixed(month, number, shift=shift) == FixedDay(on, moved_from, because)


@pytest.mark.parametrize(
    ("month", "number", "weekday", "on", "because"),
    [
        ((2026, 4), 3, 3, D(2026, 4, 15), ""),
        ((2026, 4), 5, 3, D(2026, 4, 29), ""),
        ((2026, 3), 5, 3, D(2026, 3, 25), "3月没有第5个星期三，按最后一个计"),
        ((2026, 4), 2, 6, D(2026, 4, 11), ""),  # a Saturday was meant
        ((2026, 10), 1, 4, D(2026, 10, 8), "10月1日是国庆节放假，顺延"),
    ],
)
def test_weekday_of_the_month(month, number, weekday, on, because):
    found = fixed(month, number, "weekday", weekday=weekday)
    assert (found.on, found.because) == (on, because)


@pytest.mark.parametrize(
    ("month", "number", "on", "because"),
    [
        ((2026, 10), 1, D(2026, 10, 8), ""),
        ((2026, 2), 23, D(2026, 2, 28), "2月没有第23个工作日，按最后一个计"),
    ],
)
def test_workday_of_the_month(month, number, on, because):
    found = fixed(month, number, "workday")
    assert (found.on, found.because) == (on, because)


def test_a_year_without_published_holidays_is_provisional():
    assert fixed((2030, 10), 1) == FixedDay(D(2030, 10, 4), D(2030, 10, 1), "10月1日是国庆节放假，顺延", True)
    assert fixed((2031, 4), 15).provisional and fixed((2031, 4), 3, "workday").provisional
    assert not fixed((2026, 4), 15).provisional


def test_staff_days_come_first():
    schedule = ReceptionSchedule(rule=DayRule.DATE, number=20, shift=Shift.LATER)
    calendar = Calendar({D(2026, 4, 20): Answer(False, "三月三放假"), D(2026, 4, 21): Answer(False, "三月三放假")})
    assert day_of(schedule, D(2026, 4, 1), calendar).on == D(2026, 4, 22)


def test_every_month_has_one_day_within_it():
    for rule, weekday in (("date", None), ("weekday", 7), ("workday", None)):
        for number in (1, 5, 23, 31):
            for shift in Shift.values:
                for month in months_from(D(2024, 1, 1), 36):
                    on = fixed((month.year, month.month), number, rule, shift, weekday).on
                    assert (on.year, on.month) == (month.year, month.month)


def test_says():
    assert says(ReceptionSchedule(rule="date", number=15)) == "每月15日"
    assert says(ReceptionSchedule(rule="weekday", number=2, weekday=3)) == "每月第2个星期三"
    assert says(ReceptionSchedule(rule="workday", number=3)) == "每月第3个工作日"
