"""Who may do what with activities, sign-up, sign-in and forwarding."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from activities.querysets.activities import ANSWERING, officer_groups
from congress.enums import Role
from congress.rules import is_office

if TYPE_CHECKING:
    from activities.models import Activity, Forwarding, Participation
    from congress.models import User


@rules.predicate
def is_town_staff(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.TOWN_OFFICE)


@rules.predicate
def is_group_officer(user: User) -> bool:
    """Leader, deputy leader or liaison of some group today. One query, for deputies only."""
    if not user.is_authenticated or not user.access.has(Role.DEPUTY, Role.GROUP_OFFICER):
        return False
    return officer_groups(user).exists()


@rules.predicate
def works_for_organiser(user: User, activity: Activity | None) -> bool:
    """Town staff, for what the organs of their area organise."""
    if activity is None or not user.is_authenticated:
        return False
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and activity.organiser.area.path.startswith(paths)


@rules.predicate
def leads_its_group(user: User, activity: Activity | None) -> bool:
    """An officer of the group that holds it. One query, for activities of groups only."""
    if activity is None or activity.group_id is None or not user.is_authenticated:
        return False
    return user.access.has(Role.DEPUTY, Role.GROUP_OFFICER) and officer_groups(user).filter(group=activity.group_id).exists()


@rules.predicate
def is_own_part(user: User, participation: Participation | None) -> bool:
    return participation is not None and user.is_authenticated and participation.deputy.user_id == user.pk


@rules.predicate
def works_for_body(user: User, forwarding: Forwarding | None) -> bool:
    """Somebody of the body it was forwarded to."""
    return forwarding is not None and user.is_authenticated and forwarding.body_id in user.access.organisation_ids(*ANSWERING)


runs_it = is_office | works_for_organiser | leads_its_group
rules.add_perm("activities.plan", is_office | is_town_staff | is_group_officer)
rules.add_perm("activities.run", runs_it)
# A report goes out as the organ's, so a group's officer leaves that step to its staff (代表法 art. 31).
rules.add_perm("activities.forward", is_office | works_for_organiser)
rules.add_perm("activities.take_part", is_own_part)
rules.add_perm("activities.answer_forwarding", works_for_body | is_office)
rules.add_perm("activities.set_up", is_office)
