"""Working days and time limits, each answer with the reasons a person can check.

Three sources, in this order: staff's own rows (``CalendarDay``); the State Council's published arrangements as
``chinesecalendar`` holds them; for years nobody has published, weekdays and the statutory days of the ``holidays``
package, marked provisional. A year that ``chinesecalendar`` lacks counts as entered once staff's rows cover all its
statutory days, because the yearly notice names every one of them.

How a limit runs follows 民法典 art. 201 (the first day is not counted), 202 (a period of months ends on the
corresponding day, or on the month's last) and 203 (a last day off work moves to the day after the days off).
"""

from __future__ import annotations

import datetime
import functools
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import chinese_calendar
import holidays
from chinese_calendar import constants

from congress.errors import DomainError

if TYPE_CHECKING:
    from django.http import HttpRequest

Date = datetime.date

WEEKDAYS = ("星期一", "星期二", "星期三", "星期四", "星期五", "星期六", "星期日")
EARLIEST, LATEST = Date(1950, 1, 1), Date(2099, 12, 31)  # the span in which statutory days can be worked out
_ONE_DAY = datetime.timedelta(days=1)
_FIRST_YEAR = min(constants.holidays).year
_LAST_YEAR = max(constants.holidays).year
_UNITS = {"wd": "个工作日", "m": "个月", "d": "日"}


@dataclass(frozen=True)
class Answer:
    """What one day is. ``name`` is the holiday or its moved working day ("国庆节调休上班"), else the weekday."""

    is_workday: bool
    name: str
    provisional: bool = False

    @property
    def is_weekend(self) -> bool:
        """Off because it is a Saturday or Sunday, not because of a holiday."""
        return not self.is_workday and self.name in WEEKDAYS


@dataclass(frozen=True)
class Limit:
    """A time limit: ``count`` working days ("wd"), months ("m") or calendar days ("d")."""

    count: int
    unit: str

    @classmethod
    def parse(cls, text: str) -> Limit:
        """Reads "10wd", "3m" or "30d", full-width characters too. Raises DomainError for anything else."""
        plain = unicodedata.normalize("NFKC", text).strip().lower()
        match = re.fullmatch(r"([1-9][0-9]{0,2})\s*(wd|m|d)", plain)
        if not match:
            raise DomainError(f"期限“{text}”无法识别。请写作 10wd（10 个工作日）、3m（3 个月）或 30d（30 日），数字为 1 至 999。")
        return cls(int(match[1]), match[2])

    @property
    def label(self) -> str:
        return f"{self.count} {_UNITS[self.unit]}"

    def __str__(self) -> str:
        return f"{self.count}{self.unit}"


@dataclass(frozen=True)
class Deadline:
    """The last day, and how it was worked out. Provisional while it leans on a day nobody has published."""

    due_on: Date
    provisional: bool
    steps: list[str]


def parse_date(text: str) -> Date:
    """Reads "2026-11-23". Raises DomainError for anything else."""
    try:
        return Date.fromisoformat(text.strip())
    except ValueError:
        raise DomainError(f"日期“{text}”无法识别。请写作 2026-11-23。") from None


def statutory_days(year: int) -> dict[Date, str]:
    """全体公民放假的节日 of a year (全国年节及纪念日放假办法 art. 2), without days off in lieu, which only a notice can set."""
    return dict(_statutory(year))


@functools.cache
def _statutory(year: int) -> Mapping[Date, str]:
    days = holidays.country_holidays("CN", years=year, observed=False, language="zh_CN")
    return {day: "和".join(names.split("; ")) for day, names in days.items()}


@functools.cache
def _published() -> Mapping[Date, Answer]:
    """The moved days of every published arrangement: days off inside a holiday, and weekends worked for one."""
    off = {day: Answer(False, f"{_feast(feast)}放假") for day, feast in constants.holidays.items()}
    return off | {day: Answer(True, f"{_feast(feast)}调休上班") for day, feast in constants.workdays.items()}


def _feast(english: str) -> str:
    name: str = chinese_calendar.Holiday(english).chinese
    return f"{name}节" if name in {"清明", "端午", "中秋"} else name


