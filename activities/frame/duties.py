"""What duties add to the frame: navigation, a deputy's own duties and a town's on their homes, and words of the audit trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from activities.defaults.duty_rules import SIX
from activities.duties import Reckoning, Scope
from activities.duties.upcoming import coming_for_deputy, sentence
from activities.enums import DutyState, DutySubject
from activities.models import DutyRule
from activities.tables.duties import full_name, state_tag
from congress import audit_actions, navigation, panels
from congress.context import frame_of
from congress.enums import Role
from congress.models import User
from congress.periods import Period

WORDS = {
    "activities.create_dutyrule": "新增履职要求",
    "activities.change_dutyrule": "修改履职要求",
    "activities.new_dutyrule_version": "修改履职要求（另起一条）",
    "activities.export_duties": "导出履职要求完成情况",
    "family": "所属",
    "kinds": "类别",
    "minimum": "不少于",
    "maximum": "不超过",
    "basis": "依据",
    "figures": "计入的指标",
}


def _concerned(user: User) -> bool:
    return user.access.is_district_staff or user.access.has(Role.TOWN_OFFICE, Role.DEPUTY, Role.GROUP_OFFICER)


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """A deputy's duties on her home, and what announced activities would count. Two queries for the rules, one for the terms, one
    for her mandates, one for each figure, one for the activities."""
    deputy = getattr(request.user, "deputy", None)
    if deputy is None:
        return None
    today = timezone.localdate()
    period = Period.containing(today, "month")
    rules = DutyRule.objects.held_in(period).filter(subject=DutySubject.DEPUTY)
    scope = Scope((), frozenset([deputy.pk]))
    rows = [row for row in Reckoning(period, today=today, scope=scope).rows(rules) if row.state != DutyState.NO_DATA]
    if not rows:
        return None
    return {
        "rows": [(row, full_name(row.rule), state_tag(row.state), sentence(row)) for row in rows],
        "met": sum(row.is_met for row in rows),
        "coming": coming_for_deputy(rows, request.user),  # type: ignore[arg-type]
    }


def _town(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """六个一 of the town on its staff's desk."""
    user: User = request.user  # type: ignore[assignment]
    paths = tuple(sorted(user.access.area_paths(Role.TOWN_OFFICE)))
    if not paths:
        return None
    today = timezone.localdate()
    period = Period.containing(today, "month")
    rules = DutyRule.objects.held_in(period).of_families([SIX])
    found = Reckoning(period, today=today, scope=Scope(paths), home=frame_of(request).congress).rows(rules)
    rows = [row for row in found if row.state != DutyState.NO_DATA]
    if not rows:
        return None
    return {"rows": [(row, state_tag(row.state)) for row in rows], "met": sum(row.is_met for row in rows), "family": SIX}


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("activities", "履职要求", "activities:duties", _concerned))
    panels.register(panels.Panel("home.deputy", "duties", "activities/duties/_home.html", _own))
    panels.register(panels.Panel("home", "duties", "activities/duties/_town.html", _town))
