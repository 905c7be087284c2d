"""Which duty rules hold when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Q, QuerySet

if TYPE_CHECKING:
    from congress.periods import Period


class DutyRuleQuerySet(QuerySet[Any]):
    def held_in(self, period: Period) -> Self:
        """Rules that held at some time in or after the period, with what counts towards them. One that has ended before is left out."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gte=period.start)).prefetch_related("figures")

    def of_families(self, families: list[str]) -> Self:
        return self.filter(family__in=families)
