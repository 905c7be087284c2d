"""What 创先争优 adds to the frame: navigation, to-dos and words of the audit trail."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils import timezone

from congress import audit_actions, navigation, todos
from congress.enums import Role
from congress.models import User
from congress.todos import Todo
from deputies.enums import DeedState
from deputies.models import Deed, NominationRound

KIND = "创先争优"
WORDS = {
    "deputies.write_deed": "填写先进事迹",
    "deputies.submit_deed": "报送先进事迹",
    "deputies.approve_deed": "审核先进事迹",
    "deputies.return_deed": "退回先进事迹",
    "deputies.mark_deed_public": "标记事迹可公开",
    "deputies.record_honour": "登记表彰奖励",
    "deputies.open_nominations": "开始优秀代表评选",
    "deputies.nominate": "推荐优秀代表",
    "deputies.examine_nomination": "审查推荐",
    "deputies.decide_nominations": "登记审定结果",
    "is_public": "可公开",
    "quota_percent": "名额比例",
}


def waiting_for(user: User) -> Iterator[Todo]:
    """At most two queries."""
    if user.access.is_office:
        for deed in Deed.objects.filter(state=DeedState.SUBMITTED).order_by("pk"):
            yield Todo(f"审核事迹：{deed.title}", reverse("deputies:deed", args=[deed.code]), KIND, "代表工委")
    if own := user.access.area_ids(Role.TOWN_OFFICE):
        running = NominationRound.objects.filter(decided_on=None, closes_on__gte=timezone.localdate()).exclude(nominations__area__in=own)
        for round in running:
            yield Todo(
                f"推荐优秀代表：{round}", reverse("deputies:nominations", args=[round.year]), KIND, "镇（街道）人大", round.closes_on
            )


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def register() -> None:
    """Called once, when the app is ready."""
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("activities", "创先争优", "deputies:deeds", _has_role))
    todos.register(waiting_for)
