"""Ground-floor permissions. A role predicate and a state predicate are apart, joined with & and |."""

import rules

from congress.enums import Role


@rules.predicate
def has_any_role(user):
    return user.is_authenticated and bool(user.access.roles)


@rules.predicate
def is_office(user):
    return user.is_authenticated and user.access.is_office


@rules.predicate
def is_leader(user):
    return user.is_authenticated and user.access.is_leader


@rules.predicate
def is_district_staff(user):
    return user.is_authenticated and user.access.is_district_staff


@rules.predicate
def is_system_admin(user):
    return user.is_authenticated and user.access.has(Role.SYSTEM_ADMIN)


@rules.predicate
def is_security_admin(user):
    return user.is_authenticated and user.access.has(Role.SECURITY_ADMIN)


@rules.predicate
def is_audit_admin(user):
    return user.is_authenticated and user.access.has(Role.AUDIT_ADMIN)


rules.add_perm("congress.use", has_any_role)
rules.add_perm("congress.read_audit", is_audit_admin)
rules.add_perm("congress.import_file", is_office)
rules.add_perm("congress.manage_accounts", is_system_admin)
rules.add_perm("congress.manage_grants", is_security_admin)
rules.add_perm("congress.manage_master_data", is_office)
rules.add_perm("congress.retry_documents", is_district_staff)
