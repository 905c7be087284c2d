"""A person's unit's part in a suggestion, out of the handlings that were loaded with it."""

from __future__ import annotations

from collections.abc import Callable

from congress.models import User
from suggestions.enums import UNIT_ROLES
from suggestions.models import Handling, Suggestion


def own_parts(user: User, suggestion: Suggestion) -> list[Handling]:
    """All parts of the units the person works for, the newest first. No query where the handlings are there already."""
    units = user.access.organisation_ids(*UNIT_ROLES)
    rows = [row for row in suggestion.handlings.all() if row.unit_id in units]
    return sorted(rows, key=lambda row: -row.pk)


def own_part(user: User, suggestion: Suggestion, fits: Callable[[Handling], bool] = lambda row: True) -> Handling | None:
    """The newest of them that ``fits``."""
    return next((row for row in own_parts(user, suggestion) if fits(row)), None)
