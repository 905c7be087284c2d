"""Entering platforms and changing what is known of them."""

from __future__ import annotations

import re
from typing import Any

from django.db import transaction

from congress.enums import TOWN_LEVEL
from congress.errors import DomainError
from congress.models import Area
from congress.services import audit
from platforms.enums import OPEN_ROUND
from platforms.models import Platform

FIELDS = (
    "code", "name", "kind", "area", "address", "opening_hours", "phone", "contact_name", "is_demonstration", "is_specialty",
    "host_company", "guiding_leader", "guiding_office", "founded_on", "is_active",
)  # fmt: skip
MARKS = ("is_demonstration", "is_specialty", "host_company", "guiding_leader", "guiding_office")  # the office's alone


def unit_of(area: Area) -> Area:
    """The town-level area a platform in ``area`` is assessed with: the area itself or the nearest above it.

    Raises DomainError when there is none.
    """
    if area.is_town_level:
        return area
    codes = area.path.strip("/").split("/")
    units = {unit.code: unit for unit in Area.objects.filter(code__in=codes, kind__in=TOWN_LEVEL)}
    for code in reversed(codes):
        if code in units:
            return units[code]
    raise DomainError(f"“{area}”不属于任何镇或街道。平台应设在镇、街道、农场或其下的村、社区。")


def refuse_change(platform: Platform | None, *, code: str = "", area: Area | None = None) -> None:
    """Raises DomainError when ``platform`` (None: a new one) can't have this code or stand in this area.

    The services ask it; so do forms, to show the refusal beside what was typed. A code is refused when it is taken, or
    when the old one already stands on a sheet of a round; an area when it lies in no town, or in another unit while an
    unfinished round has a sheet for the platform.
    """
    if code and (platform is None or code != platform.code):
        if holder := Platform.objects.filter(code=code).first():
            raise DomainError(f"平台编号 {code} 已由“{holder}”使用，请另编一个，或留空由系统编号。")
        if platform and platform.assessments.exists():
            raise DomainError(f"“{platform}”已参加过考评，编号 {platform.code} 写在通报里，不能再改。")
    unit = unit_of(area) if area else None
    if platform and unit and unit != platform.unit:
        sheet = platform.assessments.filter(round__state__in=OPEN_ROUND).select_related("round").first()
        if sheet:
            raise DomainError(f"“{platform}”正在参加{sheet.round}，通报发布前不能改属其他镇（街道）。")


@transaction.atomic
def create_platform(*, actor: audit.Actor, area: Area, code: str = "", **fields: Any) -> Platform:
    """Enters a platform; its unit follows from the area, an empty code is made from the area's.

    Raises DomainError when the code is taken or the area lies in no town.
    """
    unit = unit_of(area)
    Area.objects.select_for_update().get(pk=unit.pk)  # two new platforms of one unit get two codes
    code = code.strip() or _next_code(area)
    refuse_change(None, code=code)
    platform = Platform.objects.create(code=code, area=area, unit=unit, **_known(fields))
    audit.record(
        actor, "platforms.create_platform", platform, changes=audit.difference({}, {name: getattr(platform, name) for name in FIELDS})
    )
    return platform


@transaction.atomic
def update_platform(*, actor: audit.Actor, platform: Platform, **fields: Any) -> Platform:
    """Changes the given fields; without a difference it writes nothing.

    Raises DomainError as ``refuse_change`` does.
    """
    platform = Platform.objects.select_for_update(of=("self",)).select_related("area", "unit").get(pk=platform.pk)
    fields = _known(fields)
    before = {name: getattr(platform, name) for name in fields}
    changes = audit.difference(before, fields)
    if not changes:
        return platform
    refuse_change(platform, code=fields.get("code", ""), area=fields.get("area"))
    if "area" in changes:
        unit = unit_of(fields["area"])
        if unit != platform.unit:
            changes["unit"] = [platform.unit.code, unit.code]
            platform.unit = unit
        changes["area"] = [platform.area.code, fields["area"].code]
    for name, value in fields.items():
        setattr(platform, name, value)
    platform.save()
    audit.record(actor, "platforms.update_platform", platform, changes=changes)
    return platform


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a platform: {sorted(unknown)}")
    return fields


def _next_code(area: Area) -> str:
    """The area's code and the number after the highest one given out, as the import numbers them: 450603101201-P002."""
    taken = Platform.objects.filter(code__startswith=f"{area.code}-P").values_list("code", flat=True)
    numbers = [int(match[1]) for code in taken if (match := re.fullmatch(r".*-P(\d{1,6})", code))]
    return f"{area.code}-P{max(numbers, default=0) + 1:03d}"
