"""What supervision and the year's end add to the frame: navigation, to-dos, home panels and the aside of a suggestion."""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Iterator
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone

from congress import audit_actions, navigation, panels, todos
from congress.access import may
from congress.enums import Role
from congress.models import Congress, User
from congress.todos import Todo
from suggestions.enums import SuggestionState
from suggestions.models import KeySupervision, RuleProfile, SpotCheckDraw, Suggestion, UnitReport
from suggestions.services import reporting
from suggestions.services.profiles import profile_of
from suggestions.services.supervising import to_supervision
from suggestions.tables.suggestions import state_tag
from suggestions.tables.supervision import last_of, next_of, progress_tag

KIND = "重点督办"
REPORTS = "办理情况报告"
_MOST = 200
# Fields that no other app has a word for.
_FIELDS = (
    *("decided_on", "next_method", "next_on", "concluded_on", "until", "per_unit", "seed", "deliberation", "deliberated_on"),
    *("scheme", "bill_cosigners", "longest_extension", "reminders_before_excluded", "key_least", "reports_month", "yellow_workdays"),
    *("least_sample", "cosigners_withdraw", "answer_every_cosigner"),
)
_SHOWN = 5


WORDS = {
    "suggestions.drop_key": "取消重点督办",
    "suggestions.change_supervision_event": "修改督办活动",
    "suggestions.plan_supervision": "安排督办",
    "suggestions.conclude_supervision": "填写督办结果",
    "suggestions.add_supervision_photos": "添加督办照片",
    "suggestions.remove_supervision_photo": "删除督办照片",
    "suggestions.draw_spot_checks": "质量抽查抽样",
    "suggestions.settle_appraisal": "承办单位考评定稿",
    "suggestions.reopen_appraisal": "撤销承办单位考评定稿",
    "suggestions.export_appraisal": "导出承办单位考评",
    "suggestions.hand_in_report": "报送办理情况报告",
    "suggestions.deliberate_report": "填写审议意见",
    "suggestions.change_ruleprofile": "修改建议办理规则",
    "suggestions.change_weights": "修改考评权重",
    "suggestions.create_replyscheme": "新增答复分类方案",
    "suggestions.change_replyscheme": "修改答复分类方案",
    "suggestions.delete_replyscheme": "删除答复分类方案",
    "suggestions.change_reply_classes": "修改答复分类",
    "suggestions.create_suggestioncategory": "新增建议类别",
    "suggestions.change_suggestioncategory": "修改建议类别",
    "suggestions.delete_suggestioncategory": "删除建议类别",
    "suggestions.create_ground": "新增审查情形",
    "suggestions.change_ground": "修改审查情形",
    "suggestions.delete_ground": "删除审查情形",
    "suggestions.create_assignmenttemplate": "新增交办模板",
    "suggestions.change_assignmenttemplate": "修改交办模板",
    "suggestions.delete_assignmenttemplate": "删除交办模板",
    "suggestions.change_template_units": "修改交办模板的单位",
    "weights": "考评权重",
    "classes": "答复分类",
    "answering": "主办（分办）单位",
    "supporting": "协办单位",
    **{
        field.name: str(field.verbose_name)
        for model in (RuleProfile, KeySupervision, SpotCheckDraw, UnitReport)
        for field in model._meta.concrete_fields
        if field.name in _FIELDS
    },
}


def _sees_key(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.DISPATCHER, Role.HANDLING_UNIT, Role.DEPUTY)


def _leads(user: User) -> bool:
    return user.access.is_leader


def _sees_figures(user: User) -> bool:
    return may(user, "suggestions.view_figures")


def _sees_reports(user: User) -> bool:
    return may(user, "suggestions.view_reports")


# ---- to-dos


def waiting_for(user: User) -> Iterator[Todo]:
    """A leader's own supervisions, and a unit's report of the year. At most four queries, none for other roles."""
    if user.access.is_leader:
        yield from _to_supervise(user)
    if units := user.access.organisation_ids(Role.HANDLING_UNIT, Role.DISPATCHER):
        yield from _to_report(user, units)


