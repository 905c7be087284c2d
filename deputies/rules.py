"""Who may do what with deputies' records."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import has_any_role, is_district_staff, is_office

if TYPE_CHECKING:
    from congress.models import User
    from deputies.models import Deputy


@rules.predicate
def is_own_record(user: User, deputy: Deputy | None) -> bool:
    return deputy is not None and deputy.user_id == user.pk


@rules.predicate
def works_where_deputy_serves(user: User, deputy: Deputy | None) -> bool:
    """Town staff, for deputies with a mandate in their area."""
    if deputy is None or not user.is_authenticated:
        return False
    paths = user.access.area_paths(Role.TOWN_OFFICE)
    return bool(paths) and any(mandate.area.path.startswith(path) for mandate in deputy.mandates.all() for path in paths)


rules.add_perm("deputies.view_deputies", has_any_role)
rules.add_perm("deputies.view_contact", is_district_staff | is_own_record | works_where_deputy_serves)
rules.add_perm("deputies.manage_deputies", is_office)
