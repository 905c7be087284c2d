"""Which units have what in hand, until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from suggestions.enums import NOT_PRESSING, OPEN_HANDLING, UNIT_ROLES, ClockState, Publicity, ReplyState

if TYPE_CHECKING:
    from congress.models import RoleGrant, User
    from suggestions.models import Clock, Handling, Reply


class HandlingQuerySet(models.QuerySet["Handling"]):
    def visible_to(self, user: User) -> Self:
        """Those of suggestions the person sees; a unit of its own only, and of what it handles with others."""
        from suggestions.models import Suggestion

        return self.filter(suggestion__in=Suggestion.objects.visible_to(user).values("pk"))

    def of_units_of(self, user: User) -> Self:
        """The inbox: parts given to the units the person works for."""
        return self.filter(unit__in=user.access.organisation_ids(*UNIT_ROLES))

    def watched_by(self, user: User) -> Self:
        """Parts of what the person's organ gives out; the leaders watch all."""
        from suggestions.models import Suggestion

        if user.access.is_leader:
            return self
        return self.filter(suggestion__in=Suggestion.objects.given_out_by(user).values("pk"))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_HANDLING)

    def with_staff(self) -> Self:
        """Annotates ``has_staff``: somebody's account works for the unit today."""
        return self.annotate(has_staff=models.Exists(_staff()))

    def without_staff(self) -> Self:
        """Open parts that nobody can work on: the unit is no more, or nobody's account works for it."""
        return self.open().filter(models.Q(unit__is_active=False) | ~models.Exists(_staff()))


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> Self:
        return self.filter(state=ClockState.RUNNING)

    def paused(self) -> Self:
        return self.filter(state=ClockState.PAUSED)

    def pressing(self) -> Self:
        """Running ones that somebody must keep."""
        return self.running().exclude(kind__in=NOT_PRESSING)

    def late_on(self, day: datetime.date) -> Self:
        return self.running().filter(due_on__lt=day)


class ReplyQuerySet(models.QuerySet["Reply"]):
    def sent(self) -> Self:
        return self.filter(state=ReplyState.SENT)

    def told_to(self, user: User) -> Self:
        """Sent answers whose words the person may read: those that may be published, or of what she proposed, runs or handles."""
        from suggestions.models import Suggestion

        sent = self.sent()
        near = Suggestion.objects.near_to(user).values("pk")
        return sent.filter(~models.Q(publicity=Publicity.NONE) | models.Q(handling__suggestion__in=near))

    def whole_to(self, user: User) -> Self:
        """Sent answers of which nothing is kept from the person: of what she proposed, runs, dispatches or handles; the leaders
        read all. As "suggestions.read_replies" says of one.
        """
        from suggestions.models import Suggestion

        if user.access.is_leader:
            return self.sent()
        near = Suggestion.objects.near_to(user) | Suggestion.objects.given_out_by(user)
        return self.sent().filter(handling__suggestion__in=near.values("pk"))

    def of_units_of(self, user: User) -> Self:
        return self.filter(handling__unit__in=user.access.organisation_ids(*UNIT_ROLES))


def _staff() -> models.QuerySet[RoleGrant]:
    from congress.models import RoleGrant

    return RoleGrant.objects.in_force().filter(organisation=models.OuterRef("unit"), role__in=UNIT_ROLES, user__is_active=True)