def _to_supervise(user: User) -> Iterator[Todo]:
    """What was planned, what was not begun, and what was settled without a word of its supervision. One query."""
    rows = KeySupervision.objects.headed_by(user).under_way().with_events().select_related("suggestion")
    for row in rows.order_by("next_on", "decided_on", "pk")[:_MOST]:
        suggestion, address = row.suggestion, to_supervision(row.suggestion)
        if row.next_on:
            yield Todo(f"{row.get_next_method_display()}：{suggestion.title}", address, KIND, user.name, row.next_on)
        elif suggestion.state == SuggestionState.CLOSED and row.event_count:  # type: ignore[attr-defined]
            yield Todo(f"填写督办结果：{suggestion.title}", address, KIND, user.name, detail="建议已经办结")
        elif not row.event_count:  # type: ignore[attr-defined]
            yield Todo(f"开展督办：{suggestion.title}", address, KIND, user.name, detail=f"{row.meeting}确定")


def _to_report(user: User, units: frozenset[int]) -> Iterator[Todo]:
    """From a month before the reports are due to the end of the year. Three queries."""
    today = timezone.localdate()
    profile = RuleProfile.objects.filter(congress=Congress.objects.home()).first()
    month = profile.reports_month if profile else RuleProfile._meta.get_field("reports_month").default
    if today.month < month - 1:
        return
    due = datetime.date(today.year, month, calendar.monthrange(today.year, month)[1])
    done = UnitReport.objects.filter(year=today.year).values("unit")
    for unit in reporting.units_of(today.year).filter(pk__in=units).exclude(pk__in=done):
        yield Todo(f"报送{today.year}年{REPORTS}", reporting.to_report(unit, today.year), REPORTS, unit.short_name or unit.name, due)


# ---- panels


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A leader's desk: what she heads, the nearest first. One query."""
    user: User = request.user  # type: ignore[assignment]
    if not user.access.is_leader:
        return None
    rows = list(
        KeySupervision.objects.headed_by(user)
        .under_way()
        .with_events()
        .select_related("suggestion")
        .order_by("next_on", "decided_on", "pk")[: _SHOWN + 1]
    )
    told = [(row, state_tag(row.suggestion.state), progress_tag(row), last_of(row), next_of(row)) for row in rows[:_SHOWN]]
    return {"supervisions": told, "has_more": len(rows) > _SHOWN}


def _of_year(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The district's desk: how many key suggestions the year has, and how many are lacking. Two queries."""
    user: User = request.user  # type: ignore[assignment]
    if not user.access.is_district_staff:
        return None
    home = Congress.objects.home()
    if home is None:
        return None
    year = timezone.localdate().year
    chosen, least = KeySupervision.objects.filter(year=year).count(), profile_of(home).key_least
    note = f"尚缺 {least - chosen} 件" if chosen < least else f"不少于 {least} 件"
    url = f"{reverse('suggestions:key')}?year={year}"
    return {"figs": [{"label": f"{year}年重点督办", "value": chosen, "unit": "件", "note": note, "url": url}]}


def _beside(request: HttpRequest, suggestion: Suggestion) -> dict[str, Any] | None:
    """How a key suggestion is supervised, beside its thread. One query."""
    row = KeySupervision.objects.filter(suggestion=suggestion).with_events().select_related("leader", "suggestion").first()
    return {"supervision": row, "progress": progress_tag(row), "last": last_of(row), "next": next_of(row)} if row else None


def register() -> None:
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("suggestions", "重点督办", "suggestions:key", _sees_key))
    navigation.register(navigation.Entry("suggestions", "我领衔督办的", "suggestions:key_mine", _leads))
    navigation.register(navigation.Entry("suggestions", "办理数据", "suggestions:figures", _sees_figures))
    navigation.register(navigation.Entry("suggestions", "承办单位考评", "suggestions:appraisal", _sees_figures))
    navigation.register(navigation.Entry("suggestions", REPORTS, "suggestions:reports", _sees_reports))
    todos.register(waiting_for)
    panels.register(panels.Panel("home", "supervision", "suggestions/supervision/_home.html", _own))
    panels.register(panels.Panel("home.figures", "supervision", "components/figs.html", _of_year))
    panels.register(panels.Panel("suggestion.aside", "supervision", "suggestions/supervision/_aside.html", _beside))
