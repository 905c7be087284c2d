"""Deputies of three levels, some of several at once, with the electoral districts that elected them."""

from __future__ import annotations

import datetime
from itertools import islice
from random import Random

from congress.enums import AreaKind
from congress.models import Area, Term
from deputies.enums import EndReason, MandateStatus, Sex
from deputies.models import Deputy, ElectoralDistrict, Mandate
from deputies.pinyin import initials
from platforms.demo.names import RARE, WITH_DOT, Names
from platforms.demo.people import People
from platforms.demo.places import Places

DISTRICT_SEATS, TOWN_SEATS, CITY_SEATS = 15, 50, 2  # of each unit
_BOTH = 5  # of a town's district deputies are town deputies too
_TRADES = (
    ("农民", "{village}村民"),
    ("农民", "{village}党支部书记、村委会主任"),
    ("农民", "{village}妇联主席"),
    ("农民", "{unit}绿源种养专业合作社社员"),
    ("个体工商户", "{unit}圩市个体经营户"),
    ("教师", "{unit}中心小学教师"),
    ("医务人员", "{unit}卫生院医生"),
    ("公务员", "{unit}干部"),
)
_TOWN_LIFE = (
    ("社区工作者", "{village}网格员"),
    ("社区工作者", "{village}党支部书记、居委会主任"),
    ("退休人员", "{village}居民"),
    ("个体工商户", "{village}个体经营户"),
    ("教师", "榕江区第二小学教师"),
    ("医务人员", "{unit}社区卫生服务中心医生"),
    ("公务员", "{unit}干部"),
)
_ANYWHERE = (
    ("工人", "榕江区江滨制糖有限公司车间主任"),
    ("企业负责人", "榕江区{front}农业科技有限公司总经理"),
    ("企业负责人", "榕江区{front}食品加工厂厂长"),
    ("教师", "榕江区第二中学教师"),
    ("律师", "榕江区{front}法律服务所律师"),
)
_FRONTS = ("金穗", "福泰", "桂源", "恒兴", "海润", "绿野", "南珠", "丰禾")
_NATIONALITIES = ("汉族",) * 11 + ("壮族",) * 7 + ("瑶族", "京族")
_EDUCATION = ("初中", "高中", "中专", "大专", "大专", "本科", "本科", "研究生")
_PARTIES = ("中国共产党",) * 12 + ("",) * 6 + ("中国民主同盟", "九三学社")
_ORDINALS = "一二三四五六七八九十"


class _Makers:
    """Collects rows and writes them at the end, so that a scaled district is as quick per row as a small one."""

    def __init__(self, random: Random, places: Places) -> None:
        self.random, self.places = random, places
        self.names = Names(random)
        self.deputies: list[Deputy] = []
        self.mandates: list[tuple[Deputy, Term, Area, ElectoralDistrict | None, datetime.date]] = []

    def deputy(self, unit: Area) -> Deputy:
        random = self.random
        name, female = self.names.draw()
        village = random.choice(self.places.villages[unit.pk])
        trade, position = random.choice((_TOWN_LIFE if village.kind == AreaKind.COMMUNITY else _TRADES) + _ANYWHERE)
        number = len(self.deputies) + 1
        made = Deputy(
            code=f"RJ{number:05d}",
            name=name,
            sex=Sex.FEMALE if female else Sex.MALE,
            born_on=datetime.date(random.randint(1958, 1998), random.randint(1, 12), 1),
            nationality=random.choice(_NATIONALITIES),
            education=random.choice(_EDUCATION),
            party=random.choice(_PARTIES),
            trade=trade,
            position=position.format(village=village.name, unit=unit.name, front=random.choice(_FRONTS)),
            phone=f"138{10_000_000 + number:08d}",
        )
        self.deputies.append(made)
        return made


def _electoral_districts(people: People, places: Places, scale: int) -> dict[tuple[int, int], list[ElectoralDistrict]]:
    """By (term, unit): the district's are numbered through each unit, a town's lie in its villages."""
    rows: dict[tuple[int, int], list[ElectoralDistrict]] = {}
    number = 0
    for unit in places.units:
        seats = DISTRICT_SEATS * scale
        own = rows[people.term.pk, unit.pk] = []
        while seats:
            number += 1
            own.append(
                ElectoralDistrict(
                    code=f"{places.district.code}-8-{number:03d}",
                    name=f"第{number}选区",
                    term=people.term,
                    area=unit,
                    seats=min(seats, 2 + number % 2),
                )
            )
            seats -= own[-1].seats
        if unit.pk in people.town_terms:
            term, seats = people.town_terms[unit.pk], TOWN_SEATS * scale
            villages = places.villages[unit.pk]
            own = rows[term.pk, unit.pk] = []
            for turn in range(10):
                for village in villages:
                    if seats:
                        own.append(
                            ElectoralDistrict(
                                code=f"{unit.code}-17-{len(own) + 1:03d}",
                                name=f"{village.name}第{_ORDINALS[turn]}选区",
                                term=term,
                                area=village,
                                seats=min(seats, 3 if turn else 2),
                            )
                        )
                        seats -= own[-1].seats
    ElectoralDistrict.objects.bulk_create([district for own in rows.values() for district in own], batch_size=1000)
    return rows


