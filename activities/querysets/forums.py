"""Which forums and matters are whose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Self

from django.db.models import Exists, OuterRef, Q, QuerySet

from activities.enums import ForumState
from congress.enums import Role

if TYPE_CHECKING:
    import datetime

    from congress.models import User
    from congress.periods import Period

SENT = (ForumState.SENT, ForumState.CLOSED)
UNIT_ROLES = (Role.HANDLING_UNIT, Role.DISPATCHER, Role.TOWN_OFFICE)


def _in_town(user: User, field: str) -> Q:
    """Rows in an area where the person is town staff."""
    found = Q(pk__in=[])
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        found |= Q(**{f"{field}__startswith": path})
    return found


def _reaches_seat_of(user: User) -> Exists:
    """Forums of an area in which the person sits as a deputy."""
    from deputies.models import Mandate

    return Exists(Mandate.objects.serving().filter(deputy__user=user, area__path__startswith=OuterRef("area__path")))


class OpinionForumQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """District staff all; towns and deputies those that take in their area; units those with a matter of theirs.

        The government's office that passes work on (政府督查室) sees a forum once its list was sent.
        """
        from activities.models import ForumItem

        access = user.access
        if access.is_district_staff:
            return self
        own = Q(pk__in=ForumItem.objects.filter(unit__in=access.organisation_ids(*UNIT_ROLES)).values("forum"))
        above = {code for path in access.area_paths(Role.TOWN_OFFICE) for code in path.split("/") if code}
        own |= Q(area__code__in=above) | _in_town(user, "area__path")
        if access.has(Role.DEPUTY):
            own |= Q(_reaches_seat_of(user))
        if access.has(Role.DISPATCHER):
            own |= Q(state__in=SENT)
        return self.filter(own) if access.roles else self.none()

    def open_to(self, user: User, today: datetime.date) -> Self:
        """Those that still collect what the person, as a deputy, has to tell."""
        return self.filter(_reaches_seat_of(user), state=ForumState.COLLECTING, collect_until__gte=today)

    def held_in(self, period: Period) -> Self:
        return self.filter(held_on__range=(period.start, period.end))


class ForumItemQuerySet(QuerySet[Any]):
    def visible_to(self, user: User) -> Self:
        """District staff all; a deputy her own; a town those of its forums and its deputies; a unit those it is to answer."""
        from deputies.models import Mandate

        access = user.access
        if access.is_district_staff:
            return self
        own = Q(deputy__user=user) | Q(unit__in=access.organisation_ids(*UNIT_ROLES))
        if access.has(Role.TOWN_OFFICE):
            deputies = Mandate.objects.filter(_in_town(user, "area__path")).values("deputy")
            own |= _in_town(user, "forum__area__path") | Q(deputy__in=deputies)
        if access.has(Role.DISPATCHER):
            own |= Q(forum__state__in=SENT)
        return self.filter(own) if access.roles else self.none()

    def waiting(self) -> Self:
        """Sent, and not fed back yet."""
        return self.filter(forum__state__in=SENT, fed_back_on__isnull=True)
