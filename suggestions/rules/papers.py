"""Who may print what. What is printed of one matter for those near to it tells the deputies' names; lists never tell a name withheld."""

from __future__ import annotations

from typing import TYPE_CHECKING

import rules

from congress.enums import CongressLevel, Role
from congress.rules import is_leader, is_office
from suggestions.rules.suggestions import dispatches, handles, is_accepted, runs

if TYPE_CHECKING:
    from congress.models import Congress, User


@rules.predicate
def runs_congress(user: User, congress: Congress | None) -> bool:
    """The organ that answers for the congress's suggestions: the deputies' office, in a town its presidium (代表法 art. 51)."""
    if congress is None or not user.is_authenticated:
        return False
    if congress.level == CongressLevel.TOWN:
        return congress.area_id in user.access.area_ids(Role.TOWN_OFFICE)
    return user.access.is_office


@rules.predicate
def dispatches_congress(user: User, congress: Congress | None) -> bool:
    return congress is not None and user.is_authenticated and congress.area_id in user.access.area_ids(Role.DISPATCHER)


rules.add_perm("suggestions.print_assignments", runs_congress | dispatches_congress)
rules.add_perm("suggestions.print_yearly", runs_congress)
rules.add_perm("suggestions.print_letters", runs | (dispatches & is_accepted) | handles)
rules.add_perm("suggestions.print_supervision", is_office | is_leader | runs | (dispatches & is_accepted) | handles)
