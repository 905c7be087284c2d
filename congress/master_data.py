"""The ground floor's entries in the navigation, and how its areas are found."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from django.db.models import Q
from django.urls import reverse
from django.utils.http import urlencode

from congress import navigation, search
from congress.enums import Role
from congress.navigation import Entry

if TYPE_CHECKING:
    from congress.models import User


def _is_staff(user: User) -> bool:
    return user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE)


def _is_office(user: User) -> bool:
    return user.access.is_office


def _imports(user: User) -> bool:
    from congress.imports import kinds

    return bool(kinds.importable(user))


def _manages_accounts(user: User) -> bool:
    return user.access.has(Role.SYSTEM_ADMIN)


def _manages_grants(user: User) -> bool:
    return user.access.has(Role.SECURITY_ADMIN)


def _reads_audit(user: User) -> bool:
    return user.access.has(Role.AUDIT_ADMIN)


def _areas(user: User, words: str) -> Iterator[search.Hit]:
    from congress.models import Area

    found = (
        Area.objects.visible_to(user).filter(Q(name__icontains=words) | Q(code__startswith=words)).select_related("parent").order_by("path")
    )
    for area in found[: search.LIMIT]:
        url = f"{reverse('areas')}?{urlencode({'within': area.code})}"
        yield search.Hit(area.name, url, f"{area.get_kind_display()}，代码 {area.code}{f'，属{area.parent}' if area.parent else ''}")


def _organisations(user: User, words: str) -> Iterator[search.Hit]:
    from congress.models import Organisation

    for organisation in Organisation.objects.visible_to(user).matching(words).select_related("area")[: search.LIMIT]:
        url = f"{reverse('organisations')}?{urlencode({'q': organisation.code})}"
        yield search.Hit(organisation.name, url, f"{organisation.get_kind_display()}，在{organisation.area}")


def _more(url_name: str) -> Callable[[str], str]:
    return lambda words: f"{reverse(url_name)}?{urlencode({'q': words})}"


def register() -> None:
    navigation.register(Entry("master_data", "区划", "areas", _is_staff))
    navigation.register(Entry("master_data", "单位", "organisations", _is_staff))
    navigation.register(Entry("master_data", "届次", "admin:congress_term_changelist", _is_office))
    navigation.register(Entry("master_data", "导入与导出", "imports", _imports))
    navigation.register(Entry("administration", "账号", "admin:congress_user_changelist", _manages_accounts))
    navigation.register(Entry("administration", "任职", "admin:congress_rolegrant_changelist", _manages_grants))
    navigation.register(Entry("administration", "审计记录", "admin:congress_auditentry_changelist", _reads_audit))
    search.register(search.Searcher("areas", "区划", _areas, _more("areas")))
    search.register(search.Searcher("organisations", "单位", _organisations, _more("organisations")))
