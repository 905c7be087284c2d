"""Activities, their participants, groups by quarter, and what was forwarded, as tables made per page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html import escape

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from activities.enums import TOOK_PLACE, ActivityKind, ActivityState, ForwardingState, ParticipationState, SignInMethod
from activities.figures.activities import GroupQuarter
from activities.models import Activity, Forwarding, Participation
from congress.tables import Column, Table, addresses, link
from congress.templatetags.deadlines import due_html
from congress.templatetags.frame import WEEKDAYS, tag

_KINDS = dict(ActivityKind.choices)
_METHODS = dict(SignInMethod.choices)
_TONES = {
    ActivityState.PLANNED: ("", "wait"),
    ActivityState.ANNOUNCED: ("info", "bell"),
    ActivityState.HELD: ("warn", "pen"),
    ActivityState.FORWARDED: ("warn", "send"),
    ActivityState.CLOSED: ("ok", "check"),
    ActivityState.CANCELLED: ("", "x"),
}
_ANSWERS = {
    ParticipationState.INVITED: ("", "wait"),
    ParticipationState.SIGNED_UP: ("info", "pen"),
    ParticipationState.LEAVE_ASKED: ("warn", "clock"),
    ParticipationState.ON_LEAVE: ("", "minus"),
    ParticipationState.PRESENT: ("ok", "check"),
    ParticipationState.ABSENT: ("bad", "x"),
}


@dataclass(frozen=True)
class Heads:
    """How many of an activity's list."""

    invited: int = 0
    present: int = 0


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[ActivityState(state)], ActivityState(state).label)


def answer_tag(state: str) -> SafeString:
    return tag(*_ANSWERS[ParticipationState(state)], ParticipationState(state).label)


def forwarding_tag(state: str) -> SafeString:
    return tag("ok", "check", "已反馈") if state == ForwardingState.ANSWERED else tag("warn", "wait", "待反馈")


def moment(activity: Activity) -> str:
    """5月8日（五）09:00, with the year where it is not this one."""
    at = timezone.localtime(activity.starts_at)
    year = "" if at.year == timezone.localdate().year else f"{at.year}年"
    return f"{year}{at.month}月{at.day}日（{WEEKDAYS[at.weekday()]}）{at:%H:%M}"


def activities_table(heads: Mapping[int, Heads]) -> Table[Activity]:
    """Rows come with organiser and group; ``heads`` by their keys."""
    to_activity = addresses("activities:activity")

    def name(activity: Activity) -> SafeString:
        code = f'<br><span class="muted small">{escape(activity.code)}</span>'
        return SafeString(f"{link(to_activity(activity.code), activity.title, 'strong')}{code}")

    def people(activity: Activity) -> str:
        found = heads.get(activity.pk, Heads())
        return f"{found.present}/{found.invited}" if activity.state in TOOK_PLACE else str(found.invited)

    return Table(
        "代表活动",
        [
            Column("活动", name, css="wide", is_heading=True),
            Column("时间", moment, css="nowrap"),
            Column("形式", lambda activity: _KINDS[activity.kind], css="nowrap"),
            Column("组织", lambda activity: activity.group.name if activity.group else activity.organiser.name),
            Column("地点", lambda activity: activity.place),
            Column("到会/名单", people, css="num"),
            Column("状态", lambda activity: state_tag(activity.state), is_labelled=False),
        ],
    )


def participants_table(*, own: bool, decide: Callable[[Participation], SafeString] | None = None) -> Table[Participation]:
    """The list of one activity. Rows come with their deputy. Why somebody has leave is for those who run it (``own``)."""
    to_deputy = addresses("deputies:detail")

    def answer(row: Participation) -> SafeString:
        words = [str(answer_tag(row.state))]
        if row.signed_in_at and row.state == ParticipationState.PRESENT:
            words.append(f'<span class="muted small">{timezone.localtime(row.signed_in_at):%H:%M} {_METHODS.get(row.method, "")}</span>')
        if own and row.leave_reason and row.state in (ParticipationState.LEAVE_ASKED, ParticipationState.ON_LEAVE):
            words.append(f'<span class="small">{escape(row.leave_reason)}</span>')
        return SafeString(" ".join(words))

    columns: list[Column[Participation]] = [
        Column("代表", lambda row: link(to_deputy(row.deputy.code), row.deputy.name), is_heading=True, css="nowrap"),
        Column("单位及职务", lambda row: row.deputy.position or "—", css="wide"),
        Column("情况", answer),
    ]
    if decide is not None:
        columns.append(Column("办理", decide, is_labelled=False))
    return Table("参加名单", columns)


def group_quarters_table() -> Table[GroupQuarter]:
    """Rows come with the group's area."""
    to_group = addresses("deputies:group")
    activities = reverse("activities:list")

    def met(row: GroupQuarter) -> SafeString:
        if not row.met:
            return tag("warn", "wait", "还没有活动")
        query = urlencode({"group": row.group.code, "period": row.quarter.code, "took": "place"})
        return SafeString(f"{tag('ok', 'check', '已活动')} {link(f'{activities}?{query}', f'{row.met} 次')}")

    return Table(
        "代表小组按季度活动",
        [
            Column("小组", lambda row: link(to_group(row.group.code), row.group.name, "strong"), is_heading=True),
            Column("所在区划", lambda row: row.group.area.name),
            Column("时段", lambda row: row.quarter.label, css="nowrap"),
            Column("活动", met),
        ],
    )


def forwardings_table(request: HttpRequest) -> Table[Forwarding]:
    """Rows come with activity, its organiser and the body."""

    def name(row: Forwarding) -> SafeString:
        url = reverse("activities:forwarding", args=[row.activity.code, row.body.code])
        return SafeString(f'{link(url, row.activity.title, "strong")}<br><span class="muted small">{escape(row.activity.code)}</span>')

    return Table(
        "转交反馈",
        [
            Column("活动", name, css="wide", is_heading=True),
            Column("转交单位", lambda row: row.body.name),
            Column("来自", lambda row: row.activity.organiser.name),
            Column("反馈期限", lambda row: due_html(row.due_on, request, done=row.answered_on), css="w-due"),
            Column("状态", lambda row: forwarding_tag(row.state), is_labelled=False),
        ],
    )
