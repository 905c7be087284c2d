"""Periods of work: months, quarters, half-years, years and spans such as a term, with their codes and Chinese names."""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass

_ORDINALS = "一二三四"
_MONTHS = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_YEARS = range(1954, 2200)  # from the first congresses on


@dataclass(frozen=True, order=True)
class Period:
    """A calendar period. ``start`` is its first day; ``unit`` is "year", "half", "quarter" or "month".

    A "span" is from any day to any other, both included, like a term until today; it has no next or previous one.
    """

    start: datetime.date
    unit: str
    until: datetime.date | None = None

    @classmethod
    def quarter(cls, year: int, number: int) -> Period:
        return cls(datetime.date(year, number * 3 - 2, 1), "quarter")

    @classmethod
    def year(cls, year: int) -> Period:
        return cls(datetime.date(year, 1, 1), "year")

    @classmethod
    def containing(cls, day: datetime.date, unit: str) -> Period:
        months = _MONTHS[unit]
        return cls(day.replace(month=(day.month - 1) // months * months + 1, day=1), unit)

    @classmethod
    def span(cls, start: datetime.date, until: datetime.date) -> Period:
        """Raises ValueError when it would end before it starts."""
        if until < start:
            raise ValueError(f"{until}早于{start}，不成时段。")
        return cls(start, "span", until)

    @classmethod
    def parse(cls, code: str) -> Period:
        """Reads "2026", "2026H1", "2026Q3", "2026-09" or a span, "20210928-20260630". Raises ValueError for anything else."""
        if match := re.fullmatch(r"(\d{8})-(\d{8})", code, re.ASCII):
            first, last = (datetime.datetime.strptime(day, "%Y%m%d").date() for day in match.groups())
            if first.year in _YEARS and last.year in _YEARS:
                return cls.span(first, last)
        if (match := re.fullmatch(r"(\d{4})(?:Q([1-4])|H([12])|-(0[1-9]|1[0-2]))?", code, re.ASCII)) and int(match[1]) in _YEARS:
            year, quarter, half, month = match.groups()
            if quarter:
                return cls.quarter(int(year), int(quarter))
            if half:
                return cls(datetime.date(int(year), int(half) * 6 - 5, 1), "half")
            if month:
                return cls(datetime.date(int(year), int(month), 1), "month")
            return cls.year(int(year))
        raise ValueError(f"“{code}”不是时段。应写作 2026、2026H1、2026Q3 或 2026-09。")

    def _shift(self, count: int) -> Period:
        months = self.start.year * 12 + self.start.month - 1 + count * _MONTHS[self.unit]
        return Period(datetime.date(months // 12, months % 12 + 1, 1), self.unit)

    @property
    def next(self) -> Period:
        return self._shift(1)

    @property
    def previous(self) -> Period:
        return self._shift(-1)

    @property
    def end(self) -> datetime.date:
        """The last day, included."""
        if self.until is not None:
            return self.until
        return self.next.start - datetime.timedelta(days=1)

    @property
    def number(self) -> int:
        return (self.start.month - 1) // _MONTHS[self.unit] + 1

    @property
    def code(self) -> str:
        if self.until is not None:
            return f"{self.start:%Y%m%d}-{self.until:%Y%m%d}"
        year = self.start.year
        return {"year": f"{year}", "half": f"{year}H{self.number}", "quarter": f"{year}Q{self.number}", "month": f"{self.start:%Y-%m}"}[
            self.unit
        ]

    @property
    def label(self) -> str:
        if self.until is not None:
            return f"{_cn(self.start)}至{_cn(self.until)}"
        year = self.start.year
        match self.unit:
            case "year":
                return f"{year}年"
            case "half":
                return f"{year}年{'上' if self.number == 1 else '下'}半年"
            case "quarter":
                return f"{year}年第{_ORDINALS[self.number - 1]}季度"
            case _:
                return f"{year}年{self.start.month}月"

    def __str__(self) -> str:
        return self.label


def _cn(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
