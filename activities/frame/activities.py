"""What activities add to the frame: navigation, search, to-dos, home desks, deadlines and words of the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.enums import ActivityState, ForwardingState, ParticipationState, SignInMethod
from activities.models import Activity, ActivityRule, Forwarding, Participation
from activities.querysets.activities import ANSWERING
from activities.services import activities_results
from activities.services.activities import FIELDS, to_activity, when
from activities.tables.activities import answer_tag, state_tag
from congress import audit_actions, navigation, panels, search, todos
from congress.enums import Role
from congress.models import User
from congress.todos import Todo

KIND = "代表活动"
MINUTES_WITHIN = datetime.timedelta(days=3)  # after it ended; then whoever runs it is asked for the minutes
_MOST = 200
_RUNNING = (ActivityState.ANNOUNCED, ActivityState.HELD, ActivityState.FORWARDED)
_WEEK = 6

WORDS = {
    "activities.plan_activity": "安排活动",
    "activities.change_activity": "修改活动",
    "activities.announce_activity": "发活动通知",
    "activities.cancel_activity": "取消活动",
    "activities.hold_activity": "登记活动已举行",
    "activities.close_activity": "活动办结",
    "activities.invite": "邀请代表",
    "activities.uninvite": "移出活动名单",
    "activities.sign_up": "报名参加活动",
    "activities.ask_leave": "活动请假",
    "activities.decide_leave": "审批活动请假",
    "activities.sign_in": "扫码签到",
    "activities.record_attendance": "登记到会情况",
    "activities.add_present": "补登到会",
    "activities.record_results": "填写活动记录",
    "activities.add_files": "添加活动材料",
    "activities.remove_file": "删除活动材料",
    "activities.rate": "评价活动",
    "activities.forward": "活动转交反馈",
    "activities.forward_to": "转交活动意见",
    "activities.answer_forwarding": "反馈转交意见",
    "activities.move_feedback_day": "重新计算反馈期限",
    "activities.export_activities": "导出代表活动",
    "activities.replace_feed": "更换日历订阅地址",
    "activities.create_theme": "新增活动主题",
    "activities.change_theme": "修改活动主题",
    "activities.delete_theme": "删除活动主题",
    "activities.create_activityrule": "填写活动要求",
    "activities.change_activityrule": "修改活动要求",
    "deputy": "代表",
    "invited": "新邀请",
    "signed_in": "新签到",
    "struck": "改为缺席",
    "absentees": "记缺席",
    "spoke": "发言记录",
    "themes": "主题",
    "quarter": "所在季度",
    "bodies": "转交单位",
    "body": "转交单位",
    "files": "材料",
    "address": "地址",
    **{
        field.name: str(field.verbose_name)
        for field in Activity._meta.concrete_fields
        if field.name in (*FIELDS, *activities_results.RESULTS)
    },
    **{field.name: str(field.verbose_name) for field in ActivityRule._meta.concrete_fields if field.name != "id"},
    **dict(ActivityState.choices),
    **dict(ParticipationState.choices),
    **dict(ForwardingState.choices),
    **dict(SignInMethod.choices),
}


def _sees_activities(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.DEPUTY, Role.GROUP_OFFICER)


def _sees_forwardings(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, *ANSWERING)


def _find(user: User, words: str) -> Iterable[search.Hit]:
    rows = Activity.objects.visible_to(user).matching(words).select_related("organiser").order_by("-starts_at", "-pk")
    for activity in rows[: search.LIMIT]:
        yield search.Hit(activity.title, to_activity(activity), f"{when(activity)} · {activity.organiser} · {activity.get_state_display()}")


def _more(words: str) -> str:
    return f"{reverse('activities:list')}?{urlencode({'q': words})}"


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """At most seven queries, and none for roles that have nothing to do with activities."""
    if user.access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.GROUP_OFFICER, Role.DEPUTY):
        yield from _to_run(user)
    if user.access.has(Role.DEPUTY):
        yield from _to_answer(user)
    if organs := user.access.organisation_ids(*ANSWERING):
        rows = Forwarding.objects.waiting().filter(body__in=organs).select_related("activity__organiser", "body").order_by("due_on", "pk")
        for row in rows[:_MOST]:
            yield Todo(f"反馈“{row.activity.title}”的意见", activities_results.to_forwarding(row), KIND, row.body.name, row.due_on)


def _to_run(user: User) -> Iterator[Todo]:
    """Leaves to decide, what took place and is not entered, minutes that are missing."""
    now = timezone.now()
    own = Activity.objects.run_by(user)
    asked = Participation.objects.filter(
        state=ParticipationState.LEAVE_ASKED, activity__in=own.filter(state__in=_RUNNING).values("pk")
    ).select_related("deputy", "activity__organiser")
    for row in asked.order_by("activity__starts_at", "pk")[:_MOST]:
        day = timezone.localtime(row.activity.starts_at).date()
        url = f"{to_activity(row.activity)}#leaves"
        yield Todo(f"审批{row.deputy}的请假", url, KIND, row.activity.organiser.name, day, row.activity.title)
    past = Q(state__in=[ActivityState.PLANNED, ActivityState.ANNOUNCED], ends_at__lt=now) | Q(
        state=ActivityState.HELD, minutes="", ends_at__lt=now - MINUTES_WITHIN
    )
    for activity in own.filter(past).select_related("organiser").order_by("ends_at", "pk")[:_MOST]:
        ended = timezone.localtime(activity.ends_at).date()
        if activity.state == ActivityState.HELD:
            url = reverse("activities:minutes", args=[activity.code])
            yield Todo(f"填写“{activity.title}”的活动记录", url, KIND, activity.organiser.name, ended + MINUTES_WITHIN)
        else:
            yield Todo(f"登记“{activity.title}”的举行情况", to_activity(activity), KIND, activity.organiser.name, ended + MINUTES_WITHIN)


def _to_answer(user: User) -> Iterator[Todo]:
    """Invitations that wait for the deputy's word."""
    now = timezone.now()
    rows = Participation.objects.of(user).filter(
        state=ParticipationState.INVITED, activity__state=ActivityState.ANNOUNCED, activity__starts_at__gt=now
    )
    for row in rows.select_related("activity", "deputy").order_by("activity__starts_at", "pk")[:_MOST]:
        until = row.activity.sign_up_until or row.activity.starts_at
        day = timezone.localtime(until).date()
        yield Todo(f"报名或请假：{row.activity.title}", to_activity(row.activity), KIND, row.deputy.name, day, when(row.activity))