@dataclass
class Calendar:
    """The calendar one request or command works with. ``overrides`` are staff's own days.

    ``load`` reads them in one query; every answer after that is arithmetic.
    """

    overrides: Mapping[Date, Answer] = field(default_factory=dict)
    _known: dict[Date, Answer] = field(default_factory=dict, init=False, repr=False)
    _entered: dict[int, bool] = field(default_factory=dict, init=False, repr=False)
    _spans: dict[tuple[Date, Date], int] = field(default_factory=dict, init=False, repr=False)

    @classmethod
    def load(cls) -> Calendar:
        from congress.models import CalendarDay

        return cls({day: Answer(works, name) for day, works, name in CalendarDay.objects.values_list("date", "is_workday", "name")})

    def is_workday(self, day: Date) -> Answer:
        answer = self._known.get(day)
        if answer is None:
            answer = self._known[day] = self._look_up(day)
        return answer

    def _look_up(self, day: Date) -> Answer:
        if entered := self.overrides.get(day):
            return entered
        weekday = WEEKDAYS[day.weekday()]
        works = day.weekday() < 5
        if _FIRST_YEAR <= day.year <= _LAST_YEAR:
            return _published().get(day) or Answer(works, weekday)
        if feast := _statutory(day.year).get(day):
            return Answer(False, f"{feast}放假", provisional=True)
        return Answer(works, weekday, provisional=not self._is_entered(day.year))

    def _is_entered(self, year: int) -> bool:
        """Whether staff have entered the whole notice for a year that has no published data."""
        if year not in self._entered:
            self._entered[year] = all(day in self.overrides for day in _statutory(year))
        return self._entered[year]

    def due(self, start: Date, limit: Limit | str) -> Deadline:
        """The last day of a limit that begins with something done on ``start``.

        Raises DomainError when the limit can't be read or leaves the span of the calendar.
        """
        limit = Limit.parse(limit) if isinstance(limit, str) else limit
        longest = 400 * limit.count // 12 if limit.unit == "m" else 2 * limit.count + 60
        if not EARLIEST <= start <= LATEST - datetime.timedelta(days=longest):
            raise DomainError(f"只能计算{EARLIEST.year}年至{LATEST.year}年之间的期限。")
        steps = [f"{_say(start)}当日不计入，次日起算（民法典第二百零一条）"]
        last, unsure = (self._count_workdays if limit.unit == "wd" else self._count_span)(start, limit, steps)
        if unsure:
            years = "、".join(f"{year}年" for year in sorted(unsure))
            steps.append(f"{years}的放假调休安排尚未录入，暂按双休日和法定节假日推算，录入后重新计算")
        return Deadline(last, bool(unsure), steps)

    def _count_workdays(self, start: Date, limit: Limit, steps: list[str]) -> tuple[Date, set[int]]:
        day, left = start, limit.count
        off: Counter[str] = Counter()
        moved: list[str] = []
        unsure: set[int] = set()
        while left:
            day += _ONE_DAY
            answer = self.is_workday(day)
            if answer.provisional:
                unsure.add(day.year)
            if answer.is_workday:
                left -= 1
                if answer.name not in WEEKDAYS:
                    moved.append(f"{_short(day, start)}（{answer.name}）")
            else:
                off["双休日" if answer.is_weekend else answer.name] += 1
        skipped = "、".join(f"{name} {days} 天" for name, days in off.items())
        counted = "、".join(moved)
        steps.append(f"期限 {limit.label}，只数工作日")
        if skipped or counted:
            steps.append("，".join(filter(None, [skipped and f"扣除{skipped}", counted and f"计入{counted}"])))
        steps.append(f"第 {limit.count} 个工作日为{_say(day, start)}")
        return day, unsure

    def _count_span(self, start: Date, limit: Limit, steps: list[str]) -> tuple[Date, set[int]]:
        if limit.unit == "m":
            day, corresponds = add_months(start, limit.count)
            said = (
                f"对应日为{_say(day, start)}"
                if corresponds
                else f"{day.month}月没有{start.day}日，以月末{_say(day, start)}为最后一日（民法典第二百零二条）"
            )
        else:
            day = start + datetime.timedelta(days=limit.count)
            said = f"第 {limit.count} 日为{_say(day, start)}"
        steps.append(f"期限 {limit.label}，{said}")
        last, reasons = day, []
        unsure: set[int] = set()
        while True:
            answer = self.is_workday(last)
            if answer.provisional:
                unsure.add(last.year)
            if answer.is_workday:
                break
            reasons.append(answer.name)
            last += _ONE_DAY
        if last == day:
            steps.append(f"{_short(day, start)}是工作日" + ("" if answer.name in WEEKDAYS else f"（{answer.name}）"))
        else:
            steps.append(f"{_short(day, start)}是{reasons[0]}，依民法典第二百零三条顺延到其后第一个工作日{_say(last, start)}")
        return last, unsure

    def workdays_between(self, start: Date, end: Date) -> int:
        """Working days after ``start`` up to ``end``, the latter included; negative when ``end`` comes first."""
        if end < start:
            return -self.workdays_between(end, start)
        span = self._spans.get((start, end))
        if span is None:  # a list asks for the same few days over and over
            span = sum(self.is_workday(start + datetime.timedelta(days=n)).is_workday for n in range(1, (end - start).days + 1))
            self._spans[start, end] = span
        return span

    def days_left(self, today: Date, due_on: Date) -> int:
        """Working days left after today; 0 on the last day itself, negative when late."""
        return self.workdays_between(today, due_on)


def add_months(start: Date, months: int) -> tuple[Date, bool]:
    """The corresponding day ``months`` later and True, or that month's last day and False."""
    index = start.year * 12 + start.month - 1 + months
    first = Date(index // 12, index % 12 + 1, 1)
    following = Date((index + 1) // 12, (index + 1) % 12 + 1, 1)
    last = (following - _ONE_DAY).day
    return first.replace(day=min(start.day, last)), start.day <= last


def for_request(request: HttpRequest) -> Calendar:
    """The request's own calendar, read once however many deadlines its page shows."""
    calendar = getattr(request, "_calendar", None)
    if calendar is None:
        calendar = request._calendar = Calendar.load()  # type: ignore[attr-defined]
    return calendar


def _short(day: Date, beside: Date) -> str:
    text = f"{day.month}月{day.day}日"
    return text if day.year == beside.year else f"{day.year}年{text}"


def _say(day: Date, beside: Date | None = None) -> str:
    """The date with its weekday; the year only where it differs from the one said before."""
    text = _short(day, beside) if beside else f"{day.year}年{day.month}月{day.day}日"
    return f"{text}（{WEEKDAYS[day.weekday()]}）"
