"""For which seats a person may begin a suggestion."""

from __future__ import annotations

from django.db.models import QuerySet

from congress.enums import Role
from congress.models import User
from deputies.enums import MandateStatus
from deputies.models import Mandate


def seats_of(user: User, rows: QuerySet[Mandate]) -> list[Mandate]:
    """Those of ``rows`` in force that are her own, or whose paper she keeps: the office all, a town those in it. One query."""
    found = rows.filter(status=MandateStatus.ACTIVE).select_related("deputy", "term__congress", "area")
    paths = user.access.area_paths(Role.TOWN_OFFICE)
    return [
        seat
        for seat in found.order_by("deputy__code", "term__congress__level")
        if seat.deputy.user_id == user.pk or user.access.is_office or any(seat.area.path.startswith(path) for path in paths)
    ]
