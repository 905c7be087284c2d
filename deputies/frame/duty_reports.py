"""What duty reports add to the frame: navigation, to-dos, a panel on a deputy's page and words of the audit trail."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from congress import audit_actions, navigation, panels, todos
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from deputies.enums import DutyReportState
from deputies.models import Deputy, DutyReport, DutyReportMeeting

KIND = "述职评议"
SOON = datetime.timedelta(days=7)
_MOST_TODOS = 200
_SHOWN = 5

WORDS = {
    "deputies.plan_duty_report": "安排述职会",
    "deputies.change_duty_report": "修改述职会安排",
    "deputies.cancel_duty_report": "取消述职会",
    "deputies.write_duty_report": "修改述职报告",
    "deputies.hold_duty_report": "登记述职会举行情况",
    "deputies.record_questions": "记录选民询问",
    "deputies.issue_slips": "生成扫码选票",
    "deputies.open_voting": "开始扫码测评",
    "deputies.close_voting": "截止扫码测评",
    "deputies.use_slip": "使用一张选票",
    "deputies.enter_tally": "填写计票结果",
    "deputies.announce_duty_report": "宣布评议结果",
    "deputies.create_ballotaspect": "新增评议方面",
    "deputies.change_ballotaspect": "修改评议方面",
    "deputies.delete_ballotaspect": "删除评议方面",
    "deputies.change_dutyreportrule": "修改述职要求",
    "letters": "字数",
    "questions": "询问条数",
    "slips": "选票数",
    "counts": "改动的票数",
    "on_site": "到场代表",
    "least_voters": "到会选民不少于",
    "least_per_term": "每届现场述职不少于",
    "report_template": "述职报告提纲",
    **{
        field.name: str(field.verbose_name)
        for field in DutyReportMeeting._meta.concrete_fields
        if field.name in {"planned_on", "held_on", "place", "voters_present", "method", "closes_at", "slips_handed_out", "slips_collected"}
    },
    **dict(DutyReportState.choices),
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most three queries: meetings near or overdue and results to announce for the town, reports to write for a deputy."""
    soon = timezone.localdate() + SOON
    if paths := user.access.area_paths(Role.TOWN_OFFICE):
        here = Q(pk__in=[])
        for path in paths:
            here |= Q(electoral_district__area__path__startswith=path)
        rows = DutyReportMeeting.objects.filter(here).select_related("electoral_district__area").order_by("planned_on", "pk")
        for each in rows.filter(state=DutyReportState.PLANNED, planned_on__lte=soon)[:_MOST_TODOS]:
            yield Todo(f"举行{each}", _to(each), KIND, each.electoral_district.area.name, each.planned_on, each.place)
        for each in rows.filter(state=DutyReportState.HELD)[:_MOST_TODOS]:
            yield Todo(f"宣布{each}的评议结果", _to(each), KIND, each.electoral_district.area.name, None, "述职评议应当场宣布结果")
    if user.access.has(Role.DEPUTY):
        own = DutyReport.objects.filter(
            mandate__deputy__user=user, text="", meeting__state=DutyReportState.PLANNED, meeting__planned_on__lte=soon
        )
        for report in own.select_related("meeting__electoral_district", "mandate__deputy").order_by("meeting__planned_on", "pk")[
            :_MOST_TODOS
        ]:
            url = reverse("deputies:duty_report_text", args=[report.meeting.code, report.mandate.deputy.code])
            yield Todo(f"准备述职报告：{report.meeting}", url, KIND, report.mandate.deputy.name, report.meeting.planned_on)


def _to(meeting: DutyReportMeeting) -> str:
    return reverse("deputies:duty_report", args=[meeting.code])


def _of_deputy(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A deputy's latest meetings on her page. One query."""
    if not isinstance(subject, Deputy):
        return None
    rows = DutyReport.objects.filter(mandate__deputy=subject).select_related("meeting__electoral_district")
    reports = list(rows.order_by("-meeting__planned_on", "-pk")[: _SHOWN + 1])
    return {"deputy": subject, "reports": reports[:_SHOWN], "more": len(reports) > _SHOWN} if reports else None


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("contacts", "述职评议", "deputies:duty_reports", lambda user: bool(user.access.roles)))
    todos.register(waiting_for)
    panels.register(panels.Panel("deputy", "duty_reports", "deputies/duty_reports/panel.html", _of_deputy))
