"""Rows in number for the benchmarks, on top of the suite's own small district."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from congress.enums import AreaKind
from congress.models import Area, User
from deputies.enums import Sex
from deputies.models import Deputy, Mandate
from platforms.enums import PlatformKind
from platforms.models import Platform
from tests.factories import District, Personas, make_district, make_personas

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗梁"
_GIVEN = "志远桂兰玉珍小芹国祥静海燕春生建华秀英明德文辉立新"


@dataclass(frozen=True)
class Scene:
    """The small district, its people, and how to reach a page as the office does."""

    district: District
    people: Personas

    @property
    def office(self) -> User:
        return self.people.office


def scene() -> Scene:
    district = make_district()
    return Scene(district, make_personas(district))


def name(number: int) -> str:
    """One of 7,200 different full names; deputies do share names."""
    return _SURNAMES[number % 20] + _GIVEN[number // 20 % 24] + _GIVEN[number // 480 % 24]


def add_towns(scene: Scene, count: int) -> list[Area]:
    """Towns with one village each, in the home district."""
    home = scene.district.area
    towns = Area.objects.bulk_create(
        Area(code=f"4699{n:05d}", name=f"第{n}镇", kind=AreaKind.TOWN, parent=home, path=f"{home.path}4699{n:05d}/", position=100 + n)
        for n in range(20000, 20000 + count)
    )
    Area.objects.bulk_create(
        Area(code=f"{town.code}201", name=f"{town.name}一村", kind=AreaKind.VILLAGE, parent=town, path=f"{town.path}{town.code}201/")
        for town in towns
    )
    return towns


def add_platforms(units: list[Area], count: int, start: int = 0) -> None:
    """Platforms shared out evenly among the units."""
    Platform.objects.bulk_create(
        [
            Platform(
                code=f"B{n:06d}",
                name=f"{units[n % len(units)].name}人大代表之家{n}",
                kind=PlatformKind.DEPUTIES_HOME,
                area=units[n % len(units)],
                unit=units[n % len(units)],
                address="榕江大道 1 号",
                opening_hours="每月15日 9:00—11:30",
            )
            for n in range(start, start + count)
        ],
        batch_size=2000,
    )


def add_deputies(scene: Scene, count: int, start: int = 0) -> None:
    """Serving deputies, each with a mandate in one of the district's villages."""
    villages = scene.district.villages
    deputies = Deputy.objects.bulk_create(
        [
            Deputy(
                code=f"B{n:06d}",
                name=name(n),
                sex=Sex.FEMALE if n % 3 == 0 else Sex.MALE,
                born_on=datetime.date(1960 + n % 40, n % 12 + 1, 1),
                nationality="壮族" if n % 2 else "汉族",
                education="大学",
                position=f"第{n}村党支部书记",
                phone=f"139{n:08d}",
            )
            for n in range(start, start + count)
        ],
        batch_size=2000,
    )
    Mandate.objects.bulk_create(
        [
            Mandate(
                deputy=deputy,
                term=scene.district.term,
                area=villages[n % len(villages)],
                card_number=f"{n:06d}",
                starts_on=datetime.date(2021, 9, 28),
            )
            for n, deputy in enumerate(deputies)
        ],
        batch_size=2000,
    )
