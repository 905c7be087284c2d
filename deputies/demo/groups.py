"""Deputies' groups: one by area in each town and subdistrict, two of each town's own congress, and four by field."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import count
from random import Random

from congress.enums import CongressLevel
from congress.models import Area, Congress
from congress.services.audit import SYSTEM
from deputies.enums import GroupRole
from deputies.models import DeputyGroup, GroupMembership, Mandate
from deputies.services.groups import grant_officer

_FIELDS = (
    ("农业农村", ("农民",)),
    ("教育卫生", ("教师", "医务人员")),
    ("经济发展", ("企业负责人", "个体工商户", "工人")),
    ("法治和社区治理", ("律师", "社区工作者", "公务员")),
)
_OFFICES = (GroupRole.LEADER, GroupRole.DEPUTY_LEADER, GroupRole.LIAISON)
_FROM_TOWN = 3  # of a town's own deputies join the district's group there


def load(random: Random) -> None:
    """Does nothing where there are some."""
    home = Congress.objects.home()
    if home is None or DeputyGroup.objects.exists():
        return
    rows = Mandate.objects.serving().filter(term__ends_on=None).select_related("deputy", "term__congress", "area").order_by("pk")
    seats = list(rows)
    term = next(seat.term for seat in seats if seat.term.congress_id == home.pk)
    founded = term.starts_on + datetime.timedelta(days=24)
    groups: list[DeputyGroup] = []
    memberships: list[GroupMembership] = []
    numbers: dict[str, Iterator[int]] = {}

    def make(name: str, of: Mandate, area: Area, members: list[Mandate], field: str = "") -> None:
        number = next(numbers.setdefault(area.code, count(1)))
        group = DeputyGroup(code=f"{area.code}-Z{number:03d}", name=name, term=of.term, area=area, field=field, starts_on=founded)
        groups.append(group)
        people = list({seat.deputy_id: seat.deputy for seat in members}.values())
        people.sort(key=lambda deputy: deputy.user_id is None)  # deputies with an account show what an officer sees
        for place, deputy in enumerate(people):
            role = _OFFICES[place] if place < len(_OFFICES) and len(people) > len(_OFFICES) else GroupRole.MEMBER
            memberships.append(GroupMembership(group=group, deputy=deputy, role=role, starts_on=founded))

    for unit in Area.objects.active().town_level().order_by("position", "code"):
        here = [seat for seat in seats if seat.area.path.startswith(unit.path)]
        upper = [seat for seat in here if seat.term.congress.level != CongressLevel.TOWN]
        own = [seat for seat in here if seat.term.congress.level == CongressLevel.TOWN]
        if district := [seat for seat in upper if seat.term_id == term.pk]:
            make(f"{unit.name}代表小组", district[0], unit, upper + random.sample(own, min(_FROM_TOWN, len(own))))
        half = len(own) // 2
        for name, members in (("第一", own[:half]), ("第二", own[half:])):
            if members:
                make(f"{unit.name}{name}代表小组", members[0], unit, members)
    district = [seat for seat in seats if seat.term_id == term.pk]
    for field, trades in _FIELDS:
        able = [seat for seat in district if seat.deputy.trade in trades]
        make(f"{field}专业代表小组", district[0], home.area, random.sample(able, min(12, len(able))), field)
    DeputyGroup.objects.bulk_create(groups, batch_size=500)
    GroupMembership.objects.bulk_create(memberships, batch_size=500)
    for row in memberships:
        if row.role in _OFFICES and row.deputy.user_id:
            grant_officer(SYSTEM, row.group, row.deputy)
