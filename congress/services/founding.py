"""The first rows of a new installation, which nobody can enter through the pages because nobody can sign in yet."""

from __future__ import annotations

import secrets

from django.db import transaction

from congress.enums import AreaKind, CongressLevel, OrganisationKind, Role
from congress.errors import DomainError
from congress.models import Area, Congress, Organisation, User
from congress.services import accounts, areas, audit

_ADMINS = (
    ("sysadmin", "系统管理员", Role.SYSTEM_ADMIN),
    ("secadmin", "安全管理员", Role.SECURITY_ADMIN),
    ("auditor", "审计管理员", Role.AUDIT_ADMIN),
)


@transaction.atomic
def found(*, actor: audit.Actor, code: str, name: str) -> dict[str, str]:
    """Enters the district, its congress, its standing committee with the deputies' office, and one account for each of the 三员.

    Returns the passwords by account: the only time they can be read. Takes over the district when its divisions were
    imported before. Raises DomainError when the installation already has its congress.
    """
    if known := Congress.objects.home():
        raise DomainError(f"本系统已用于{known}，不能再次初始化。")
    if len(code) != 6 or not code.isdigit():
        raise DomainError(f"区（县）的区划代码是 6 位数字，不是“{code}”。")
    area = Area.objects.filter(code=code).first() or areas.create(actor=actor, code=code, name=name, kind=AreaKind.DISTRICT)
    if area.kind != AreaKind.DISTRICT:
        raise DomainError(f"区划代码 {code} 已登记为{area.get_kind_display()}“{area}”。")
    congress = Congress.objects.create(
        area=area,
        level=CongressLevel.DISTRICT,
        name=f"{name}人民代表大会",
        short_name=f"{name}人大",
        seal_character=name[0],
        document_issuer=f"{name}人大常委会办公室",
        document_heading=f"{name}人大常委会办公室文件",
    )
    committee = Organisation.objects.create(
        code=f"{code}-cwh", name=f"{name}人大常委会", kind=OrganisationKind.STANDING_COMMITTEE, area=area
    )
    Organisation.objects.create(
        code=f"{code}-dgw", name=f"{name}人大常委会代表工作委员会", short_name="代表工委", kind=OrganisationKind.DEPUTIES_OFFICE, area=area
    )
    passwords = {}
    for username, title, role in _ADMINS:
        passwords[username] = secrets.token_urlsafe(12)
        user = User.objects.create_user(username, password=passwords[username], name=title)
        accounts.grant_role(actor=actor, user=user, role=role, organisation=committee)
    audit.record(actor, "congress.found", congress, changes={"accounts": [None, ", ".join(passwords)]}, ref=code)
    return passwords