def make(random: Random, places: Places, people: People, scale: int) -> None:
    makers = _Makers(random, places)
    districts = _electoral_districts(people, places, scale)

    def seats(term: Term, unit: Area) -> list[ElectoralDistrict]:
        return [district for district in districts[term.pk, unit.pk] for _ in range(district.seats)]

    for unit in places.units:
        district_deputies = [makers.deputy(unit) for _ in range(DISTRICT_SEATS * scale)]
        for deputy, district in zip(district_deputies, seats(people.term, unit), strict=True):
            makers.mandates.append((deputy, people.term, unit, district, people.term.starts_on))
        if unit.pk in people.town_terms:
            term = people.town_terms[unit.pk]
            both = district_deputies[: _BOTH * scale]
            town_deputies = both + [makers.deputy(unit) for _ in range(TOWN_SEATS * scale - len(both))]
            for deputy, district in zip(town_deputies, seats(term, unit), strict=True):
                makers.mandates.append((deputy, term, district.area, district, term.starts_on))
        city = [district_deputies[0], *[makers.deputy(unit) for _ in range((CITY_SEATS - 1) * scale)]]
        makers.mandates += [(deputy, people.city_term, unit, None, people.city_term.starts_on) for deputy in city]

    _name_the_known(makers, people, places)
    for deputy in makers.deputies:
        deputy.initials = initials(deputy.name)
    Deputy.objects.bulk_create(makers.deputies, batch_size=1000)
    Mandate.objects.bulk_create(
        (
            Mandate(
                deputy=deputy,
                term=term,
                area=area,
                electoral_district=district,
                card_number=f"{term.congress.seal_character}{term.number:02d}{number:05d}",
                starts_on=start,
            )
            for number, (deputy, term, area, district, start) in enumerate(makers.mandates, 1)
        ),
        batch_size=1000,
    )
    _departed(makers, people, places)


def _name_the_known(makers: _Makers, people: People, places: Places) -> None:
    """The two deputies with accounts, the names with rare characters, and one name with a dot."""
    by_unit = {area.pk: deputy for deputy, term, area, _district, _start in reversed(makers.mandates) if term == people.term}
    known = {
        "deputy1": (by_unit[people.users["deputy1"].access.held[0].area_id], Sex.FEMALE, "青溪镇荔香水果专业合作社理事长"),
        "deputy2": (by_unit[people.users["deputy2"].access.held[0].area_id], Sex.MALE, "榕江区海生水产有限公司总经理"),
    }
    for username, (deputy, sex, position) in known.items():
        user = people.users[username]
        deputy.user, deputy.name, deputy.phone, deputy.sex, deputy.position = user, user.name, user.phone or "", sex, position
    others = (deputy for deputy in makers.deputies[7::29] if deputy.user_id is None)
    for deputy, name in zip(islice(others, len(RARE) + 1), (*RARE, WITH_DOT), strict=False):
        deputy.name = name
    outsider = next(deputy for deputy in makers.deputies if deputy.name == WITH_DOT)
    outsider.sex, outsider.nationality, outsider.position = Sex.FEMALE, "维吾尔族", "榕江区古丽餐饮店经营者"


def _departed(makers: _Makers, people: People, places: Places) -> None:
    """Three whose mandate ended, and were replaced in by-elections, and one suspended."""
    rows = (
        (EndReason.MOVED_AWAY, MandateStatus.ENDED, datetime.date(2024, 3, 12)),
        (EndReason.RESIGNED, MandateStatus.ENDED, datetime.date(2025, 6, 20)),
        (EndReason.DIED, MandateStatus.ENDED, datetime.date(2025, 11, 3)),
        (EndReason.CRIMINAL_CASE, MandateStatus.SUSPENDED, None),
    )
    before = len(makers.deputies)
    units = [makers.random.choice(places.units) for _ in rows]
    gone = [makers.deputy(unit) for unit in units]
    for deputy in gone:
        deputy.initials = initials(deputy.name)
    departed = Deputy.objects.bulk_create(gone)
    Mandate.objects.bulk_create(
        Mandate(
            deputy=deputy,
            term=people.term,
            area=unit,
            card_number=f"榕08{90000 + before + number:05d}",
            starts_on=people.term.starts_on,
            status=status,
            ends_on=ends_on,
            end_reason=reason,
        )
        for number, (deputy, unit, (reason, status, ends_on)) in enumerate(zip(departed, units, rows, strict=True))
    )
