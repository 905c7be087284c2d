"""Which batches, materials and readings are whose, and what counts as training."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.enums import TOOK_PLACE, ActivityKind, ParticipationState
from activities.querysets.activities import moments
from congress.enums import Role

if TYPE_CHECKING:
    from activities.models import MaterialFile, Reading, TrainingBatch, TrainingMaterial
    from congress.models import User
    from congress.periods import Period
    from deputies.models import Deputy


def is_training(prefix: str = "") -> Q:
    """Activities that count as training: those of the kind 培训学习, and whatever belongs to a batch, such as a study visit."""
    return Q(**{f"{prefix}kind": ActivityKind.TRAINING}) | Q(**{f"{prefix}training__isnull": False})


def attended(period: Period) -> models.QuerySet[Any]:
    """Who was present (到会) at trainings that took place in the period, a row for each deputy and day."""
    from activities.models import Participation

    start, end = moments(period)
    return Participation.objects.filter(
        is_training("activity__"),
        state=ParticipationState.PRESENT,
        activity__state__in=TOOK_PLACE,
        activity__starts_at__gte=start,
        activity__starts_at__lt=end,
    )


def _of_own_towns(user: User, field: str) -> Q:
    found = Q(pk__in=[])
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        found |= Q(**{f"{field}__startswith": path})
    return found


class TrainingBatchQuerySet(models.QuerySet["TrainingBatch"]):
    def visible_to(self, user: User) -> Self:
        """The year's plan of training is told to everyone with a role."""
        return self if user.access.roles else self.none()

    def managed_by(self, user: User) -> Self:
        """The office all; town staff those of their area."""
        return self if user.access.is_office else self.filter(_of_own_towns(user, "area__path"))

    def matching(self, words: str) -> Self:
        """Every word is in the name or the topic, or is the code."""
        found = self
        for word in words.split():
            found = found.filter(Q(name__icontains=word) | Q(topic__icontains=word) | Q(code__iexact=word))
        return found


class TrainingMaterialQuerySet(models.QuerySet["TrainingMaterial"]):
    def visible_to(self, user: User) -> Self:
        """Everyone with a role from the day of publication on; before it those who see to the material."""
        access = user.access
        if access.is_office:
            return self
        seen = Q(published_on__lte=timezone.localdate()) | _of_own_towns(user, "batch__area__path")
        return self.filter(seen) if access.roles else self.none()

    def published(self) -> Self:
        return self.filter(published_on__lte=timezone.localdate())

    def meant_for(self, deputy: Deputy) -> Self:
        """Published ones for all, and those of batches for her area and level, as her mandates in force are. One query more."""
        seats = deputy.mandates.serving().values_list("area__path", "term__congress__level")
        meant = Q(batch__isnull=True)
        for path, level in seats:
            above = [path[: at + 1] for at, char in enumerate(path) if char == "/"]
            meant |= Q(batch__area__path__in=above) & (Q(batch__level="") | Q(batch__level=level))
        return self.published().filter(meant)


class MaterialFileQuerySet(models.QuerySet["MaterialFile"]):
    def visible_to(self, user: User) -> Self:
        from activities.models import TrainingMaterial

        return self.filter(material__in=TrainingMaterial.objects.visible_to(user).values("pk"))


class ReadingQuerySet(models.QuerySet["Reading"]):
    def credited(self) -> Self:
        """Those whose hours count: read, and passed where there is a test."""
        return self.filter(Q(material__pass_mark__isnull=True) | Q(score__gte=F("material__pass_mark")))

    def within(self, period: Period) -> Self:
        """By the day of reading, or of passing the test."""
        start, end = moments(period)
        return self.filter(read_at__gte=start, read_at__lt=end)
