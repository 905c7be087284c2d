"""A small fictional district and the people most tests speak of."""

from __future__ import annotations

from dataclasses import dataclass, fields

from congress.enums import AreaKind, OrganisationKind, Role
from congress.models import Area, Congress, Organisation, Term, User
from deputies.models import Deputy
from tests.factories.congress import AreaFactory, CongressFactory, OrganisationFactory, RoleGrantFactory, TermFactory, UserFactory
from tests.factories.deputies import DeputyFactory, ElectoralDistrictFactory, MandateFactory


@dataclass(frozen=True)
class District:
    """榕江区: towns 东岭镇 and 西塘镇 with two villages each, 城中街道 with one community, 红星华侨农场 with one."""

    area: Area
    town1: Area
    town2: Area
    street1: Area
    farm1: Area
    villages: tuple[Area, ...]
    congress: Congress
    term: Term
    committee: Organisation
    office: Organisation
    town1_office: Organisation
    town2_office: Organisation
    street1_office: Organisation
    farm1_office: Organisation
    dispatcher: Organisation
    unit: Organisation

    @property
    def towns(self) -> tuple[Area, ...]:
        """All four areas of town rank."""
        return (self.town1, self.town2, self.street1, self.farm1)


def make_district() -> District:
    """Makes the district once; called again it gives the same rows."""
    congress = CongressFactory()
    area = congress.area

    def at(code: str, name: str, kind: str, parent: Area, position: int = 0) -> Area:
        return AreaFactory(code=code, name=name, kind=kind, parent=parent, position=position)

    street1 = at("469901001", "城中街道", AreaKind.SUBDISTRICT, area, 1)
    town1 = at("469901101", "东岭镇", AreaKind.TOWN, area, 2)
    town2 = at("469901102", "西塘镇", AreaKind.TOWN, area, 3)
    farm1 = at("469901501", "红星华侨农场", AreaKind.FARM, area, 4)
    villages = (
        at("469901001001", "榕树社区", AreaKind.COMMUNITY, street1),
        at("469901101201", "上岭村", AreaKind.VILLAGE, town1),
        at("469901101202", "下岭村", AreaKind.VILLAGE, town1),
        at("469901102201", "塘边村", AreaKind.VILLAGE, town2),
        at("469901102202", "塘尾村", AreaKind.VILLAGE, town2),
        at("469901501001", "侨兴社区", AreaKind.COMMUNITY, farm1),
    )

    def organ(code: str, name: str, kind: str, where: Area) -> Organisation:
        return OrganisationFactory(code=code, name=name, kind=kind, area=where)

    return District(
        area=area,
        town1=town1,
        town2=town2,
        street1=street1,
        farm1=farm1,
        villages=villages,
        congress=congress,
        term=TermFactory(congress=congress),
        committee=organ("CWH", "榕江区人大常委会", OrganisationKind.STANDING_COMMITTEE, area),
        office=organ("DGW", "榕江区人大常委会代表工委", OrganisationKind.DEPUTIES_OFFICE, area),
        town1_office=organ("ZX1", "东岭镇人大主席团", OrganisationKind.PRESIDIUM, town1),
        town2_office=organ("ZX2", "西塘镇人大主席团", OrganisationKind.PRESIDIUM, town2),
        street1_office=organ("JD1", "城中街道人大工委", OrganisationKind.BRANCH_OFFICE, street1),
        farm1_office=organ("NC1", "红星华侨农场人大工委", OrganisationKind.BRANCH_OFFICE, farm1),
        dispatcher=organ("DCS", "榕江区政府督查室", OrganisationKind.DISPATCHER, area),
        unit=organ("JTJ", "榕江区交通运输局", OrganisationKind.HANDLING_UNIT, area),
    )


@dataclass(frozen=True)
class Personas:
    """Accounts, named as the demo's; all sign in with ``PASSWORD``. ``visitor`` has an account without a role."""

    office: User
    leader: User
    town1: User
    town2: User
    street1: User
    farm1: User
    assessor: User
    deputy: User
    dispatcher: User
    unit: User
    sysadmin: User
    secadmin: User
    auditor: User
    visitor: User

    def all(self) -> dict[str, User]:
        return {field.name: getattr(self, field.name) for field in fields(self)}


def make_personas(district: District) -> Personas:
    """One account per role. The assessor works for town2; the deputy has a mandate in town1's 上岭村."""

    def person(username: str, name: str, role: str | None, organisation: Organisation | None = None) -> User:
        user = UserFactory(username=username, name=name)
        if role:
            RoleGrantFactory(user=user, role=role, organisation=organisation)
        return user

    people = Personas(
        office=person("office", "韦工委", Role.OFFICE, district.office),
        leader=person("leader", "黄主任", Role.LEADER, district.committee),
        town1=person("town1", "东岭李", Role.TOWN_OFFICE, district.town1_office),
        town2=person("town2", "西塘陈", Role.TOWN_OFFICE, district.town2_office),
        street1=person("street1", "城中吴", Role.TOWN_OFFICE, district.street1_office),
        farm1=person("farm1", "红星林", Role.TOWN_OFFICE, district.farm1_office),
        assessor=person("assessor", "考评员周", Role.ASSESSOR, district.town2_office),
        deputy=person("deputy", "代表莫", Role.DEPUTY, district.town1_office),
        dispatcher=person("dispatcher", "督查罗", Role.DISPATCHER, district.dispatcher),
        unit=person("unit", "交通梁", Role.HANDLING_UNIT, district.unit),
        sysadmin=person("sysadmin", "系统管理员甲", Role.SYSTEM_ADMIN, district.committee),
        secadmin=person("secadmin", "安全管理员乙", Role.SECURITY_ADMIN, district.committee),
        auditor=person("auditor", "审计管理员丙", Role.AUDIT_ADMIN, district.committee),
        visitor=person("visitor", "访客", None),
    )
    if not Deputy.objects.filter(user=people.deputy).exists():
        deputy = DeputyFactory(name=people.deputy.name, user=people.deputy)
        seat = ElectoralDistrictFactory(term=district.term, area=district.villages[1])
        MandateFactory(deputy=deputy, term=district.term, area=district.villages[1], electoral_district=seat)
    return people
