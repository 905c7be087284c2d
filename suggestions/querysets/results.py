"""Which promises are open, whose, and until when."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models

from suggestions.enums import CommitmentState

if TYPE_CHECKING:
    from congress.models import User
    from suggestions.models import Commitment


class CommitmentQuerySet(models.QuerySet["Commitment"]):
    def visible_to(self, user: User) -> Self:
        """Those of answers whose words the person may read, of suggestions that she sees."""
        from suggestions.models import Reply, Suggestion

        seen = Suggestion.objects.visible_to(user).values("pk")
        told = Reply.objects.told_to(user).filter(handling__suggestion__in=seen)
        return self.filter(reply__in=told.values("pk"))

    def pending(self) -> Self:
        """Not done yet: carried over years and terms until the deputies call it kept."""
        return self.exclude(state=CommitmentState.KEPT)

    def to_report(self) -> Self:
        """The unit is to say what became of it."""
        return self.filter(state__in=[CommitmentState.OPEN, CommitmentState.NOT_KEPT])

    def late_on(self, day: datetime.date) -> Self:
        """The day has passed, and it is not done."""
        return self.pending().filter(due_on__lt=day)
