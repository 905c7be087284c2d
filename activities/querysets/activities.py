"""Which activities are whose."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from activities.enums import TOOK_PLACE, ActivityState, ForwardingState, ParticipationState
from congress.enums import Role
from deputies.enums import GroupRole

if TYPE_CHECKING:
    from activities.models import Activity, ActivityFile, Forwarding, Participation
    from congress.models import User
    from congress.periods import Period

OFFICERS = (GroupRole.LEADER, GroupRole.DEPUTY_LEADER, GroupRole.LIAISON)
EXPECTED = (ParticipationState.INVITED, ParticipationState.SIGNED_UP, ParticipationState.LEAVE_ASKED, ParticipationState.PRESENT)
ANSWERING = (Role.HANDLING_UNIT, Role.DISPATCHER, Role.TOWN_OFFICE, Role.OFFICE)


def officer_groups(user: User) -> Any:
    """Groups of which the person is leader, deputy leader or liaison today, as a subquery of their keys."""
    from deputies.models import GroupMembership

    return GroupMembership.objects.in_force().filter(deputy__user=user, role__in=OFFICERS).values("group")


def moments(period: Period) -> tuple[datetime.datetime, datetime.datetime]:
    """The period's first moment, and the first after it."""
    days = (period.start, period.end + datetime.timedelta(days=1))
    start, end = (timezone.make_aware(datetime.datetime.combine(day, datetime.time())) for day in days)
    return start, end


def _under(paths: Iterable[str], field: str) -> Q:
    found = Q(pk__in=[])
    for path in paths:
        found |= Q(**{f"{field}__startswith": path})
    return found


class ActivityQuerySet(QuerySet["Activity"]):
    def visible_to(self, user: User) -> Self:
        """District staff all; town staff those of their area and those their deputies are invited to; officers their group's;
        deputies, once it is announced, those they are invited to and those of their area. Units see what was forwarded to
        them, not the activity (``ForwardingQuerySet``)."""
        from activities.models import Participation
        from deputies.models import Mandate

        access = user.access
        if access.is_district_staff:
            return self
        seen = Q(pk__in=[])
        if towns := access.area_paths(Role.TOWN_OFFICE):
            deputies = Mandate.objects.filter(_under(towns, "area__path")).values("deputy")
            seen |= _under(towns, "area__path") | _under(towns, "organiser__area__path")
            seen |= Q(pk__in=Participation.objects.filter(deputy__in=deputies).values("activity"))
        if access.has(Role.DEPUTY, Role.GROUP_OFFICER):
            told = _under(access.area_paths(Role.DEPUTY, Role.GROUP_OFFICER), "area__path")
            told |= Q(pk__in=Participation.objects.filter(deputy__user=user).values("activity"))
            seen |= told & ~Q(state=ActivityState.PLANNED) | Q(group__in=officer_groups(user))
        return self.filter(seen)

    def run_by(self, user: User) -> Self:
        """Those the person sees to: the office's own for the office, the town's for its staff, a group's for its officers."""
        access = user.access
        own = Q(organiser__in=access.organisation_ids(Role.OFFICE)) | _under(access.area_paths(Role.TOWN_OFFICE), "organiser__area__path")
        if access.has(Role.DEPUTY, Role.GROUP_OFFICER):
            own |= Q(group__in=officer_groups(user))
        return self.filter(own)

    def within(self, period: Period) -> Self:
        """Those that begin in the period, by the day in Beijing."""
        start, end = moments(period)
        return self.filter(starts_at__gte=start, starts_at__lt=end)

    def touching(self, start: datetime.datetime, end: datetime.datetime) -> Self:
        """Those of which any moment lies between."""
        return self.filter(starts_at__lt=end, ends_at__gt=start)

    def took_place(self) -> Self:
        return self.filter(state__in=TOOK_PLACE)

    def standing(self) -> Self:
        """Those that are still to come or took place: not the cancelled ones."""
        return self.exclude(state=ActivityState.CANCELLED)

    def of_kinds(self, kinds: str) -> Self:
        """``kinds`` are joined by "|"; none means all."""
        wanted = [kind for kind in kinds.split("|") if kind]
        return self.filter(kind__in=wanted) if wanted else self

    def matching(self, words: str) -> Self:
        """Every word is in the title, the place, the partners, the objective or a theme, or is the code."""
        found = self
        for word in words.split():
            themed = self.model.themes.through.objects.filter(theme__name__icontains=word).values("activity")
            found = found.filter(
                Q(title__icontains=word)
                | Q(place__icontains=word)
                | Q(partners__icontains=word)
                | Q(objective__icontains=word)
                | Q(code__iexact=word)
                | Q(pk__in=themed)
            )
        return found


class ParticipationQuerySet(QuerySet["Participation"]):
    def of(self, user: User) -> Self:
        """The deputy's own."""
        return self.filter(deputy__user=user)

    def expected(self) -> Self:
        """Those who are invited and have no leave."""
        return self.filter(state__in=EXPECTED)

    def present(self) -> Self:
        return self.filter(state=ParticipationState.PRESENT)

    def of_activities(self, activities: ActivityQuerySet) -> Self:
        """Those of the selected activities, each looked up from its row: two long lists of keys are never held against each other."""
        return self.filter(Exists(activities.order_by().filter(pk=OuterRef("activity"))))


class ActivityFileQuerySet(QuerySet["ActivityFile"]):
    def visible_to(self, user: User) -> Self:
        """With the activity, and with what was forwarded of it."""
        from activities.models import Activity, Forwarding

        forwarded = Forwarding.objects.filter(body__in=user.access.organisation_ids(*ANSWERING)).values("activity")
        return self.filter(Q(activity__in=Activity.objects.visible_to(user).values("pk")) | Q(activity__in=forwarded))


class ForwardingQuerySet(QuerySet["Forwarding"]):
    def visible_to(self, user: User) -> Self:
        """The body's own, and those of the activities that the person sees."""
        from activities.models import Activity

        access = user.access
        if access.is_district_staff:
            return self
        seen = Q(body__in=access.organisation_ids(*ANSWERING))
        if access.has(Role.TOWN_OFFICE, Role.DEPUTY, Role.GROUP_OFFICER):
            seen |= Q(activity__in=Activity.objects.visible_to(user).values("pk"))
        return self.filter(seen)

    def waiting(self) -> Self:
        return self.filter(state=ForwardingState.SENT)
