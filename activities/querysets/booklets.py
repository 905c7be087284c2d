"""Which photos of paper booklets are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import QuerySet

from congress.enums import Role

if TYPE_CHECKING:
    from congress.models import User


class PaperTickQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """The district's staff all, a town's those of its platforms."""
        if user.access.is_district_staff:
            return self
        return self.filter(platform__unit__in=user.access.area_ids(Role.TOWN_OFFICE))
