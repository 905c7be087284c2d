"""Figures about activities. All count what took place, by the day it began; planned and cancelled ones count nowhere."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.models import Activity, Participation
from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders
from deputies.models import DeputyGroup

_Days = Mapping[str, Mapping[int, Sequence[datetime.date]]]
_LONGER = {"half", "year", "span"}  # than a quarter: each quarter of them counts on its own


@dataclass(frozen=True)
class GroupQuarter:
    """One group in one quarter: 每季度开展一次代表小组活动 (source speech 四（四）)."""

    group: DeputyGroup
    quarter: Period
    met: int


def participations(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """How often a deputy was present. ``argument`` narrows to kinds, joined by "|". One query."""
    held = Activity.objects.took_place().within(period).of_kinds(argument)
    rows = among(Participation.objects.present().of_activities(held), "deputy", deputy_ids)
    return _counted(rows.order_by().values_list("deputy").annotate(Count("pk")))


def group_activities(group_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Activities that the group held. ``argument`` narrows to kinds. One query."""
    rows = among(Activity.objects.took_place().within(period).of_kinds(argument), "group", group_ids)
    return _counted(rows.order_by().values_list("group").annotate(Count("pk")))


def held(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Activities that an organ of this very area organised, its groups' among them. ``argument`` narrows to kinds. One query."""
    rows = among(Activity.objects.took_place().within(period).of_kinds(argument), "organiser__area", area_ids)
    return _counted(rows.order_by().values_list("organiser__area").annotate(Count("pk")))


def group_meetings(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The share, 0 to 1, of the groups in the area that met in the period; of a longer one than a quarter the share of its groups
    and quarters, those yet to begin left out. An area without a group is left out. Three queries."""
    ids = list(area_ids)
    above = holders(ids)
    due: dict[int, int] = {}
    met: dict[int, int] = {}
    for row in group_quarters(period):
        for pk in above(row.group.area.path):
            due[pk] = due.get(pk, 0) + 1
            met[pk] = met.get(pk, 0) + bool(row.met)
    return {pk: Decimal(met[pk]) / Decimal(count) for pk, count in due.items()}


def participation_days(deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> _Days:
    """The day of every activity a deputy was present at. One query."""
    held = Activity.objects.took_place().within(period)
    rows = among(Participation.objects.present().of_activities(held), "deputy", deputy_ids).order_by()
    return _by_argument(rows.values_list("deputy", "activity__kind", "activity__starts_at"), arguments)


def _activity_days(subject: str) -> figures.Days:
    """The days of activities that took place, by the group or the area of the organiser. One query."""

    def days(ids: Iterable[int], period: Period, arguments: Sequence[str]) -> _Days:
        rows = among(Activity.objects.took_place().within(period), subject, ids).order_by()
        return _by_argument(rows.values_list(subject, "kind", "starts_at"), arguments)

    return days


def _by_argument(rows: Iterable[tuple[int, str, datetime.datetime]], arguments: Sequence[str]) -> _Days:
    kinds = {argument: {kind for kind in argument.split("|") if kind} for argument in arguments}
    found: dict[str, dict[int, list[datetime.date]]] = {argument: {} for argument in arguments}
    for subject, kind, at in rows:
        day = timezone.localtime(at).date()
        for argument, wanted in kinds.items():
            if not wanted or kind in wanted:
                found[argument].setdefault(subject, []).append(day)
    return found


def group_quarters(period: Period, groups: Any = None, today: datetime.date | None = None) -> list[GroupQuarter]:
    """Every group that was there at the end of the quarter (or is there now), with how often it met. Two queries.

    ``groups`` narrows them; they come in their own order, the quarters of each from the first to the last.
    """
    today = today or timezone.localdate()
    quarters = _quarters(period, today)
    if not quarters:
        return []
    meetings: dict[tuple[int, datetime.date], int] = {}
    span = Period.span(quarters[0].start, quarters[-1].end)
    for held_by, starts_at in (
        Activity.objects.took_place().within(span).filter(group__isnull=False).order_by().values_list("group", "starts_at")
    ):
        day = timezone.localtime(starts_at).date()
        key = (held_by, next(each.start for each in quarters if each.start <= day <= each.end))
        meetings[key] = meetings.get(key, 0) + 1
    rows = DeputyGroup.objects.all() if groups is None else groups
    found = []
    for group in rows.select_related("area"):
        for quarter in quarters:
            last = min(quarter.end, today)
            if group.starts_on <= last and (group.ends_on is None or group.ends_on >= last):
                found.append(GroupQuarter(group, quarter, meetings.get((group.pk, quarter.start), 0)))
    return found


def _quarters(period: Period, today: datetime.date) -> list[Period]:
    """The period itself up to a quarter's length; of a longer one the quarters in it that have begun."""
    if period.unit not in _LONGER:
        return [period] if period.start <= today else []
    found = []
    quarter = Period.containing(period.start, "quarter")
    while quarter.start <= min(period.end, today):
        found.append(quarter)
        quarter = quarter.next
    return found


def _counted(rows: Iterable[tuple[int, int]]) -> Mapping[int, Decimal]:
    return {pk: Decimal(count) for pk, count in rows}


def _records(**fixed: str) -> Callable[[str, Period, str], str]:
    """The list of activities that proves a figure; ``fixed`` names what the subject's code is asked as, and what else is asked."""

    def address(code: str, period: Period, argument: str) -> str:
        asked = {name: value.replace("CODE", code) for name, value in fixed.items()}
        asked |= {"period": period.code, "took": "place", "kind": argument}
        return f"{reverse('activities:list')}?{urlencode({name: value for name, value in asked.items() if value})}"

    return address


def _group_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('activities:groups')}?{urlencode({'area': code, 'period': period.code, 'met': 'yes'})}"


def register() -> None:
    """Called once, when the app is ready."""
    for figure in (
        figures.Figure(
            "activities.participations", "参加活动", "次", "deputy", participations, _records(present="CODE"), participation_days
        ),
        figures.Figure(
            "activities.group_activities", "小组活动", "次", "group", group_activities, _records(group="CODE"), _activity_days("group")
        ),
        figures.Figure("activities.held", "组织活动", "次", "area", held, _records(by="CODE"), _activity_days("organiser__area")),
        figures.Figure("activities.group_meetings", "代表小组按季度活动的比例", "", "area", group_meetings, _group_records),
    ):
        figures.register(figure)
