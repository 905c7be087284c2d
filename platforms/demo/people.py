"""Organisations, accounts with their roles, congresses with their terms, and the deputies."""

from __future__ import annotations

import datetime
from dataclasses import dataclass, field

from django.contrib.auth.hashers import make_password

from congress.enums import AreaKind, CongressLevel, OrganisationKind, Role
from congress.models import Congress, Organisation, Session, Term, User
from congress.services import accounts
from congress.services.audit import SYSTEM
from platforms.demo.places import Places

TERM_START = datetime.date(2021, 9, 28)
_TOWN_ACCOUNTS = {
    "001": "street1",
    "002": "street2",
    "003": "street3",
    "100": "town1",
    "101": "town2",
    "102": "town3",
    "103": "town4",
    "104": "town5",
    "105": "town6",
    "106": "town7",
    "107": "town8",
    "400": "farm1",
}
_TOWN_PEOPLE = {
    "street1": "唐海燕",
    "street2": "谢志强",
    "street3": "钟丽萍",
    "town1": "覃永福",
    "town2": "农秀兰",
    "town3": "黄家庆",
    "town4": "莫建平",
    "town5": "韦春梅",
    "town6": "梁文德",
    "town7": "甘国荣",
    "town8": "赖小红",
    "farm1": "阮南生",
}


@dataclass(frozen=True)
class Account:
    """What to print: the account, whose it is and what it does."""

    username: str
    name: str
    post: str


@dataclass
class People:
    congress: Congress
    term: Term
    town_terms: dict[int, Term]  # by the town's pk
    city_term: Term
    office: User
    leaders: list[User]
    town_users: dict[int, User]  # by the unit's pk
    organisations: dict[str, Organisation]
    users: dict[str, User] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)


def _organisations(places: Places) -> dict[str, Organisation]:
    district = places.district
    rows = [
        ("npc", "榕江区人大常委会", "区人大常委会", OrganisationKind.STANDING_COMMITTEE, district),
        ("office", "榕江区人大常委会代表工作委员会", "代表工委", OrganisationKind.DEPUTIES_OFFICE, district),
        ("dispatch", "榕江区人民政府督查室", "区政府督查室", OrganisationKind.DISPATCHER, district),
        ("housing", "榕江区住房和城乡建设局", "区住建局", OrganisationKind.HANDLING_UNIT, district),
        ("traffic", "榕江区交通运输局", "区交通局", OrganisationKind.HANDLING_UNIT, district),
    ]
    for unit in places.units:
        if unit.kind == AreaKind.TOWN:
            rows.append((unit.code, f"{unit.name}人大主席团", f"{unit.name}人大", OrganisationKind.PRESIDIUM, unit))
        else:
            rows.append((unit.code, f"榕江区人大常委会{unit.name}工作委员会", f"{unit.name}人大工委", OrganisationKind.BRANCH_OFFICE, unit))
    made = Organisation.objects.bulk_create(
        Organisation(
            code=code if code.startswith(district.code) else f"{district.code}-{code}",
            name=name,
            short_name=short,
            kind=kind,
            area=area,
            phone=f"0779-99031{n:02d}",
        )
        for n, (code, name, short, kind, area) in enumerate(rows, 1)
    )
    return {row[0]: organisation for row, organisation in zip(rows, made, strict=True)}


def _terms(places: Places) -> tuple[Congress, Term, dict[int, Term], Term]:
    district = places.district
    home = Congress.objects.create(
        area=district,
        level=CongressLevel.DISTRICT,
        name="榕江区人民代表大会",
        short_name="榕江区人大",
        seal_character="榕",
        document_issuer="榕江区人大常委会办公室",
        document_heading="榕江区人大常委会办公室文件",
        document_prefix="榕人办发",
        help_phone="0779-9903100",
    )
    term = Term.objects.create(congress=home, number=8, starts_on=TERM_START)
    for number, (month, day) in enumerate(((9, 28), (1, 18), (2, 9), (1, 23), (1, 14), (1, 20)), 1):
        start = datetime.date(2020 + number, month, day) if number > 1 else TERM_START
        Session.objects.create(term=term, number=number, starts_on=start, ends_on=start + datetime.timedelta(days=3))
    city = Congress.objects.create(
        area=places.city, level=CongressLevel.CITY, name="榕州市人民代表大会", short_name="榕州市人大", seal_character="榕"
    )
    city_term = Term.objects.create(congress=city, number=6, starts_on=datetime.date(2021, 11, 9))
    town_terms = {}
    for unit in places.units:
        if unit.has_congress:
            town = Congress.objects.create(
                area=unit,
                level=CongressLevel.TOWN,
                name=f"{unit.name}人民代表大会",
                short_name=f"{unit.name}人大",
                seal_character=unit.name[0],
            )
            town_terms[unit.pk] = Term.objects.create(congress=town, number=17, starts_on=datetime.date(2021, 8, 26))
    return home, term, town_terms, city_term


def make(places: Places, password: str) -> People:
    organisations = _organisations(places)
    home, term, town_terms, city_term = _terms(places)
    encoded = make_password(password)  # hashed once: the demo's accounts all have the one password
    rows = [
        ("sysadmin", "石磊", Role.SYSTEM_ADMIN, "npc"),
        ("secadmin", "苏宁", Role.SECURITY_ADMIN, "npc"),
        ("auditor", "邱洁", Role.AUDIT_ADMIN, "npc"),
        ("office", "何静", Role.OFFICE, "office"),
        ("leader", "罗永明", Role.LEADER, "npc"),
        ("leader2", "陆耀东", Role.LEADER, "npc"),
        ("leader3", "潘慧", Role.LEADER, "npc"),
        ("dispatcher", "江浩", Role.DISPATCHER, "dispatch"),
        ("unit1", "冯杰", Role.HANDLING_UNIT, "housing"),
        ("unit2", "温斌", Role.HANDLING_UNIT, "traffic"),
    ]
    unit_codes = {unit.code: unit for unit in places.units}
    for code in unit_codes:
        username = _TOWN_ACCOUNTS[code[6:]]
        rows.append((username, _TOWN_PEOPLE[username], Role.TOWN_OFFICE, code))
    # the deputies' accounts are joined to their persons in demo.deputies
    rows += [("deputy1", "黄美莲", Role.DEPUTY, places.units[3].code), ("deputy2", "卢海生", Role.DEPUTY, places.units[0].code)]
    users = User.objects.bulk_create(
        User(username=username, name=name, phone=f"13800000{n:03d}", password=encoded) for n, (username, name, *_) in enumerate(rows, 1)
    )
    by_name = {user.username: user for user in users}
    listed = []
    for user, (username, name, role, key) in zip(users, rows, strict=True):
        organisation = organisations[key]
        accounts.grant_role(actor=SYSTEM, user=user, role=role, organisation=organisation, starts_on=TERM_START)
        listed.append(Account(username, name, f"{organisation.short_name} {Role(role).label}"))
    return People(
        congress=home,
        term=term,
        town_terms=town_terms,
        city_term=city_term,
        office=by_name["office"],
        leaders=[by_name["leader"], by_name["leader2"], by_name["leader3"]],
        town_users={unit.pk: by_name[_TOWN_ACCOUNTS[code[6:]]] for code, unit in unit_codes.items()},
        organisations=organisations,
        users=by_name,
        accounts=listed,
    )
