"""Which suggestions are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from congress.enums import CongressLevel, Role
from suggestions.enums import SuggestionState

if TYPE_CHECKING:
    from congress.models import User
    from congress.periods import Period
    from suggestions.models import Suggestion

# What others than its authors know of: everything that was handed in, and not taken back before it was examined.
_HANDED_IN = ~Q(state=SuggestionState.DRAFT)
# What fellow deputies read: what was accepted.
_ACCEPTED = Q(accepted_on__isnull=False)


class SuggestionQuerySet(models.QuerySet["Suggestion"]):
    def visible_to(self, user: User) -> Self:
        """A deputy her own, those she is asked to sign along, and what her congress accepted; the congress's staff what was
        handed in; district staff and a town's staff also what their deputies propose elsewhere; the dispatcher what was
        accepted, a unit what it has or had in hand.
        """
        from suggestions.models import Cosigner, Handling

        access = user.access
        if not access.roles:
            return self.none()
        own = (
            Q(proposer__deputy__user=user)
            | Q(created_by=user)
            | Q(pk__in=Cosigner.objects.filter(mandate__deputy__user=user).values("suggestion"))
        )
        if access.is_district_staff:
            own |= _HANDED_IN
        for path in access.area_paths(Role.TOWN_OFFICE):
            own |= _HANDED_IN & (Q(congress__area__path__startswith=path) | Q(proposer__area__path__startswith=path))
        if access.has(Role.DEPUTY):
            own |= _ACCEPTED & Q(congress__terms__mandates__deputy__user=user)
        if areas := access.area_ids(Role.DISPATCHER):
            own |= _ACCEPTED & Q(congress__area__in=areas)
        if units := access.organisation_ids(Role.HANDLING_UNIT):
            own |= Q(pk__in=Handling.objects.filter(unit__in=units).values("suggestion"))
        return self.filter(pk__in=self.model._default_manager.filter(own).values("pk"))

    def of_level(self, level: CongressLevel) -> Self:
        return self.filter(congress__level=level)

    def within(self, period: Period) -> Self:
        """Accepted in the period."""
        return self.filter(accepted_on__range=(period.start, period.end))

    def open(self) -> Self:
        """Handed in and not done with."""
        over = [SuggestionState.CLOSED, SuggestionState.WITHDRAWN, SuggestionState.AS_LETTER, SuggestionState.DRAFT]
        return self.exclude(state__in=over)
