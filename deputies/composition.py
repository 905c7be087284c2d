"""Who the deputies are (代表构成), the way people report it: by sex, age, nationality, education, party, trade, level and town.

The same definitions make the charts and the filters of the register, so that every number opens its own list.
"""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from congress import charts
from congress.enums import CongressLevel
from congress.models import Area
from deputies.enums import Sex

NOT_ENTERED = "-"  # what a filter says for a blank
_AGES = ((0, 35, "35岁及以下"), (36, 45, "36—45岁"), (46, 55, "46—55岁"), (56, 60, "56—60岁"), (61, 200, "61岁及以上"))
_SCHOOLS = ("博士", "研究生", "硕士", "大学", "本科", "大专", "专科", "中专", "高中", "初中", "小学")
_CHARTED = 12  # bars in a chart; the table holds all
MAJORITY = "汉族"


@dataclass(frozen=True)
class Dimension:
    """One way to divide the deputies. ``value(row)`` gives the share a person belongs to, ``asked(value)`` the rows of a share."""

    key: str
    title: str
    value: Callable[[Any], str]
    asked: Callable[[str], Q]
    label: Callable[[str], str] = lambda value: value or "未登记"
    order: Sequence[str] = ()


@dataclass(frozen=True)
class Share:
    """One line of a table: ``part`` of the whole, from 0 to 1."""

    value: str
    label: str
    count: int
    part: float


def age_on(born_on: datetime.date, day: datetime.date) -> int:
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _years_before(day: datetime.date, years: int) -> datetime.date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, month=3, day=1)


def _text(key: str, title: str, order: Sequence[str] = ()) -> Dimension:
    return Dimension(
        key, title, lambda row: getattr(row, key), lambda value: Q(**{key: "" if value == NOT_ENTERED else value}), order=order
    )


def dimensions(today: datetime.date) -> dict[str, Dimension]:
    """All of them by key. Ages are those of ``today``."""

    def band(row: Any) -> str:
        if row.born_on is None:
            return ""
        age = age_on(row.born_on, today)
        return next((label for least, most, label in _AGES if least <= age <= most), "")

    def born(value: str) -> Q:
        for least, most, label in _AGES:
            if label == value:
                return Q(born_on__lte=_years_before(today, least), born_on__gt=_years_before(today, most + 1))
        return Q(born_on=None)

    found = (
        Dimension(
            "sex", "性别", lambda row: row.sex, lambda value: Q(sex=value), lambda value: dict(Sex.choices).get(value, value), Sex.values
        ),
        Dimension("age", "年龄", band, born, order=[label for _, _, label in _AGES]),
        _text("nationality", "民族"),
        _text("education", "学历", _SCHOOLS),
        _text("party", "党派"),
        _text("trade", "职业"),
    )
    return {dimension.key: dimension for dimension in found}


def divide(dimension: Dimension, rows: Sequence[Any]) -> list[Share]:
    """Counts the rows by one dimension: in its own order where it has one, else the largest share first, blanks last."""
    counts = Counter(dimension.value(row) for row in rows)
    place = {value: number for number, value in enumerate(dimension.order)}

    def rank(value: str) -> tuple[bool, int, int, str]:
        return (not value, place.get(value, len(place)), -counts[value], value)

    values = sorted(counts, key=rank)
    return [Share(value or NOT_ENTERED, dimension.label(value), counts[value], counts[value] / len(rows)) for value in values]


def by_level(people: Mapping[str, int], total: int) -> list[Share]:
    """Deputies of each level of congress. One person may serve in several, so that the parts make more than the whole."""
    return [Share(level.value, f"{level.label}级", people[level], people[level] / total) for level in CongressLevel if people.get(level)]


def by_town(paths: Mapping[int, set[str]], towns: Sequence[Area]) -> list[Share]:
    """Deputies of each town-level area by the areas of their mandates, in the towns' own order."""
    total = len(paths) or 1
    counts = {town.pk: sum(any(path.startswith(town.path) for path in own) for own in paths.values()) for town in towns}
    return [Share(town.code, town.name, counts[town.pk], counts[town.pk] / total) for town in towns if counts[town.pk]]


def chart(title: str, shares: Sequence[Share]) -> str:
    """Bars of the first shares; the table beneath holds them all."""
    bars = [charts.Bar(share.label, share.count, f"{share.count} 名", "mid" if share.value == NOT_ENTERED else "now") for share in shares]
    return charts.bars(f"{title}构成", bars[:_CHARTED], high=max((share.count for share in shares), default=1), width=420)
