"""What dossiers add to the frame: navigation, a deputy's way to her own, and words of the audit trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from congress import audit_actions, navigation, panels
from congress.enums import Role
from congress.models import User
from deputies.models import Deputy, PeerRule, PointRule

WORDS = {
    "deputies.create_pointrule": "新增积分规则",
    "deputies.change_pointrule": "修改积分规则",
    "deputies.delete_pointrule": "删除积分规则",
    "deputies.create_peerrule": "填写积分比较要求",
    "deputies.change_peerrule": "修改积分比较要求",
    **{
        field.name: str(field.verbose_name)
        for model in (PointRule, PeerRule)
        for field in model._meta.concrete_fields
        if field.name in {"figure", "argument", "needed", "base", "per_extra", "cap", "least_peers"}
    },
}


def _prints(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE)


def _own(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """Whose dossier is one's own. One query, for deputies only."""
    if not request.user.access.has(Role.DEPUTY):  # type: ignore[union-attr]
        return None
    deputy = Deputy.objects.filter(user=request.user).first()  # type: ignore[misc]
    return {"deputy": deputy} if deputy else None


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("contacts", "履职档案", "deputies:dossiers", _prints))
    panels.register(panels.Panel("me", "dossier", "deputies/dossiers/_own.html", _own))
