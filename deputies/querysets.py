"""Querysets over deputies and their mandates."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Q

from congress.enums import Role
from deputies.enums import MandateStatus

if TYPE_CHECKING:
    from congress.models import Area, User
    from deputies.models import Deputy, Mandate


class DeputyQuerySet(models.QuerySet["Deputy"]):
    def visible_to(self, user: User) -> Self:
        """Office and leaders see all; town staff and deputies the deputies who hold a mandate in their area, and themselves."""
        from deputies.models import Mandate

        access = user.access
        if access.is_district_staff:
            return self
        own = Q(user=user)
        for path in access.area_paths(Role.TOWN_OFFICE, Role.GROUP_OFFICER, Role.DEPUTY):
            own |= Q(pk__in=Mandate.objects.filter(area__path__startswith=path).values("deputy"))
        return self.filter(own) if access.roles else self.none()

    def serving(self) -> Self:
        from deputies.models import Mandate

        return self.filter(pk__in=Mandate.objects.serving().values("deputy"))


class MandateQuerySet(models.QuerySet["Mandate"]):
    def serving(self) -> Self:
        return self.filter(status=MandateStatus.ACTIVE)

    def within(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)
