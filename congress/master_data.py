"""The ground floor's entries in the navigation, and how its areas are found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse

from congress import navigation, search
from congress.enums import Role
from congress.navigation import Entry

if TYPE_CHECKING:
    from congress.models import User

_OFFICE = (
    ("区划", "admin:congress_area_changelist"),
    ("单位", "admin:congress_organisation_changelist"),
    (
        "届次",
        "admin:congress_term_changelist",
    ),
)


def _is_office(user: User) -> bool:
    return user.access.is_office


def _manages_accounts(user: User) -> bool:
    return user.access.has(Role.SYSTEM_ADMIN)


def _manages_grants(user: User) -> bool:
    return user.access.has(Role.SECURITY_ADMIN)


def _reads_audit(user: User) -> bool:
    return user.access.has(Role.AUDIT_ADMIN)


def _areas(user: User, words: str) -> Iterator[search.Hit]:
    from congress.models import Area

    found = Area.objects.visible_to(user).filter(Q(name__icontains=words) | Q(code__startswith=words)).select_related("parent")
    for area in found[: search.LIMIT]:
        url = reverse("admin:congress_area_change", args=[area.pk]) if user.access.is_office else ""
        yield search.Hit(area.name, url, f"{area.get_kind_display()}，代码 {area.code}{f'，属{area.parent}' if area.parent else ''}")


def register() -> None:
    for label, url_name in _OFFICE:
        navigation.register(Entry("master_data", label, url_name, _is_office))
    navigation.register(Entry("administration", "账号", "admin:congress_user_changelist", _manages_accounts))
    navigation.register(Entry("administration", "任职", "admin:congress_rolegrant_changelist", _manages_grants))
    navigation.register(Entry("administration", "审计记录", "admin:congress_auditentry_changelist", _reads_audit))
    search.register(search.Searcher("areas", "区划", _areas))
