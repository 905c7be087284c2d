"""Platforms, how they stand to the standards, and photos of some."""

from __future__ import annotations

import datetime
from random import Random

from django.utils import timezone

from congress.enums import AreaKind
from platforms.demo.names import Names
from platforms.demo.people import People
from platforms.demo.places import Places
from platforms.enums import CheckState, PlatformKind, scopes_of
from platforms.models import Platform, Standard, StandardCheck

CHECKED_ON = datetime.date(2026, 3, 10)
# The share of items that a unit's platforms meet.
QUALITY = {
    "青溪镇": 0.985, "城东街道": 0.98, "南圩镇": 0.96, "临江街道": 0.95, "大榕镇": 0.955, "松山镇": 0.94, "平岭镇": 0.93, "红棉华侨农场": 0.92,
    "河西街道": 0.93, "石埠镇": 0.91, "河口镇": 0.9, "沙冲镇": 0.82,
}  # fmt: skip
_SPECIALTY = (
    ("青溪镇", "荔枝产业", "青溪镇荔香水果专业合作社"),
    ("石埠镇", "中草药种植基地", "榕江区桂源中药材有限公司"),
    ("河口镇", "海水养殖", "榕江区海润水产养殖专业合作社"),
    ("大榕镇", "桑蚕产业", "大榕镇丰禾桑蚕专业合作社"),
)
_HOURS = ("周一至周五 8:30—12:00，15:00—18:00", "每月15日接待选民，其余工作日 9:00—11:30", "圩日（逢三、六、九）9:00—12:00")


def make(random: Random, places: Places, people: People) -> list[Platform]:
    names = Names(random)
    specialty = {unit: (trade, company) for unit, trade, company in _SPECIALTY}
    rows: list[Platform] = []
    for turn, unit in enumerate(places.units):
        villages = places.villages[unit.pk]
        for number in range(1, places.platforms[unit.pk] + 1):
            special = number == 3 and unit.name in specialty
            village = villages[(number - 2) % len(villages)]
            area = unit if number == 1 else village
            if number == 1:
                kind, name = PlatformKind.ACTIVITY_CENTRE, f"{unit.name}人大代表履职活动中心"
            elif special:
                kind, name = PlatformKind.DEPUTIES_HOME, f"{unit.name}{specialty[unit.name][0]}人大代表之家"
            elif number % 2:
                kind, name = PlatformKind.CONTACT_STATION, f"{unit.name}{village.name}人大代表联络站"
            else:
                kind, name = PlatformKind.DEPUTIES_HOME, f"{unit.name}{village.name}人大代表之家"
            if number - 2 >= len(villages):
                name += f"（{number}）"
            rows.append(
                Platform(
                    code=f"{unit.code}-{number:02d}",
                    name=name,
                    kind=kind,
                    area=area,
                    unit=unit,
                    address=f"{unit.name}{'政府大院一楼' if number == 1 and unit.kind != AreaKind.SUBDISTRICT else village.name + '办公楼一楼'}",
                    opening_hours=_HOURS[min(number - 1, 2) if unit.kind == AreaKind.TOWN else min(number - 1, 1)],
                    phone=f"0779-99{32000 + len(rows) % 8000:05d}",
                    contact_name=names.draw()[0],
                    is_demonstration=number == 1 and QUALITY[unit.name] > 0.95 or number == 2 and QUALITY[unit.name] > 0.97,
                    is_specialty=special,
                    host_company=specialty[unit.name][1] if special else "",
                    guiding_leader=people.leaders[turn % len(people.leaders)],
                    guiding_office=people.organisations["office"],
                    founded_on=datetime.date(random.randint(2018, 2025), random.randint(1, 12), random.randint(1, 28)),
                )
            )
    platforms = Platform.objects.bulk_create(rows, batch_size=1000)
    _check(random, platforms, places, people)
    return platforms


def _check(random: Random, platforms: list[Platform], places: Places, people: People) -> None:
    """Checks most items; what the town never looked at has no row and counts as missing."""
    units = {unit.pk: unit for unit in places.units}
    standards = list(Standard.objects.current().prefetch_related("items"))
    at = timezone.make_aware(datetime.datetime.combine(CHECKED_ON, datetime.time(10, 0)))
    checks: list[StandardCheck] = []
    for platform in platforms:
        unit = units[platform.unit_id]
        quality = QUALITY[unit.name]
        scopes = scopes_of(platform.area.kind, platform.is_demonstration)
        for standard in standards:
            if standard.scope not in scopes:
                continue
            for item in standard.items.all():
                luck = random.random()
                if luck > quality + (1 - quality) * 0.72:
                    continue
                state = (
                    CheckState.MET if luck < quality else CheckState.PARTLY if luck < quality + (1 - quality) * 0.42 else CheckState.NOT_YET
                )
                note = "" if state == CheckState.MET else _NOTES[state][len(checks) % 3]
                checks.append(
                    StandardCheck(
                        platform=platform, item=item, state=state, note=note, checked_by=people.town_users[unit.pk], checked_at=at
                    )
                )
    StandardCheck.objects.bulk_create(checks, batch_size=1000)


_NOTES = {
    CheckState.PARTLY: ("已有，内容尚未更新到本届。", "已有，缺近两个月的记录。", "已有，尚未上墙公示。"),
    CheckState.NOT_YET: ("正在筹备，预计下季度完成。", "经费尚未落实。", "场地调整，尚未重新设置。"),
}
