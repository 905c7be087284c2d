"""Reading the State Council's (or a region's) holiday notice as it is published, and ranges of days."""

from __future__ import annotations

import datetime
import re
import unicodedata
from dataclasses import dataclass

from congress.errors import DomainError
from congress.workdays import WEEKDAYS

EXAMPLE = "元旦：1月1日（周五）至3日（周日）放假，共3天。春节：2月5日（周五）至11日（周四）放假调休，共7天。2月14日（周日）上班。"
_ITEM = re.compile(r"(?:[一二三四五六七八九十]{1,2}[、.])?([\u4e00-\u9fff]{2,14}):")
_DATE = re.compile(r"(至|-)?(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})日(?:\(([^)]*)\))?")
_STATED = re.compile(r"(?:周|星期)([一二三四五六日天])")
_LONGEST = 31  # days; no holiday is longer, so a longer range is a slip of the pen


@dataclass(frozen=True)
class Day:
    """One day as staff enter it."""

    date: datetime.date
    is_workday: bool
    name: str


def days_in_range(first: datetime.date, last: datetime.date, *, is_workday: bool, name: str) -> list[Day]:
    """Every day of the range, both ends included. Raises DomainError when it runs backwards or over a month."""
    length = (last - first).days + 1
    if length < 1:
        raise DomainError("结束日期不能早于开始日期。")
    if length > _LONGEST:
        raise DomainError(f"一段日期不能超过 {_LONGEST} 天，请核对起止日期。")
    return [Day(first + datetime.timedelta(days=n), is_workday, name) for n in range(length)]


def read_notice(text: str, year: int) -> list[Day]:
    """The days a notice names, in its own order.

    Weekdays given in brackets and totals such as 共3天 are checked against the calendar, which finds a wrong year or a
    slip in copying. Raises DomainError when they do not fit, or when nothing could be read.
    """
    plain = re.sub(rf"\n\s*(?={_ITEM.pattern})", "。", unicodedata.normalize("NFKC", text))
    plain = re.sub(r"\s+", "", plain)  # lines wrapped in the middle of a sentence belong together
    parts = _ITEM.split(plain)
    days: list[Day] = []
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        for sentence in re.split("[。;]", body):
            days += _read_sentence(sentence, name, year)
    if not days:
        raise DomainError(f"没有读出放假安排。请粘贴通知正文，例如“{EXAMPLE}”")
    return days


def _read_sentence(sentence: str, name: str, year: int) -> list[Day]:
    days: list[Day] = []
    waiting: list[datetime.date] = []
    for clause in sentence.split(","):
        waiting += _read_dates(clause, year, waiting[-1].month if waiting else 0)
        if "放假" in clause or "休息" in clause:
            days += [Day(date, False, f"{name}放假") for date in waiting]
        elif "上班" in clause:
            days += [Day(date, True, f"{name}调休上班") for date in waiting]
        elif total := re.fullmatch(r"共(\d+)天", clause):
            off = sum(not day.is_workday for day in days)
            if off != int(total[1]):
                raise DomainError(f"{name}写明共 {total[1]} 天，读出的放假日期是 {off} 天。请核对通知正文。")
        else:
            continue
        waiting = []
    return days


def _read_dates(clause: str, year: int, month: int) -> list[datetime.date]:
    """The dates of a clause; a day without a month belongs to the month before it, at first ``month``."""
    dates: list[datetime.date] = []
    for until, stated_year, stated_month, number, aside in _DATE.findall(clause):
        month = int(stated_month or month)
        said = f"{month}月{number}日" if month else f"{number}日"
        try:
            date = datetime.date(int(stated_year or year), month, int(number))
        except ValueError:
            raise DomainError(f"“{said}”不是有效的日期。请核对通知正文。") from None
        weekday = _STATED.search(aside)
        if weekday and "一二三四五六日".index(weekday[1].replace("天", "日")) != date.weekday():
            raise DomainError(f"{date.year}年{said}是{WEEKDAYS[date.weekday()]}，通知写的是“{aside}”。请核对年度和正文。")
        if until and dates:
            dates += [day.date for day in days_in_range(dates[-1], date, is_workday=False, name="")][1:]
        else:
            dates.append(date)
    return dates
