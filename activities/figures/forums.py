"""Figures about opinion forums: held, matters reflected, matters adopted. All count by the day a forum was held."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from activities.models import ForumItem, OpinionForum
from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders


def _by_area(area_ids: Iterable[int], counted: QuerySet[ForumItem] | QuerySet[OpinionForum], path: str) -> Mapping[int, Decimal]:
    above = holders(area_ids)
    found: dict[int, Decimal] = {}
    for where, count in counted.order_by().values_list(path).annotate(number=Count("pk")):
        for pk in above(where):
            found[pk] = found.get(pk, Decimal()) + count
    return found


def held(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Forums of the area, and of areas in it, held in the period. Two queries."""
    return _by_area(area_ids, OpinionForum.objects.held_in(period), "area__path")


def held_days(area_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Mapping[str, Mapping[int, Sequence[datetime.date]]]:
    """The days of the forums that ``held`` counts. Two queries."""
    above = holders(area_ids)
    found: dict[int, list[datetime.date]] = {}
    for where, on in OpinionForum.objects.held_in(period).order_by().values_list("area__path", "held_on"):
        for pk in above(where):
            found.setdefault(pk, []).append(on)
    return dict.fromkeys(arguments, found)


def adopted(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Matters of the area's forums held in the period that were adopted since. Two queries."""
    rows = ForumItem.objects.filter(forum__held_on__range=(period.start, period.end), is_adopted=True)
    return _by_area(area_ids, rows, "forum__area__path")


def reflected(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Matters the deputies brought to forums held in the period. One query."""
    rows = among(ForumItem.objects.filter(forum__held_on__range=(period.start, period.end)), "deputy", deputy_ids)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("deputy").annotate(number=Count("pk"))}


def _records(name: str, **asked: str) -> str:
    return f"{reverse(name)}?{urlencode(asked)}"


def register() -> None:
    """Called once, when the app is ready."""
    figures.register(
        figures.Figure(
            "activities.forums",
            "民情反映会",
            "次",
            "area",
            held,
            lambda code, period, argument: _records("activities:forums", area=code, held=period.code),
            held_days,
        )
    )
    figures.register(
        figures.Figure(
            "activities.forum_opinions",
            "民情反映会反映意见",
            "件",
            "deputy",
            reflected,
            lambda code, period, argument: _records("activities:forum_items", deputy=code, held=period.code),
        )
    )
    figures.register(
        figures.Figure(
            "activities.forum_adopted",
            "民情反映会意见采纳",
            "件",
            "area",
            adopted,
            lambda code, period, argument: _records("activities:forum_items", area=code, held=period.code, state="adopted"),
        )
    )
