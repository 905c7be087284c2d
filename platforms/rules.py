"""Who may do what with platforms, standards and rounds. Role predicates and state predicates are apart, joined with & and |."""

import rules

from congress.enums import Role
from congress.rules import is_office

# ---- platforms, standards and evidence


@rules.predicate
def is_of_platforms_unit(user, platform):
    """Town staff of the town or subdistrict the platform belongs to; of any, when no platform is given."""
    units = user.access.area_ids(Role.TOWN_OFFICE) if user.is_authenticated else frozenset()
    return bool(units) if platform is None else platform.unit_id in units


@rules.predicate
def uploaded_it(user, evidence):
    return user.is_authenticated and evidence is not None and evidence.uploaded_by_id == user.pk


rules.add_perm("platforms.add_platform", is_office | is_of_platforms_unit)
rules.add_perm("platforms.change_platform", is_office | is_of_platforms_unit)
rules.add_perm("platforms.mark_platform", is_office)
rules.add_perm("platforms.check_standard", is_office | is_of_platforms_unit)
rules.add_perm("platforms.manage_standards", is_office)
rules.add_perm("platforms.delete_evidence", is_office | uploaded_it)
