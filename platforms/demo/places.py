"""The territory: a fictional district with 3 subdistricts, 8 towns, an overseas-Chinese farm and their villages."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from congress.enums import AreaKind
from congress.models import Area

# No real division has these codes: the region's cities end with 4514.
CITY_CODE, DISTRICT_CODE = "459900", "459903"

# code, name, kind, villages and communities, platforms
_UNITS = (
    ("001", "城东街道", AreaKind.SUBDISTRICT, 8, 5),
    ("002", "临江街道", AreaKind.SUBDISTRICT, 7, 5),
    ("003", "河西街道", AreaKind.SUBDISTRICT, 6, 4),
    ("100", "青溪镇", AreaKind.TOWN, 13, 6),
    ("101", "石埠镇", AreaKind.TOWN, 12, 5),
    ("102", "南圩镇", AreaKind.TOWN, 11, 5),
    ("103", "沙冲镇", AreaKind.TOWN, 10, 5),
    ("104", "平岭镇", AreaKind.TOWN, 11, 5),
    ("105", "大榕镇", AreaKind.TOWN, 14, 6),
    ("106", "松山镇", AreaKind.TOWN, 10, 5),
    ("107", "河口镇", AreaKind.TOWN, 11, 5),
    ("400", "红棉华侨农场", AreaKind.FARM, 7, 4),
)
_STREETS = (
    "荔枝园",
    "东兴里",
    "码头",
    "江滨",
    "文昌",
    "新华",
    "解放",
    "和平",
    "朝阳",
    "学院",
    "建设",
    "桥北",
    "北门",
    "西园",
    "友爱",
    "光明",
    "滨河",
    "中山",
    "锦绣",
    "长堤",
    "幸福",
)
_FRONT = "大塘石上下新旧南北东西长高平白黄龙凤牛马鸡鱼竹松榕樟荔枫茶稻沙水泉井岭坡崇福安太吉菉"
_BACK = (
    "塘",
    "村头",
    "坪",
    "岭",
    "江",
    "水",
    "口",
    "湾",
    "坡",
    "坳",
    "田",
    "垌",
    "屯",
    "桥",
    "园",
    "冲",
    "埠",
    "林",
    "山脚",
    "龙",
    "坝",
    "竹",
)


@dataclass(frozen=True)
class Places:
    city: Area
    district: Area
    units: tuple[Area, ...]
    villages: dict[int, list[Area]]  # by the unit's pk
    platforms: dict[int, int]  # how many platforms each unit has, by its pk


def _serial(number: int) -> str:
    """Three places: 001 to 999, then A00 to ZZZ."""
    if number < 1000:
        return f"{number:03d}"
    digits = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    number += 36 * 36 * 10 - 1000
    return digits[number // 1296] + digits[number // 36 % 36] + digits[number % 36]


def _village_names(random: Random, count: int, taken: set[str]) -> list[str]:
    names: list[str] = []
    while len(names) < count:
        name = random.choice(_FRONT) + random.choice(_BACK)
        if name in taken and len(taken) > 500:  # a scaled district runs out of two-part names
            name = random.choice(_FRONT) + name
        if name not in taken:
            taken.add(name)
            names.append(name)
    return names


def make(random: Random, scale: int) -> Places:
    city = Area.objects.create(code=CITY_CODE, name="榕州市", kind=AreaKind.CITY, path=f"{CITY_CODE}/")
    district = Area.objects.create(
        code=DISTRICT_CODE, name="榕江区", kind=AreaKind.DISTRICT, parent=city, path=f"{CITY_CODE}/{DISTRICT_CODE}/"
    )
    units = Area.objects.bulk_create(
        Area(
            code=DISTRICT_CODE + code,
            name=name,
            kind=kind,
            parent=district,
            path=f"{district.path}{DISTRICT_CODE}{code}/",
            position=position,
        )
        for position, (code, name, kind, *_) in enumerate(_UNITS, 1)
    )
    streets = list(_STREETS)
    random.shuffle(streets)
    villages: list[Area] = []
    for unit, (_code, _name, kind, count, _platforms) in zip(units, _UNITS, strict=True):
        taken: set[str] = {"菉竹"} if unit.name == "石埠镇" else set()
        names = _village_names(random, count * scale, taken)
        if unit.name == "石埠镇":
            names[1] = "菉竹"
        for number, name in enumerate(names, 1):
            community = kind == AreaKind.SUBDISTRICT or number % 9 == 1
            if kind == AreaKind.SUBDISTRICT and streets:
                name = streets.pop()
            elif number == 1 and kind != AreaKind.SUBDISTRICT:
                name = unit.name.removesuffix("镇").removesuffix("华侨农场")
            code = unit.code + _serial(number)
            villages.append(
                Area(
                    code=code,
                    name=name + ("社区" if community else "村"),
                    kind=AreaKind.COMMUNITY if community else AreaKind.VILLAGE,
                    parent=unit,
                    path=f"{unit.path}{code}/",
                    position=number,
                )
            )
    villages = Area.objects.bulk_create(villages, batch_size=1000)
    by_unit: dict[int, list[Area]] = {unit.pk: [] for unit in units}
    for village in villages:
        assert village.parent_id is not None
        by_unit[village.parent_id].append(village)
    counts = {unit.pk: row[4] * scale for unit, row in zip(units, _UNITS, strict=True)}
    return Places(city, district, tuple(units), by_unit, counts)
