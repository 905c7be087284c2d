"""The annual plan as tables: the years, and a plan's items with how far each has come."""

from __future__ import annotations

import datetime
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from activities.enums import PlanState
from activities.models import AnnualPlan
from activities.plan_progress import standing
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag

_TONES = {
    PlanState.DRAFT: ("", "pen"),
    PlanState.ADOPTED: ("info", "check"),
    PlanState.TOLD: ("info", "bell"),
    PlanState.PUBLISHED: ("ok", "flag"),
}


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[PlanState(state)], PlanState(state).label)


def months(item: Any) -> str:
    """3月至6月, or 3月."""
    return f"{item.first_month}月" if item.first_month == item.last_month else f"{item.first_month}月至{item.last_month}月"


def plans_table() -> Table[AnnualPlan]:
    """Rows come with ``entries``, ``done`` and ``late``. Made per page."""
    to_plan = addresses("activities:plan")

    def name(plan: Any) -> SafeString:
        return SafeString(f'{link(to_plan(plan.code), str(plan), "strong")}<br><span class="muted small">{escape(plan.code)}</span>')

    def met(plan: Any) -> str:
        return f"{plan.meeting}，{cn_date(plan.adopted_on)}" if plan.adopted_on else "—"

    return Table(
        "年度代表工作计划",
        [
            Column("计划", name, is_heading=True),
            Column("通过的会议", met, css="wide"),
            Column("通报", lambda plan: cn_date(plan.told_at) or "—", css="nowrap"),
            Column("公布", lambda plan: cn_date(plan.published_at) or "—", css="nowrap"),
            Column("事项", lambda plan: plan.entries, css="num"),
            Column("已完成", lambda plan: plan.done, css="num"),
            Column("状态", lambda plan: state_tag(plan.state), is_labelled=False),
        ],
    )


def items_table(plan: AnnualPlan, today: datetime.date) -> Table[Any]:
    """Rows come ``with_progress``, with plan and responsible organ. Made per page."""

    def to_item(item: Any) -> str:
        return reverse("activities:plan_item", args=[plan.code, item.position])

    def came(item: Any) -> SafeString:
        shown = link(f"{to_item(item)}?held=1", item.done) if item.done else SafeString("0")
        return SafeString(f'{shown}<span class="muted">／{item.count}</span>')

    return Table(
        str(plan),
        [
            Column("序号", lambda item: item.position, css="num"),
            Column("工作内容", lambda item: link(to_item(item), item.text, "strong"), is_heading=True, css="wide"),
            Column("形式", lambda item: item.get_kind_display() or "不限"),
            Column("时间", months, css="nowrap"),
            Column("责任单位", lambda item: item.responsible.short_name or item.responsible.name),
            Column("已举行／计划（次）", came, css="num"),
            Column("进度", lambda item: tag(*standing(item, today).value), is_labelled=False),
        ],
    )
