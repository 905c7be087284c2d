"""Who prepares, minutes and follows an opinion forum, and who adds to it.

The office runs the district's forums, town staff their town's; deputies send in matters while they are collected; units
answer what was given to them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import rules

from activities.enums import ForumState
from activities.querysets.forums import UNIT_ROLES
from congress.enums import Role
from congress.rules import is_office

if TYPE_CHECKING:
    from activities.models import ForumItem, OpinionForum
    from congress.models import Area, User


def _works_in(user: User, area: Area) -> bool:
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return bool(paths) and area.path.startswith(paths)


@rules.predicate
def is_any_town_staff(user: User) -> bool:
    return user.is_authenticated and user.access.has(Role.TOWN_OFFICE)


@rules.predicate
def works_where_forum_is(user: User, forum: OpinionForum | None) -> bool:
    """Town staff, for the forums of their town."""
    return forum is not None and user.is_authenticated and _works_in(user, forum.area)


@rules.predicate
def works_where_item_is(user: User, item: ForumItem | None) -> bool:
    return item is not None and user.is_authenticated and _works_in(user, item.forum.area)


@rules.predicate
def works_in_area(user: User, area: Area | None) -> bool:
    return area is not None and user.is_authenticated and _works_in(user, area)


@rules.predicate
def sits_where_forum_is(user: User, forum: OpinionForum | None) -> bool:
    """A deputy with a mandate in office in the forum's area."""
    if forum is None or not user.is_authenticated or not user.access.has(Role.DEPUTY):
        return False
    deputy = getattr(user, "deputy", None)
    return deputy is not None and deputy.mandates.serving().within(forum.area).exists()


@rules.predicate
def forum_is_collecting(user: User, record: Any) -> bool:
    return record is not None and getattr(record, "forum", record).state == ForumState.COLLECTING


@rules.predicate
def raised_the_item(user: User, item: ForumItem | None) -> bool:
    return item is not None and user.is_authenticated and bool(user.access.roles) and item.deputy.user_id == user.pk


@rules.predicate
def answers_for_item(user: User, item: ForumItem | None) -> bool:
    """Somebody of the unit it was given to."""
    if item is None or item.unit_id is None or not user.is_authenticated:
        return False
    return item.unit_id in user.access.organisation_ids(*UNIT_ROLES)


rules.add_perm("activities.add_forum", is_office | is_any_town_staff)
rules.add_perm("activities.hold_forums_in", is_office | works_in_area)
rules.add_perm("activities.manage_forum", is_office | works_where_forum_is)
rules.add_perm("activities.send_in", is_office | works_where_forum_is | sits_where_forum_is)
rules.add_perm("activities.manage_forum_item", is_office | works_where_item_is)
rules.add_perm("activities.change_forum_item", is_office | works_where_item_is | raised_the_item & forum_is_collecting)
rules.add_perm("activities.feed_back", is_office | works_where_item_is | answers_for_item)
