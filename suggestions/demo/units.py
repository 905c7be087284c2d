"""More handling units than the demo district has without suggestions, with an account each, and a town's own government."""

from __future__ import annotations

from congress.enums import OrganisationKind, Role
from congress.models import Area, Congress, Organisation, User
from congress.services import accounts
from congress.services.audit import SYSTEM
from platforms.demo.people import TERM_START

# Key, name after the district's, short name, account, whose it is.
_UNITS = (
    ("agri", "农业农村局", "区农业农村局", "unit3", "蒙建业"),
    ("water", "水利局", "区水利局", "unit4", "卢志江"),
    ("edu", "教育局", "区教育局", "unit5", "廖雪梅"),
    ("health", "卫生健康局", "区卫健局", "unit6", "容晓琳"),
    ("civil", "民政局", "区民政局", "unit7", "许丽群"),
    ("hr", "人力资源和社会保障局", "区人社局", "unit8", "岑国辉"),
    ("env", "生态环境局", "区生态环境局", "unit9", "凌波"),
    ("police", "公安局", "区公安局", "unit10", "庞卫东"),
    ("culture", "文化旅游体育局", "区文旅体局", "unit11", "邓思颖"),
    ("market", "市场监督管理局", "区市场监管局", "unit12", "邱文杰"),
    ("urban", "城市管理执法局", "区城管执法局", "unit13", "曾庆松"),
    ("finance", "财政局", "区财政局", "unit14", "彭耀华"),
    ("emergency", "应急管理局", "区应急局", "unit15", "裴永强"),
    ("industry", "工业和信息化局", "区工信局", "unit16", "吕慧"),
)
TOWN = "town"  # the key of the town's own government


def make(congress: Congress, town: Area) -> tuple[dict[str, Organisation], dict[int, User]]:
    """The units by key, and who works for each by the unit's pk. Accounts have the password of those that are there."""
    district = congress.area
    units = {
        row.code.rpartition("-")[2]: row
        for row in Organisation.objects.filter(kind=OrganisationKind.HANDLING_UNIT, area=district).order_by("code")
    }
    rows = [(key, f"{district.name}{name}", short, username, person, district) for key, name, short, username, person in _UNITS]
    rows.append((TOWN, f"{town.name}人民政府", f"{town.name}政府", "unit17", "施振宁", town))
    password = User.objects.order_by("pk").values_list("password", flat=True)[0]
    made = Organisation.objects.bulk_create(
        Organisation(
            code=f"{area.code}-{key}",
            name=name,
            short_name=short,
            kind=OrganisationKind.HANDLING_UNIT,
            area=area,
            phone=f"0779-99032{n:02d}",
        )
        for n, (key, name, short, _, _, area) in enumerate(rows, 1)
    )
    users = User.objects.bulk_create(
        User(username=username, name=person, phone=f"13800000{n:03d}", password=password)
        for n, (_, _, _, username, person, _) in enumerate(rows, 201)
    )
    for unit, user in zip(made, users, strict=True):
        accounts.grant_role(actor=SYSTEM, user=user, role=Role.HANDLING_UNIT, organisation=unit, starts_on=TERM_START)
    units |= {row[0]: unit for row, unit in zip(rows, made, strict=True)}
    people = {unit.pk: User.objects.in_role(Role.HANDLING_UNIT, organisation=unit).order_by("pk")[0] for unit in units.values()}
    return units, people
