"""Which plans are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.db import models
from django.db.models import Count, Q

from activities.enums import TOOK_PLACE, ActivityState, PlanState

if TYPE_CHECKING:
    from activities.models import AnnualPlan, AnnualPlanItem
    from congress.models import User


class AnnualPlanQuerySet(models.QuerySet["AnnualPlan"]):
    def visible_to(self, user: User) -> Self:
        """District staff all; everyone else with a role once the chairpersons' meeting has adopted it."""
        if user.access.is_district_staff:
            return self
        return self.exclude(state=PlanState.DRAFT) if user.access.roles else self.none()


class AnnualPlanItemQuerySet(models.QuerySet["AnnualPlanItem"]):
    def with_progress(self) -> Self:
        """Annotates ``done``, the activities of the item that took place, and ``coming``, those that are to come."""
        to_come = Q(activities__state__in=[ActivityState.PLANNED, ActivityState.ANNOUNCED])
        return self.annotate(
            done=Count("activities", filter=Q(activities__state__in=TOOK_PLACE), distinct=True),
            coming=Count("activities", filter=to_come, distinct=True),
        )
