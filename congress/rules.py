"""Ground-floor permissions. A role predicate and a state predicate are apart, joined with & and |."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role

if TYPE_CHECKING:
    from congress.models import User


@rules.predicate
def has_any_role(user: User) -> bool:
    return user.is_authenticated and bool(user.access.roles)


@rules.predicate
def is_office(user: User) -> bool:
    return user.is_authenticated and user.access.is_office


@rules.predicate
def is_leader(user: User) -> bool:
    return user.is_authenticated and user.access.is_leader


@rules.predicate
def is_district_staff(user: User) -> bool:
    return user.is_authenticated and user.access.is_district_staff


@rules.predicate
def is_system_admin(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.SYSTEM_ADMIN)


@rules.predicate
def is_security_admin(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.SECURITY_ADMIN)


@rules.predicate
def is_audit_admin(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.AUDIT_ADMIN)


rules.add_perm("congress.use", has_any_role)
rules.add_perm("congress.read_audit", is_audit_admin)
rules.add_perm("congress.import_file", is_office)
rules.add_perm("congress.manage_accounts", is_system_admin)
rules.add_perm("congress.manage_grants", is_security_admin)
rules.add_perm("congress.read_accounts", is_system_admin | is_security_admin)  # a role is granted to an account
rules.add_perm("congress.read_organisations", is_office | is_security_admin)  # and at an organisation
rules.add_perm("congress.manage_master_data", is_office)
rules.add_perm("congress.retry_documents", is_district_staff)
