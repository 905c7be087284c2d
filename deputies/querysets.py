"""Querysets over deputies and their mandates."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q
from django.utils import timezone

from congress.enums import Role
from deputies.enums import MandateStatus

if TYPE_CHECKING:
    from congress.models import Area, User
    from congress.periods import Period
    from deputies.models import (
        ContactDraft,
        ContactPhoto,
        Deed,
        Deputy,
        DeputyGroup,
        DeputyLiaison,
        DraftPhoto,
        DutyReportMeeting,
        GroupMembership,
        Honour,
        Mandate,
        Nomination,
        Opinion,
        StandingMember,
        VoterContact,
        VoterLiaison,
    )


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

    def matching(self, words: str, user: User) -> Self:
        """A name, its initials or a code that begins so; for whoever may see it, also a telephone's last four digits or more."""
        found = _named(words) | Q(code__startswith=words)
        if words.isascii() and words.isdecimal() and len(words) >= 4:
            # SECURITY: only among deputies whose telephone the person sees anyway, or the search would tell it digit by digit
            seen = Q() if user.access.is_district_staff else Q(pk__in=self.model.objects.in_care_of(user).order_by().values("pk"))
            found |= Q(phone__endswith=words) & seen
        return self.filter(found)

    def named(self, words: str) -> Self:
        """By a part of the name, or the initials' beginning."""
        return self.filter(_named(words))

    def in_care_of(self, user: User) -> Self:
        """Those whose links with voters the person looks after: district staff all, town staff their town's, a deputy herself."""
        return self if user.access.is_district_staff else self.whose_voters_are_kept_by(user)

    def whose_voters_are_kept_by(self, user: User) -> Self:
        """A deputy herself, and the deputies of a town for its staff: they enter and open the fixed voters."""
        return self.filter(Q(user=user) | Q(pk__in=_deputies_of_town(user))) if user.access.roles else self.none()


class MandateQuerySet(models.QuerySet["Mandate"]):
    def serving(self) -> Self:
        return self.filter(status=MandateStatus.ACTIVE)

    def within(self, area: Area) -> Self:
        return self.filter(area__path__startswith=area.path)


def _named(words: str) -> Q:
    found = Q(name__icontains=words)
    return found | Q(initials__startswith=words.lower()) if words.isascii() and words.isalpha() else found


def moments(period: Period) -> tuple[datetime.datetime, datetime.datetime]:
    """From when, and until when but no longer, a period lasts."""
    start, end = (datetime.datetime.combine(day, datetime.time()) for day in (period.start, period.end + datetime.timedelta(days=1)))
    return timezone.make_aware(start), timezone.make_aware(end)


def _town_paths(user: User) -> frozenset[str]:
    return user.access.area_paths(Role.TOWN_OFFICE)


def _in_area(user: User, field: str = "area__path") -> Q:
    """Rows in one of the areas where the person is town staff."""
    found = Q(pk__in=[])
    for path in _town_paths(user):
        found |= Q(**{f"{field}__startswith": path})
    return found


def _in_force(on: datetime.date | None = None) -> Q:
    on = on or timezone.localdate()
    return Q(starts_on__lte=on) & (Q(ends_on__isnull=True) | Q(ends_on__gte=on))


class GroupQuerySet(models.QuerySet["DeputyGroup"]):
    def visible_to(self, user: User) -> Self:
        return self if user.access.roles else self.none()

    def in_force(self, on: datetime.date | None = None) -> Self:
        return self.filter(_in_force(on))


class GroupMembershipQuerySet(models.QuerySet["GroupMembership"]):
    def in_force(self, on: datetime.date | None = None) -> Self:
        return self.filter(_in_force(on))


class StandingMemberQuerySet(models.QuerySet["StandingMember"]):
    def in_force(self, on: datetime.date | None = None) -> Self:
        return self.filter(_in_force(on))

    def visible_to(self, user: User) -> Self:
        """District staff all; others the members they are themselves, or whose deputies they may see the liaisons of."""
        from deputies.models import DeputyLiaison

        if user.access.is_district_staff:
            return self
        seen = DeputyLiaison.objects.visible_to(user).values("member")
        return self.filter(Q(mandate__deputy__user=user) | Q(pk__in=seen)) if user.access.roles else self.none()


class DeputyLiaisonQuerySet(models.QuerySet["DeputyLiaison"]):
    def in_force(self, on: datetime.date | None = None) -> Self:
        return self.filter(_in_force(on))

    def visible_to(self, user: User) -> Self:
        """District staff all; the standing member and the deputy their own; town staff those of their deputies."""
        if user.access.is_district_staff:
            return self
        own = Q(deputy__user=user) | Q(member__mandate__deputy__user=user)
        return self.filter(own | Q(deputy__in=_deputies_of_town(user))).distinct()


