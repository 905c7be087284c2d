"""What platforms add to the frame: navigation, search, and their numbers on the home desk."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.http import urlencode

from congress import navigation, panels, search
from congress.enums import Role
from congress.models import User
from platforms.models import Platform
from platforms.standing import tallies_of


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def _is_office(user: User) -> bool:
    return user.access.is_office


def _find(user: User, words: str) -> Iterable[search.Hit]:
    found = Platform.objects.visible_to(user).matching(words).select_related("unit")[: search.LIMIT]
    return [
        search.Hit(platform.name, reverse("platforms:detail", args=[platform.code]), f"{platform.unit.name} · {platform.code}")
        for platform in found
    ]


def _more(words: str) -> str:
    return f"{reverse('platforms:list')}?{urlencode({'q': words})}"


def _numbers(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The district's platforms for its staff, a unit's own for the unit's; nothing for others. Three queries."""
    access = request.user.access  # type: ignore[union-attr]
    platforms = Platform.objects.active()
    area: dict[str, str] = {}
    if not access.is_district_staff:
        held = next((held for held in access.held if held.role == Role.TOWN_OFFICE), None)
        if held is None:
            return None
        platforms = platforms.filter(unit=held.area_id)
        area = {"unit": held.area_code}
    rows = list(platforms.order_by().values_list("pk", "area__kind", "is_demonstration", "is_specialty", "unit_id"))
    counted = tallies_of(row[:3] for row in rows)

    def address(name: str, **values: str | int) -> str:
        return f"{reverse(name)}?{urlencode({**area, **values})}"

    towns = len({row[4] for row in rows})
    demonstration, specialty = sum(row[2] for row in rows), sum(row[3] for row in rows)
    partly = sum(tally.partly for tally in counted.values())
    return {
        "figs": [
            {
                "label": "履职平台",
                "value": len(rows),
                "unit": "个",
                "note": "" if area else f"分布在 {towns} 个镇（街道）",
                "url": address("platforms:list") if rows else "",
            },
            {
                "label": "平台达标",
                "value": sum(1 for tally in counted.values() if tally.total and not tally.gaps),
                "unit": f"/ {len(rows)}",
                "note": "适用标准全部达标的平台",
                "url": address("platforms:standards") if rows else "",
            },
            {
                "label": "平台缺项",
                "value": sum(tally.missing for tally in counted.values()),
                "unit": "处",
                "note": f"另有不全 {partly} 处",
                "url": address("platforms:standards", gaps=1) if rows else "",
            },
            {
                "label": "示范平台",
                "value": demonstration,
                "unit": "个",
                "note": f"另有特色平台 {specialty} 个",
                "url": address("platforms:list", demonstration=1) if demonstration else "",
            },
        ]
    }


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("platforms", "平台名册", "platforms:list", _has_role))
    navigation.register(navigation.Entry("platforms", "标准对照", "platforms:standards", _has_role))
    navigation.register(navigation.Entry("platforms", "建设标准", "admin:platforms_standard_changelist", _is_office))
    search.register(search.Searcher("platforms", "履职平台", _find, _more))
    panels.register(panels.Panel("home.figures", "platforms", "components/figs.html", _numbers))