# ---- home


def _next_of_deputy(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The next activity of a deputy, with its two buttons, and how many follow. One query."""
    rows = Participation.objects.of(request.user).filter(  # type: ignore[arg-type]
        activity__state__in=[ActivityState.ANNOUNCED, ActivityState.HELD], activity__ends_at__gt=timezone.now()
    )
    found = list(rows.exclude(state=ParticipationState.ON_LEAVE).select_related("activity").order_by("activity__starts_at", "pk")[:10])
    if not found:
        return None
    row, now = found[0], timezone.now()
    open_now = row.activity.state == ActivityState.ANNOUNCED and row.activity.starts_at > now
    late = row.activity.sign_up_until is not None and row.activity.sign_up_until <= now
    return {
        "row": row,
        "activity": row.activity,
        "when": when(row.activity),
        "answer": answer_tag(row.state),
        "may_sign_up": open_now and not late and row.state in (ParticipationState.INVITED, ParticipationState.LEAVE_ASKED),
        "may_leave": open_now and row.state in (ParticipationState.INVITED, ParticipationState.SIGNED_UP),
        "others": len(found) - 1,
    }


def _week_of_staff(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The seven days from today for those who run or read activities. One query."""
    user: User = request.user  # type: ignore[assignment]
    if not user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE):
        return None
    today = timezone.localdate()
    start, end = (
        timezone.make_aware(datetime.datetime.combine(day, datetime.time())) for day in (today, today + datetime.timedelta(days=7))
    )
    rows = (
        Activity.objects.visible_to(user).standing().touching(start, end).select_related("organiser", "group").order_by("starts_at", "pk")
    )
    found = [{"activity": activity, "when": when(activity), "state": state_tag(activity.state)} for activity in rows[: _WEEK + 1]]
    return {"rows": found[:_WEEK], "more": len(found) > _WEEK}


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    activities_results.register()
    navigation.register(navigation.Entry("activities", "代表活动", "activities:list", _sees_activities))
    navigation.register(navigation.Entry("activities", "活动日历", "activities:calendar", _sees_activities))
    navigation.register(navigation.Entry("activities", "小组活动", "activities:groups", _sees_activities))
    navigation.register(navigation.Entry("activities", "转交反馈", "activities:forwardings", _sees_forwardings))
    search.register(search.Searcher("activities", "代表活动", _find, _more))
    todos.register(waiting_for)
    panels.register(panels.Panel("home.deputy.top", "activities", "activities/activities/home_next.html", _next_of_deputy))
    panels.register(panels.Panel("home", "activities", "activities/activities/home_week.html", _week_of_staff))