class VoterLiaisonQuerySet(models.QuerySet["VoterLiaison"]):
    def in_force(self, on: datetime.date | None = None) -> Self:
        return self.filter(_in_force(on))

    def visible_to(self, user: User) -> Self:
        """The deputy herself and her town's staff; the office for counting."""
        if user.access.is_office:
            return self
        return self.filter(Q(deputy__user=user) | Q(deputy__in=_deputies_of_town(user))).distinct()


def _deputies_of_town(user: User) -> Any:
    from deputies.models import Mandate

    return Mandate.objects.filter(_in_area(user)).values("deputy")


class VoterContactQuerySet(models.QuerySet["VoterContact"]):
    def visible_to(self, user: User) -> Self:
        """District staff all; a deputy her own; town staff those in their town and of their deputies."""
        if user.access.is_district_staff:
            return self
        own = Q(pk__in=self.model.objects.filter(deputies__user=user).values("pk")) | Q(author=user)
        town = _in_area(user) | Q(pk__in=self.model.objects.filter(deputies__in=_deputies_of_town(user)).values("pk"))
        return self.filter(own | town) if user.access.roles else self.none()

    def within(self, period: Period) -> Self:
        start, end = moments(period)
        return self.filter(at__gte=start, at__lt=end)

    def matching(self, words: str) -> Self:
        """Records whose text, place, code or deputy holds every word. Voters are sealed and can't be looked for."""
        from deputies.models import Deputy

        found = self
        for word in words.split():
            named = self.model.deputies.through.objects.filter(deputy__in=Deputy.objects.named(word).values("pk"))
            found = found.filter(
                Q(text__icontains=word)
                | Q(place__icontains=word)
                | Q(code__iexact=word)
                | Q(area__name__icontains=word)
                | Q(pk__in=named.values("votercontact"))
            )
        return found


class ContactPhotoQuerySet(models.QuerySet["ContactPhoto"]):
    def visible_to(self, user: User) -> Self:
        from deputies.models import VoterContact

        return self.filter(contact__in=VoterContact.objects.visible_to(user).values("pk"))


class ContactDraftQuerySet(models.QuerySet["ContactDraft"]):
    def visible_to(self, user: User) -> Self:
        """The town's staff, who handle them, and whoever typed it."""
        return self.filter(_in_area(user) | Q(author=user))

    def to_handle_by(self, user: User) -> Self:
        """Those still waiting for the town's staff."""
        return self.filter(_in_area(user), settled_at__isnull=True)


class DraftPhotoQuerySet(models.QuerySet["DraftPhoto"]):
    def visible_to(self, user: User) -> Self:
        from deputies.models import ContactDraft

        return self.filter(draft__in=ContactDraft.objects.visible_to(user).values("pk"))


class OpinionQuerySet(models.QuerySet["Opinion"]):
    def visible_to(self, user: User) -> Self:
        """District staff all; a deputy her own; town staff those in their town and of their deputies; a unit those it answers for."""
        access = user.access
        if access.is_district_staff:
            return self
        own = Q(pk__in=self.model.objects.filter(deputies__user=user).values("pk")) | Q(created_by=user)
        units = Q(responsible__in=access.organisation_ids(Role.HANDLING_UNIT, Role.TOWN_OFFICE, Role.DISPATCHER))
        town = _in_area(user) | Q(pk__in=self.model.objects.filter(deputies__in=_deputies_of_town(user)).values("pk"))
        return self.filter(own | town | units) if access.roles else self.none()


class DutyReportQuerySet(models.QuerySet["DutyReportMeeting"]):
    def visible_to(self, user: User) -> Self:
        """Meetings with voters are public; anyone with a role sees them."""
        return self if user.access.roles else self.none()


class DeedQuerySet(models.QuerySet["Deed"]):
    def visible_to(self, user: User) -> Self:
        access = user.access
        if access.is_district_staff:
            return self
        seen = Q(state="approved") | Q(deputy__user=user) | Q(written_by=user) | Q(deputy__in=_deputies_of_town(user))
        return self.filter(seen) if access.roles else self.none()


class HonourQuerySet(models.QuerySet["Honour"]):
    def visible_to(self, user: User) -> Self:
        return self if user.access.roles else self.none()


class NominationQuerySet(models.QuerySet["Nomination"]):
    def visible_to(self, user: User) -> Self:
        access = user.access
        if access.is_district_staff:
            return self
        return self.filter(area__in=access.area_ids(Role.TOWN_OFFICE))
