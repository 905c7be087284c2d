"""Which reception days, schedules, rotas, wishes and swaps are whose."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from activities.enums import ReceptionState, SwapState
from congress.enums import Role

if TYPE_CHECKING:
    from activities.models import ReceptionDay, ReceptionDuty, ReceptionSchedule, ReceptionWish, Rota, SwapRequest
    from congress.models import User
    from congress.periods import Period

TO_COME = (ReceptionState.PLANNED, ReceptionState.ANNOUNCED)


def of_own_towns(user: User, field: str) -> Q:
    """Rows whose ``field``, an area's path, lies where the person is town staff."""
    found = Q(pk__in=[])
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        found |= Q(**{f"{field}__startswith": path})
    return found


class ReceptionScheduleQuerySet(models.QuerySet["ReceptionSchedule"]):
    def active(self) -> Self:
        return self.filter(is_active=True, platform__is_active=True)

    def managed_by(self, user: User) -> Self:
        return self if user.access.is_office else self.filter(of_own_towns(user, "platform__unit__path"))


class ReceptionDayQuerySet(models.QuerySet["ReceptionDay"]):
    def visible_to(self, user: User) -> Self:
        """When and where one may meet a deputy hangs on the wall: anyone with a role sees every day."""
        return self if user.access.roles else self.none()

    def within(self, period: Period) -> Self:
        return self.filter(on__gte=period.start, on__lte=period.end)

    def held(self) -> Self:
        return self.filter(state=ReceptionState.HELD)

    def to_come(self, after: datetime.date | None = None) -> Self:
        """Planned or announced, after that day (today)."""
        return self.filter(on__gt=after or timezone.localdate(), state__in=TO_COME)

    def managed_by(self, user: User) -> Self:
        return self if user.access.is_office else self.filter(of_own_towns(user, "platform__unit__path"))


class ReceptionDutyQuerySet(models.QuerySet["ReceptionDuty"]):
    def of(self, user: User) -> Self:
        return self.filter(deputy__user=user)

    def present(self) -> Self:
        return self.filter(was_present=True, day__state=ReceptionState.HELD)


class ReceptionWishQuerySet(models.QuerySet["ReceptionWish"]):
    def visible_to(self, user: User) -> Self:
        """The deputy's own, the town staff's deputies', and all for the office."""
        from deputies.models import Mandate

        if user.access.is_office:
            return self
        town = Mandate.objects.filter(of_own_towns(user, "area__path")).values("deputy")
        return self.filter(Q(deputy__user=user) | Q(deputy__in=town)) if user.access.roles else self.none()


class SwapRequestQuerySet(models.QuerySet["SwapRequest"]):
    def visible_to(self, user: User) -> Self:
        """The two deputies, the platform's town staff, and the district's."""
        if user.access.is_district_staff:
            return self
        own = Q(duty__deputy__user=user) | Q(to__user=user) | of_own_towns(user, "duty__day__platform__unit__path")
        return self.filter(own) if user.access.roles else self.none()

    def waiting(self) -> Self:
        return self.filter(state=SwapState.ASKED)


class RotaQuerySet(models.QuerySet["Rota"]):
    def visible_to(self, user: User) -> Self:
        """District staff all; town staff those with a platform of theirs."""
        if user.access.is_district_staff:
            return self
        here = self.model.platforms.through.objects.filter(of_own_towns(user, "platform__unit__path"), rota=OuterRef("pk"))
        return self.filter(Exists(here)) if user.access.has(Role.TOWN_OFFICE) else self.none()
