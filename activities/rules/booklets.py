"""Who sees, prints and ticks booklets: the district's staff, and the town a platform belongs to. Who assesses looks at how full they are."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import Role
from congress.rules import is_district_staff, is_office
from platforms.rules import works_in_platforms_unit

if TYPE_CHECKING:
    from congress.models import User


@rules.predicate
def works_with_platforms(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.TOWN_OFFICE, Role.ASSESSOR)


rules.add_perm("activities.see_booklets", is_district_staff | works_with_platforms)
rules.add_perm("activities.read_booklet", is_district_staff | works_in_platforms_unit)
rules.add_perm("activities.print_booklets", is_district_staff | works_in_platforms_unit)
rules.add_perm("activities.tick_paper", is_office | works_in_platforms_unit)
rules.add_perm("activities.manage_booklets", is_office)
