"""Which units have what in hand, until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from congress.enums import Role
from suggestions.enums import NOT_PRESSING, OPEN_HANDLING, ClockState, Publicity, ReplyState

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.models import Clock, Handling, Reply


class HandlingQuerySet(models.QuerySet["Handling"]):
    def visible_to(self, user: User) -> Self:
        """Those of suggestions the person sees; a unit of its own only, and of what it handles with others."""
        from suggestions.models import Suggestion

        return self.filter(suggestion__in=Suggestion.objects.visible_to(user).values("pk"))

    def of_units_of(self, user: User) -> Self:
        """The inbox: parts given to the units the person works for."""
        return self.filter(unit__in=user.access.organisation_ids(Role.HANDLING_UNIT, Role.DISPATCHER))

    def open(self) -> Self:
        return self.filter(state__in=OPEN_HANDLING)


class ClockQuerySet(models.QuerySet["Clock"]):
    def running(self) -> Self:
        return self.filter(state=ClockState.RUNNING)

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
