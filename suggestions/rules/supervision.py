"""Who appraises units at the year's end, and who hands in their reports."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import is_district_staff, is_office

if TYPE_CHECKING:
    from congress.models import Organisation, User


@rules.predicate
def answers(user: User) -> bool:
    """Somebody of a unit, or of the office that gives units their suggestions."""
    return user.is_authenticated and user.access.has(Role.HANDLING_UNIT, Role.DISPATCHER)


@rules.predicate
def belongs_to(user: User, unit: Organisation | None) -> bool:
    """Somebody of that very unit."""
    return unit is not None and user.is_authenticated and unit.pk in user.access.organisation_ids(Role.HANDLING_UNIT, Role.DISPATCHER)


rules.add_perm("suggestions.appraise_units", is_office)
rules.add_perm("suggestions.hand_in_report", is_office | belongs_to)
rules.add_perm("suggestions.deliberate_report", is_office)
rules.add_perm("suggestions.view_reports", is_district_staff | answers)
