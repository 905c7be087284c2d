"""What deputies and organs do: activities by kind, those of groups, forums, and the chronicle (大事记) of all that happened.

An activity belongs to the area where it was held, to its platform's and its group's, and to those of the deputies who were
present; what an organ does by itself (its meetings and sessions) to its own area only.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils import timezone

from activities.booklets import Entry, Part, Source, counted, told
from activities.enums import TOOK_PLACE, ActivityKind, ParticipationState
from activities.models import Activity, ForumItem, OpinionForum, Participation
from activities.sources.common import cn, days, filled, moments, names
from activities.sources.people import PLACES
from congress.models import Area
from congress.periods import Period
from deputies.models import DutyReportMeeting, Mandate, MandateChange

_OWN_ONLY = (ActivityKind.PRESIDIUM, ActivityKind.SESSION, ActivityKind.STANDING_MEETING)
_HELD_AT = ("area__path", "platform__area__path", "group__area__path")
_PHOTOS = 4  # of one activity


def _kinds(argument: str) -> list[str]:
    return [word for word in argument.split(",") if word]


def _held(period: Period, argument: str) -> QuerySet[Any]:
    rows = Activity.objects.filter(state__in=TOOK_PLACE, **moments(period, "starts_at"))
    return rows.filter(kind__in=_kinds(argument)) if argument else rows


def _present(period: Period) -> QuerySet[Any]:
    """Who was present at what may also count elsewhere."""
    of_period = moments(period, "activity__starts_at")
    rows = Participation.objects.filter(state=ParticipationState.PRESENT, activity__state__in=TOOK_PLACE, **of_period)
    return rows.exclude(activity__kind__in=_OWN_ONLY)


def _activity_facts(held: QuerySet[Any], present: QuerySet[Any]) -> list[QuerySet[Any]]:
    at = [told(held, what="activity", path=path, on="starts_at", is_time=True) for path in _HELD_AT]
    came = [
        told(present, what="activity", record="activity_id", path=f"deputy__mandates__{place}", on="activity__starts_at", is_time=True)
        for place in PLACES
    ]
    return [*at, *came]


def _activities(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    present = _present(period)
    if argument:
        present = present.filter(activity__kind__in=_kinds(argument))
    return _activity_facts(_held(period, argument), present)


def _group_activities(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return _activity_facts(_held(period, "").filter(group__isnull=False), _present(period).filter(activity__group__isnull=False))


def _of(area: Area) -> Q:
    """Activities that count for the area."""
    own = Q(*[(f"{path}__startswith", area.path) for path in _HELD_AT], _connector=Q.OR)
    here = Mandate.objects.filter(Q(*[(f"{place}__startswith", area.path) for place in PLACES], _connector=Q.OR))
    came = Participation.objects.filter(activity=OuterRef("pk"), state=ParticipationState.PRESENT, deputy__in=here.values("deputy"))
    return own | Q(Exists(came)) & ~Q(kind__in=_OWN_ONLY)


def _entries(rows: QuerySet[Any], area: Area) -> tuple[Entry, ...]:
    present = Participation.objects.filter(state=ParticipationState.PRESENT).select_related("deputy").order_by("deputy__code")
    found = rows.filter(_of(area)).select_related("organiser", "group", "platform").order_by("starts_at", "pk")
    found = found.prefetch_related(Prefetch("participations", present, to_attr="came"), "files", "themes", "forwardings__body")
    return tuple(_entry(row) for row in found)


def _entry(row: Any) -> Entry:
    at = timezone.localtime(row.starts_at)
    until = timezone.localtime(row.ends_at)
    shown = [each for each in row.files.all() if each.is_image][:_PHOTOS]
    spoke = "；".join(f"{each.deputy}：{each.spoke.strip().rstrip('。；')}" for each in row.came if each.spoke.strip())
    return Entry(
        ("activity", row.pk),
        at.date(),
        f"{row.get_kind_display()}：{row.title}",
        filled(
            ("时间", f"{cn(at.date())}{at:%H:%M}至{'' if until.date() == at.date() else cn(until.date())}{until:%H:%M}"),
            ("地点", row.place),
            ("组织", "，".join(filter(None, (str(row.organiser), str(row.group or row.platform or ""), row.partners)))),
            ("主题", names(row.themes.all())),
            ("参加代表", f"{names(each.deputy for each in row.came)}（{len(row.came)}名）" if row.came else ""),
            ("学时", f"{row.hours.normalize():f}学时" if row.hours else ""),
            ("目的", row.objective),
            ("记录", row.minutes),
            ("发言要点", spoke),
            ("发现的问题", row.finding),
            ("转交反馈", "；".join(_forwarded(each) for each in row.forwardings.all())),
            ("成效", row.result),
        ),
        tuple(each.file.name for each in shown),
    )


def _forwarded(row: Any) -> str:
    told_so = f"{cn(row.answered_on)}反馈：{row.feedback}" if row.answered_on else "待反馈"
    return f"{cn(row.sent_on)}转{row.body}，{told_so}"


def _read_activities(area: Area, period: Period, argument: str) -> Part:
    labels = [ActivityKind(word).label for word in _kinds(argument)]
    return Part("、".join(labels) or "代表活动", _entries(_held(period, argument), area))


def _read_groups(area: Area, period: Period, argument: str) -> Part:
    return Part("代表小组活动", _entries(_held(period, "").filter(group__isnull=False), area))


# ---- forums


def _forums(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    """A forum belongs to its area, and to those of the deputies whose matters were heard."""
    heard = ForumItem.objects.filter(**days(period, "forum__held_on"))
    came = [told(heard, what="forum", record="forum_id", path=f"deputy__mandates__{place}", on="forum__held_on") for place in PLACES]
    return [told(OpinionForum.objects.held_in(period), what="forum", path="area__path", on="held_on"), *came]


def _read_forums(area: Area, period: Period, argument: str) -> Part:
    here = Mandate.objects.filter(Q(*[(f"{place}__startswith", area.path) for place in PLACES], _connector=Q.OR)).values("deputy")
    own = ForumItem.objects.filter(deputy__in=here).select_related("deputy", "unit")
    of_area = Q(area__path__startswith=area.path)
    rows = OpinionForum.objects.held_in(period).filter(of_area | Q(pk__in=own.values("forum"))).select_related("area", "organiser")
    everything = ForumItem.objects.select_related("deputy", "unit").order_by("number")
    found = rows.order_by("held_on", "pk").prefetch_related(Prefetch("items", everything, to_attr="matters"))
    mine = set(own.filter(**days(period, "forum__held_on")).values_list("pk", flat=True))
    return Part("民情反映会", tuple(_forum_entry(row, area, mine) for row in found))


def _forum_entry(row: Any, area: Area, mine: set[int]) -> Entry:
    shown = [item for item in row.matters if area.contains(row.area) or item.pk in mine]
    return Entry(
        ("forum", row.pk),
        row.held_on,
        f"民情反映会：{row.topic}",
        filled(
            ("时间", cn(row.held_on)),
            ("地点", row.place),
            ("主办", str(row.organiser)),
            ("会议情况", row.summary),
            *((f"第{item.number}件", _matter(item)) for item in shown),
        ),
    )


def _matter(item: ForumItem) -> str:
    answer = f"{item.unit or '承办单位未定'}{f'{cn(item.fed_back_on)}反馈：{item.feedback}' if item.fed_back_on else '，待反馈'}"
    return f"{item.deputy}反映：{item.text}\n{answer}"


# ---- the chronicle


def _duty_meetings(period: Period) -> QuerySet[Any]:
    return DutyReportMeeting.objects.filter(**days(period, "held_on"))


def _changes(period: Period) -> QuerySet[Any]:
    return MandateChange.objects.filter(**days(period, "on"))


def _chronicle(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return [
        *(told(_held(period, ""), what="activity", path=path, on="starts_at", is_time=True) for path in _HELD_AT),
        told(OpinionForum.objects.held_in(period), what="forum", path="area__path", on="held_on"),
        counted(_duty_meetings(period), path="electoral_district__area__path", on="held_on"),
        *(told(_changes(period), what="change", path=f"mandate__{place}", on="on") for place in PLACES),
    ]


def _read_chronicle(area: Area, period: Period, argument: str) -> Part:
    """One line a day: who held what where. Activities held elsewhere are told in their own booklets."""
    path = {"electoral_district__area__path__startswith": area.path}
    own = Q(*[(f"{place}__startswith", area.path) for place in _HELD_AT], _connector=Q.OR)
    seats = Q(*[(f"mandate__{place}__startswith", area.path) for place in PLACES], _connector=Q.OR)
    activities = _held(period, "").filter(own).select_related("organiser")
    forums = OpinionForum.objects.held_in(period).filter(area__path__startswith=area.path).select_related("organiser")
    meetings = _duty_meetings(period).filter(**path).select_related("electoral_district").prefetch_related("reports__mandate__deputy")
    changes = _changes(period).filter(seats).select_related("mandate__deputy", "mandate__term__congress")
    found = [
        *(
            Entry(("activity", row.pk), timezone.localtime(row.starts_at).date(), f"{row.organiser}组织{row.title}", filled(("地点", row.place), ("成效", row.result)))
            for row in activities
        ),
        *(
            Entry(("forum", row.pk), row.held_on, f"{row.organiser}举行{row}", filled(("地点", row.place)))
            for row in forums
        ),
        *(
            Entry(("duty_report", row.pk), row.held_on, f"举行{row}，{names(each.mandate.deputy for each in row.reports.all())}述职", filled(("地点", row.place)))
            for row in meetings
        ),
        *(
            Entry(("change", row.pk), row.on, f"{row.mandate}代表资格{row.get_status_display()}", filled(("原因", row.get_reason_display()), ("说明", row.note)))
            for row in changes
        ),
    ]  # fmt: skip
    return Part("大事记", tuple(sorted(found, key=lambda entry: (entry.on, entry.key))))


SOURCES = (
    Source("activities", "代表活动", _activities, _read_activities, frozenset(ActivityKind.values)),
    Source("group_activities", "代表小组活动", _group_activities, _read_groups),
    Source("forums", "民情反映会", _forums, _read_forums),
    Source("chronicle", "大事记", _chronicle, _read_chronicle),
)
