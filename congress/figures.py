"""The figures registry: one definition of each number (指标), answered for many subjects at once.

An app registers its figures in ``AppConfig.ready()``. Dashboards, suggested scores, quotas and bulletins read them
here, so that no two pages can disagree, and a higher floor's records reach a lower floor's page without an import.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from congress.periods import Period

Row = TypeVar("Row", bound=Model)
Counts = Callable[[Iterable[int], Period, str], Mapping[int, Decimal]]
Days = Callable[[Iterable[int], Period, Sequence[str]], Mapping[str, Mapping[int, Sequence[datetime.date]]]]


@dataclass(frozen=True)
class Figure:
    """One number about each of many subjects.

    ``subject`` names what is counted for: "platform", "area", "deputy", "group" or "standing_member".
    ``counts(ids, period, argument)`` answers for all of them in a constant number of queries; a subject without records is 0
    by being absent, and others may be in the answer too. ``argument`` narrows a figure that stands for many, such as one standard item's code.
    ``records(subject_code, period, argument)`` gives the address of the filtered list that proves the number, or "".

    ``days(ids, period, arguments)`` gives, by argument and subject, the day of every record that ``counts`` counts: from one
    reading the months of a year, or each deputy's own part of a term, can be counted. None for what is no number of dated
    records, such as a share.
    """

    key: str
    label: str
    unit: str
    subject: str
    counts: Counts
    records: Callable[[str, Period, str], str] = lambda code, period, argument: ""
    days: Days | None = None


_figures: dict[str, Figure] = {}
MOST_PARAMETERS = 2000  # beyond that many keys it is faster, and always allowed, to read all rows and pick from them


def register(figure: Figure) -> Figure:
    """Adds a figure. Raises ValueError when the key is taken by another one."""
    if figure.key in _figures and _figures[figure.key] is not figure:
        raise ValueError(f"figure {figure.key!r} is registered twice")
    _figures[figure.key] = figure
    return figure


def among(rows: QuerySet[Row], field: str, keys: Iterable[int]) -> QuerySet[Row]:
    """Narrows to the keys, unless they are too many to be parameters; whoever asked then picks from what comes back."""
    keys = set(keys)
    return rows.filter(**{f"{field}__in": keys} if len(keys) <= MOST_PARAMETERS else {f"{field}__isnull": False})


def find(key: str) -> Figure | None:
    """The figure of that key, or None while no app has registered it (screens then say 暂无系统建议)."""
    return _figures.get(key)


def registered() -> tuple[Figure, ...]:
    return tuple(_figures.values())


def values(key: str, ids: Iterable[Any], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The figure's values for the subjects; more may be in it. Raises KeyError for a key nobody registered."""
    return _figures[key].counts(ids, period, argument)
