"""What would still count towards a duty: in words, and the announced activities themselves."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from activities.duties.reckoning import Fulfilment
from activities.enums import ActivityKind, ActivityState, DutyState, ReceptionState
from activities.models import Activity, DutyRule, ReceptionDay
from congress.models import User
from deputies.enums import DutyReportState
from deputies.models import DutyReportMeeting

# Figures whose argument names kinds of activities, and how their subject is looked for among the activities to come.
_OF_KINDS = {
    "activities.participations": "participations__deputy",
    "activities.held": "organiser__area",
    "activities.group_activities": "group",
}
_REPORTS = ("deputies.duty_reports_of", "deputies.duty_meetings")
_MOST = 5


@dataclass(frozen=True)
class Coming:
    """Something announced that will count."""

    on: datetime.date
    title: str
    url: str


def kinds_of(rule: DutyRule) -> list[ActivityKind]:
    """The kinds of activities that count; none where a rule counts other things, or activities of every kind."""
    return [
        ActivityKind(kind)
        for each in rule.figures.all()
        if each.figure in _OF_KINDS
        for kind in each.argument.split("|")
        if kind in ActivityKind.values
    ]


def sentence(row: Fulfilment) -> str:
    """“还差 1 次，下列活动可计入：视察、考察”; nothing where nothing is lacking."""
    if row.is_met or row.state == DutyState.NO_DATA:
        return ""
    kinds = "、".join(kind.label for kind in kinds_of(row.rule))
    if row.state == DutyState.MISSED:
        return f"差 {row.lacks.removeprefix('还差 ')}" + (f"，可计入的活动：{kinds}" if kinds else "")
    return f"{row.lacks}，下列活动可计入：{kinds}" if kinds else row.lacks


def coming(row: Fulfilment, user: User) -> list[Coming]:
    """Announced activities, reception days and duty reports of the subject until the window's end that the person may see.

    A term goes on until the next one begins, so that nothing is too late for it.

    For a deputy also those of the kinds asked that she is not invited to, after her own. At most one query for each figure.
    """
    if row.is_met or row.state in (DutyState.MISSED, DutyState.NO_DATA):
        return []
    found: list[Coming] = []
    for each in row.rule.figures.all():
        if each.figure in _OF_KINDS:
            found += _activities([row], [each.figure], user)
        elif each.figure == "activities.receptions":
            found += _receptions(row, user)
        elif each.figure in _REPORTS:
            found += _reports(row, each.figure)
    return found[:_MOST]


def coming_for_deputy(rows: Sequence[Fulfilment], user: User) -> list[Coming]:
    """Announced activities that would count towards any of a deputy's duties in which she is not done yet. One query."""
    lacking = [row for row in rows if not row.is_met and row.state not in (DutyState.MISSED, DutyState.NO_DATA) and kinds_of(row.rule)]
    return _activities(lacking, ["activities.participations"], user)[:_MOST] if lacking else []


def _activities(rows: Sequence[Fulfilment], keys: Iterable[str], user: User) -> list[Coming]:
    end = max(_last_day(row) for row in rows)
    kinds = {kind.value for row in rows for kind in kinds_of(row.rule)}
    activities = Activity.objects.visible_to(user).filter(
        state=ActivityState.ANNOUNCED, starts_at__gt=timezone.now(), starts_at__date__lte=end
    )
    if kinds:
        activities = activities.filter(kind__in=kinds)
    for key in keys:
        if key != "activities.participations":  # a deputy may still sign up for what she is not invited to
            activities = activities.filter(**{_OF_KINDS[key]: rows[0].subject.pk})
    return [
        Coming(timezone.localtime(starts_at).date(), title, reverse("activities:activity", args=[code]))
        for starts_at, title, code in activities.order_by("starts_at", "pk").values_list("starts_at", "title", "code").distinct()[:_MOST]
    ]


def _last_day(row: Fulfilment) -> datetime.date:
    return row.window.end if row.window.term is None else datetime.date.max


def _receptions(row: Fulfilment, user: User) -> list[Coming]:
    today = timezone.localdate()
    days = ReceptionDay.objects.filter(
        platform=row.subject.pk, on__range=(today, _last_day(row)), state__in=(ReceptionState.PLANNED, ReceptionState.ANNOUNCED)
    )
    return [
        Coming(on, "接待选民日", reverse("activities:reception", args=[code])) for on, code in days.order_by("on").values_list("on", "code")
    ]


def _reports(row: Fulfilment, key: str) -> list[Coming]:
    today = timezone.localdate()
    meetings = DutyReportMeeting.objects.filter(state=DutyReportState.PLANNED, planned_on__range=(today, _last_day(row)))
    if key == "deputies.duty_reports_of":
        meetings = meetings.filter(reports__mandate__deputy=row.subject.pk)
    else:
        meetings = meetings.filter(Q(electoral_district__area__path__startswith=row.subject.path))
    return [
        Coming(each.planned_on, str(each), reverse("deputies:duty_report", args=[each.code]))
        for each in meetings.select_related("electoral_district").order_by("planned_on", "pk").distinct()[:_MOST]
    ]
