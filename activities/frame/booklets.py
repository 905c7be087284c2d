"""What booklets add to the frame: their sources, navigation, panels on a platform's pages and words of the audit trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from activities import booklets, shelves
from activities.shelves import State
from activities.sources import SOURCES
from congress import audit_actions, navigation, panels
from congress.access import may
from congress.enums import Role
from congress.models import User
from congress.periods import Period
from platforms.enums import CheckState
from platforms.models import Platform, StandardItem

_SUGGESTED = {State.COMPLETE: CheckState.MET, State.SHORT: CheckState.PARTLY, State.EMPTY: CheckState.NOT_YET}

WORDS = {
    "activities.tick_paper": "上传纸质材料照片",
    "activities.untick_paper": "删除纸质材料照片",
    "activities.create_booklet": "新增册簿档",
    "activities.change_booklet": "修改册簿档",
    "activities.delete_booklet": "删除册簿档",
    "booklet": "册簿档",
    "photos": "照片",
}


def _this_year() -> Period:
    return Period.year(timezone.localdate().year)


def _of_platform(request: HttpRequest, platform: Any) -> dict[str, Any] | None:
    """Where the platform's set is; how complete it is arrives after the page, so that no page waits for it."""
    if not isinstance(platform, Platform) or not may(request.user, "activities.see_booklets"):
        return None
    return {"platform": platform}


def _of_check(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """What the records say to an item of a standard, while a platform is checked against it. At most four queries."""
    if subject is None or not may(request.user, "activities.see_booklets"):
        return None
    platform, item = subject
    assert isinstance(platform, Platform) and isinstance(item, StandardItem)
    period = _this_year()
    volume = shelves.volume_of(platform, item.code, period)
    if volume is None:
        return None
    suggested = _SUGGESTED.get(volume.state)
    return {
        "platform": platform,
        "volume": volume,
        "period": period,
        "suggestion": suggested.label if suggested else "",
        "may_read": not volume.is_reserved and may(request.user, "activities.read_booklet", platform),
    }


def _sees(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE, Role.ASSESSOR)


def register() -> None:
    """Called once, when the app is ready."""
    for source in SOURCES:
        booklets.register(source)
    audit_actions.register(WORDS)
    navigation.register(navigation.Entry("platforms", "册簿档", "activities:booklets", _sees))
    navigation.register(
        navigation.Entry("master_data", "册簿档汇集范围", "admin:activities_booklet_changelist", lambda user: user.access.is_office)
    )
    panels.register(panels.Panel("platform", "booklets", "activities/booklets/_platform.html", _of_platform))
    panels.register(panels.Panel("platform.check", "booklets", "activities/booklets/_check.html", _of_check))
