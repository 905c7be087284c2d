"""What the annual plan adds to the frame: navigation, to-dos, its progress on the home desk, words of the audit trail."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import F
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from activities.enums import PlanState
from activities.models import AnnualPlan, AnnualPlanItem
from activities.plan_progress import Standing, standing
from activities.services.plans import to_plan
from congress import audit_actions, navigation, panels, todos
from congress.enums import Role
from congress.models import User
from congress.periods import Period
from congress.todos import Todo

KIND = "年度计划"
DRAWN_UP_FROM = 12  # in which month the office is asked for the next year's plan
_SPRING = 3  # until when it is asked for the year's own
_MOST = 200

WORDS = {
    "activities.draft_plan": "拟订年度计划",
    "activities.change_plan": "修改年度计划",
    "activities.add_plan_item": "添加计划事项",
    "activities.change_plan_item": "修改计划事项",
    "activities.move_plan_item": "移动计划事项",
    "activities.remove_plan_item": "删去计划事项",
    "activities.adopt_plan": "登记主任会议通过计划",
    "activities.tell_plan": "向代表通报计划",
    "activities.publish_plan": "向社会公布计划",
    "activities.reopen_plan": "重新提交主任会议",
    "activities.fulfil_plan_item": "活动计入计划事项",
    "activities.release_plan_item": "活动不计入计划事项",
    "copied_from": "复制自",
    "preface": "总体要求",
    "items": "事项数",
    "item": "事项",
    "activities": "活动",
    "meeting": "通过的会议",
    "adopted_on": "通过日期",
    "told_at": "通报时间",
    "published_at": "公布时间",
    "first_month": "从（月）",
    "last_month": "至（月）",
    "count": "计划次数",
    "responsible": "责任单位",
    **dict(PlanState.choices),
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most two queries: the plan's own steps for the office, and items whose last month has come for whom they bind."""
    today = timezone.localdate()
    if user.access.is_office:
        yield from _steps(today)
    organs = user.access.organisation_ids(Role.OFFICE, Role.TOWN_OFFICE)
    if not organs:
        return
    items = AnnualPlanItem.objects.filter(plan__year=today.year, last_month__lte=today.month).exclude(plan__state=PlanState.DRAFT)
    if not user.access.is_office:
        items = items.filter(responsible__in=organs)
    rows: Any = items.with_progress().select_related("plan", "responsible").order_by("last_month", "position")
    for item in rows.filter(done__lt=F("count"))[:_MOST]:
        if item.responsible_id not in organs and item.last_month == today.month:
            continue  # the office hears of another organ's item once it is late
        last = Period(datetime.date(today.year, item.last_month, 1), "month").end
        url = reverse("activities:plan_item", args=[item.plan.code, item.position])
        yield Todo(
            f"完成计划事项：{item.text[:40]}", url, KIND, str(item.responsible), last, f"已举行 {item.done} 次，计划 {item.count} 次"
        )


def _steps(today: datetime.date) -> Iterator[Todo]:
    plans = {plan.year: plan for plan in AnnualPlan.objects.filter(year__in=(today.year, today.year + 1)).select_related("congress")}
    wanted = today.year + 1 if today.month >= DRAWN_UP_FROM else today.year
    plan = plans.get(wanted)
    due = datetime.date(today.year, 12, 31) if wanted > today.year else datetime.date(wanted, _SPRING, 31)
    if plan is None and (today.month >= DRAWN_UP_FROM or today.month <= _SPRING):
        yield Todo(f"拟订{wanted}年代表工作计划", f"{reverse('activities:plans')}#new", KIND, "代表工委", due)
    elif plan is not None and plan.state == PlanState.DRAFT:
        yield Todo(f"把{plan}提交主任会议", to_plan(plan), KIND, "代表工委", due)
    for each in plans.values():
        if each.state == PlanState.ADOPTED:
            yield Todo(f"向代表通报{each}", to_plan(each), KIND, "代表工委", None, f"{each.meeting}通过")
        elif each.state == PlanState.TOLD:
            yield Todo(f"向社会公布{each}", to_plan(each), KIND, "代表工委", None, f"{each.meeting}通过")


def _progress(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """How far this year's plan has come, for district staff. One query."""
    if not request.user.access.is_district_staff:  # type: ignore[union-attr]
        return None
    today = timezone.localdate()
    rows = AnnualPlanItem.objects.filter(plan__year=today.year).exclude(plan__state=PlanState.DRAFT)
    items = list(rows.with_progress().select_related("plan").order_by("position"))
    if not items:
        return None
    counts = Counter(standing(item, today) for item in items)
    return {"plan": items[0].plan, "total": len(items), "done": counts[Standing.DONE], "late": counts[Standing.LATE]}


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("activities", "年度计划", "activities:plans", lambda user: bool(user.access.roles)))
    todos.register(waiting_for)
    panels.register(panels.Panel("home", "plans", "activities/plans/home.html", _progress))
