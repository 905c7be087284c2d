"""What the register, the groups and the two liaisons add to the frame: navigation, search, and their words in the audit trail."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from congress import audit_actions, navigation, panels, search
from congress.enums import Role
from congress.models import User
from deputies.enums import EndReason, GroupRole, MandateStatus
from deputies.models import Deputy, DeputyGroup, LiaisonRule, Mandate

WORDS = {
    "deputies.create_deputy": "登记代表",
    "deputies.change_deputy": "修改代表",
    "deputies.begin_mandate": "登记代表资格",
    "deputies.correct_mandate": "更正代表资格",
    "deputies.suspend_mandate": "暂停执行代表职务",
    "deputies.resume_mandate": "恢复执行代表职务",
    "deputies.end_mandate": "终止代表资格",
    "deputies.change_of_term": "换届",
    "deputies.hand_over_voters": "移交固定联系选民",
    "deputies.create_group": "新编代表小组",
    "deputies.change_group": "修改代表小组",
    "deputies.close_group": "撤销代表小组",
    "deputies.place_in_group": "编入代表小组",
    "deputies.leave_group": "退出代表小组",
    "deputies.appoint_standing_member": "登记组成人员",
    "deputies.dismiss_standing_member": "组成人员离任",
    "deputies.link_deputy": "组成人员联系代表",
    "deputies.unlink_deputy": "结束联系代表",
    "deputies.record_liaison": "记录联系代表",
    "deputies.change_liaison_rule": "修改双联系要求",
    "deputies.add_voter": "登记固定联系选民",
    "deputies.end_voter": "结束固定联系选民",
    "mandates": "代表资格",
    "groups": "代表小组",
    "memberships": "小组成员",
    "standing_members": "组成人员",
    "deputy_liaisons": "联系代表",
    "voter_liaisons": "固定联系选民",
    "grants": "账号角色",
    "handed_over": "已移交选民",
    "deputy": "代表",
    "reason": "原因",
    "on": "日期",
    "until": "截止",
    "post": "职务",
    "field": "领域",
    "congress": "人民代表大会",
    **{field.name: str(field.verbose_name) for model in (Deputy, Mandate) for field in model._meta.concrete_fields if field.name != "id"},
    **{field.name: str(field.verbose_name) for field in LiaisonRule._meta.concrete_fields if field.name != "id"},
    **dict(MandateStatus.choices),
    **dict(EndReason.choices),
    **dict(GroupRole.choices),
}


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def _is_office(user: User) -> bool:
    return user.access.is_office


def _keeps_liaisons(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.DEPUTY)


def _find_deputies(user: User, words: str) -> Iterable[search.Hit]:
    for deputy in Deputy.objects.visible_to(user).matching(words, user)[: search.LIMIT]:
        yield search.Hit(
            deputy.name, reverse("deputies:detail", args=[deputy.code]), " · ".join(filter(None, [deputy.code, deputy.position]))
        )


def _own_seats(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Whom one represents, at the head of a deputy's own home. One query."""
    own = Mandate.objects.serving().filter(deputy__user=request.user)  # type: ignore[misc]
    seats = list(own.select_related("deputy", "term__congress__area", "area", "electoral_district").order_by("term__congress__area__path"))
    return {"deputy": seats[0].deputy, "seats": seats} if seats else None


def _find_groups(user: User, words: str) -> Iterable[search.Hit]:
    found = (
        DeputyGroup.objects.visible_to(user).in_force().filter(Q(name__icontains=words) | Q(field__icontains=words)).select_related("area")
    )
    for group in found[: search.LIMIT]:
        yield search.Hit(group.name, reverse("deputies:group", args=[group.code]), f"{group.area.name} · {group.code}")


def _more_deputies(words: str) -> str:
    return f"{reverse('deputies:list')}?{urlencode({'q': words})}"


def _more_groups(words: str) -> str:
    return f"{reverse('deputies:groups')}?{urlencode({'q': words})}"


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("contacts", "代表名册", "deputies:list", _has_role))
    navigation.register(navigation.Entry("contacts", "代表构成", "deputies:composition", _has_role))
    navigation.register(navigation.Entry("contacts", "代表小组", "deputies:groups", _has_role))
    navigation.register(navigation.Entry("contacts", "双联系", "deputies:liaisons", _keeps_liaisons))
    navigation.register(navigation.Entry("master_data", "换届", "deputies:terms", _is_office))
    search.register(search.Searcher("deputies", "代表", _find_deputies, _more_deputies))
    search.register(search.Searcher("groups", "代表小组", _find_groups, _more_groups))
    panels.register(panels.Panel("home.deputy", "deputies", "deputies/home.html", _own_seats))
