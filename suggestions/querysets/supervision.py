"""Which key supervisions, photos and year-end reports are whose to see."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from congress.enums import Role

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.models import KeySupervision, SupervisionPhoto, UnitReport


class KeySupervisionQuerySet(models.QuerySet["KeySupervision"]):
    def visible_to(self, user: User) -> Self:
        """Whoever sees the suggestion sees how it is supervised: the deputies and the units take part in it."""
        from suggestions.models import Suggestion

        return self.filter(suggestion__in=Suggestion.objects.visible_to(user).values("pk"))

    def headed_by(self, user: User) -> Self:
        return self.filter(leader=user)

    def under_way(self) -> Self:
        """Without a result yet, whatever the year: what was not brought to an end is carried on."""
        return self.filter(concluded_on=None)

    def with_events(self) -> Self:
        """Annotates ``event_count``, and ``last_on`` and ``last_method`` of the latest event."""
        from suggestions.models import SupervisionEvent

        events = SupervisionEvent.objects.filter(supervision=models.OuterRef("pk"))
        latest = events.order_by("-on", "-pk")
        counted = events.order_by().values("supervision").annotate(n=models.Count("pk")).values("n")
        return self.annotate(
            event_count=Coalesce(models.Subquery(counted, output_field=models.IntegerField()), models.Value(0)),
            last_on=models.Subquery(latest.values("on")[:1]),
            last_method=models.Subquery(latest.values("method")[:1]),
        )


class SupervisionPhotoQuerySet(models.QuerySet["SupervisionPhoto"]):
    def visible_to(self, user: User) -> Self:
        """A photo may show a deputy who withholds her name; then it is only for those who know it."""
        from suggestions.models import Suggestion

        seen = Suggestion.objects.visible_to(user)
        if not user.access.is_district_staff:  # they enter them
            seen = seen.named_to(user)
        return self.filter(event__supervision__suggestion__in=seen.values("pk"))


class UnitReportQuerySet(models.QuerySet["UnitReport"]):
    def visible_to(self, user: User) -> Self:
        """District staff all, the dispatcher those of the area's units, a unit its own."""
        access = user.access
        if access.is_district_staff:
            return self
        own = Q(unit__in=access.organisation_ids(Role.HANDLING_UNIT, Role.DISPATCHER))
        return self.filter(own | Q(unit__area__in=access.area_ids(Role.DISPATCHER)))
