"""Querysets over platforms, standards and rounds."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from congress.enums import Role
from platforms.enums import OPEN_ROUND, RectificationState, RoundState, scopes_of

if TYPE_CHECKING:
    from congress.models import Area, User
    from platforms.models import (
        Assessment,
        AssessmentRound,
        Bulletin,
        CrossAssignment,
        Evidence,
        ItemScore,
        Objection,
        Platform,
        Rectification,
        ScoreTable,
        Standard,
        StandardCheck,
    )

_TOWN = (Role.TOWN_OFFICE, Role.ASSESSOR)


class PlatformQuerySet(models.QuerySet["Platform"]):
    def active(self) -> Self:
        return self.filter(is_active=True)

    def visible_to(self, user: User) -> Self:
        """Where deputies receive voters is public; anyone with a role sees every platform."""
        return self if user.access.roles else self.none()

    def within(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)

    def matching(self, words: str) -> Self:
        """Platforms whose name, code, place or host company holds every word."""
        found = self
        for word in words.split():
            found = found.filter(
                Q(name__icontains=word)
                | Q(code__icontains=word)
                | Q(area__name__icontains=word)
                | Q(address__icontains=word)
                | Q(host_company__icontains=word)
            )
        return found


class StandardQuerySet(models.QuerySet["Standard"]):
    def current(self) -> Self:
        return self.filter(is_current=True)

    def applying_to(self, platform: Platform) -> Self:
        """Current standards the platform is checked against."""
        return self.current().filter(scope__in=scopes_of(platform.area.kind, platform.is_demonstration))


class StandardCheckQuerySet(models.QuerySet["StandardCheck"]):
    def current(self) -> Self:
        """Checks against standards in force."""
        return self.filter(item__standard__is_current=True)


class ScoreTableQuerySet(models.QuerySet["ScoreTable"]):
    def current(self) -> ScoreTable | None:
        """The table the next round starts with, or None."""
        return self.filter(is_current=True).order_by("-version").first()


class RoundQuerySet(models.QuerySet["AssessmentRound"]):
    def visible_to(self, user: User) -> Self:
        """Staff see every round; others the published ones, which are told to all."""
        access = user.access
        if access.is_district_staff or access.has(*_TOWN):
            return self
        return self.filter(state=RoundState.PUBLISHED) if access.roles else self.none()

    def unfinished(self) -> Self:
        return self.filter(state__in=OPEN_ROUND)

    def published(self) -> Self:
        return self.filter(state=RoundState.PUBLISHED)

    def before(self, round: AssessmentRound) -> Self:
        """Rounds of earlier quarters, the latest first."""
        return self.filter(Q(year__lt=round.year) | Q(year=round.year, quarter__lt=round.quarter)).order_by("-year", "-quarter")


class CrossAssignmentQuerySet(models.QuerySet["CrossAssignment"]):
    def visible_to(self, user: User) -> Self:
        """District staff see all; a town its own and the one it assesses; everybody the published ones."""
        access = user.access
        if access.is_district_staff:
            return self
        areas = access.area_ids(*_TOWN)
        seen = Q(area__in=areas) | Q(assessor__in=areas) | Q(round__state=RoundState.PUBLISHED)
        return self.filter(seen) if access.roles else self.none()


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        access = user.access
        if access.is_district_staff:
            return self
        areas = access.area_ids(*_TOWN)
        seen = Q(area__in=areas) | Q(assignment__assessor__in=areas) | Q(round__state=RoundState.PUBLISHED)
        return self.filter(seen) if access.roles else self.none()


class ItemScoreQuerySet(models.QuerySet["ItemScore"]):
    def visible_to(self, user: User) -> Self:
        access = user.access
        if access.is_district_staff:
            return self
        areas = access.area_ids(*_TOWN)
        seen = (
            Q(assessment__area__in=areas) | Q(assessment__assignment__assessor__in=areas) | Q(assessment__round__state=RoundState.PUBLISHED)
        )
        return self.filter(seen) if access.roles else self.none()


class ObjectionQuerySet(models.QuerySet["Objection"]):
    def visible_to(self, user: User) -> Self:
        """District staff, the town that objects and the town that scored."""
        access = user.access
        if access.is_district_staff:
            return self
        areas = access.area_ids(*_TOWN)
        return self.filter(Q(item_score__assessment__area__in=areas) | Q(item_score__assessment__assignment__assessor__in=areas))


def _assessed_by(areas: Iterable[int]) -> models.QuerySet[Any, Any]:
    """The areas that these assess in a round under way: whoever visits also looks at what was to be put right."""
    from platforms.models import CrossAssignment

    return CrossAssignment.objects.filter(assessor__in=areas, round__state__in=OPEN_ROUND).values("area")


class RectificationQuerySet(models.QuerySet["Rectification"]):
    def visible_to(self, user: User) -> Self:
        """District staff see all; a town its own, and what the unit it now assesses was to put right."""
        access = user.access
        if access.is_district_staff:
            return self
        areas = access.area_ids(*_TOWN)
        return self.filter(Q(area__in=areas) | Q(area__in=_assessed_by(areas)))

    def unverified(self) -> Self:
        return self.exclude(state=RectificationState.VERIFIED)

    def overdue(self, on: datetime.date) -> Self:
        """Past their day without a report. One reported in time waits for its verification and is not overdue."""
        return self.filter(state=RectificationState.OPEN, due_on__lt=on).order_by("code")


class BulletinQuerySet(models.QuerySet["Bulletin"]):
    def visible_to(self, user: User) -> Self:
        """A bulletin is told to all who hold a role."""
        return self if user.access.roles else self.none()


class EvidenceQuerySet(models.QuerySet["Evidence"]):
    def visible_to(self, user: User) -> Self:
        """Platform photos: all with a role. Other evidence: district staff, the town it is about, the town that assesses it."""
        access = user.access
        if access.is_district_staff:
            return self
        if not access.roles:
            return self.none()
        areas = access.area_ids(*_TOWN)
        return self.filter(
            Q(platform__isnull=False)
            | Q(standard_check__platform__unit__in=areas)
            | Q(standard_check__platform__unit__assessed_in__assessor__in=areas)
            | Q(item_score__assessment__area__in=areas)
            | Q(item_score__assessment__assignment__assessor__in=areas)
            | Q(objection__item_score__assessment__area__in=areas)
            | Q(rectification__area__in=areas)
            | Q(rectification__area__in=_assessed_by(areas))
        ).distinct()
