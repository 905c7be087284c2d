"""What closes by itself when mandates end: groups, both liaisons, and the account's role (换届 carries nothing over by accident)."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Q, QuerySet

from congress.enums import Role
from congress.models import RoleGrant, Term
from congress.services import accounts
from congress.services.audit import Actor
from deputies.enums import GroupRole, MandateStatus
from deputies.models import DeputyGroup, DeputyLiaison, GroupMembership, Mandate, StandingMember, VoterLiaison

_SUSPENDED_ROLES = (Role.DEPUTY, Role.GROUP_OFFICER)
OFFICERS = (GroupRole.LEADER, GroupRole.DEPUTY_LEADER, GroupRole.LIAISON)

Follower = Callable[[Actor, Sequence[Mandate], datetime.date], None]
_followers: list[Follower] = []


def on_end(follower: Follower) -> Follower:
    """Registers what a higher floor closes when mandates end or are suspended; called in ``AppConfig.ready()``.

    ``follower(actor, mandates, last_day)`` runs in the transaction of the change, with the mandates' new status stored;
    ``last_day`` is the last one they count on. It must do nothing when called again.
    """
    if follower not in _followers:
        _followers.append(follower)
    return follower


def follow(actor: Actor, mandates: Sequence[Mandate], last_day: datetime.date) -> None:
    """Lets the higher floors close what rests on these mandates."""
    for follower in _followers:
        follower(actor, mandates, last_day)


@dataclass(frozen=True)
class Closing:
    """Everything that ends with some mandates, as it stood when it was gathered."""

    mandates: Sequence[Mandate]
    groups: Sequence[DeputyGroup]
    memberships: Sequence[GroupMembership]
    members: Sequence[StandingMember]
    liaisons: Sequence[DeputyLiaison]
    voters: Sequence[VoterLiaison]
    grants: Sequence[RoleGrant]

    @property
    def counts(self) -> dict[str, int]:
        return {
            "mandates": len(self.mandates),
            "groups": len(self.groups),
            "memberships": len(self.memberships),
            "standing_members": len(self.members),
            "deputy_liaisons": len(self.liaisons),
            "voter_liaisons": len(self.voters),
            "grants": len(self.grants),
        }


def gather(mandates: Sequence[Mandate], last_day: datetime.date, terms: Sequence[Term] = ()) -> Closing:
    """What ends with these mandates, and with the whole of ``terms``, after ``last_day``. Eight queries, whatever there is.

    A membership or a liaison that rests on another mandate of the same person stays: one of a group of another term, or one
    with a member of another congress. So does the account's role where another mandate lies in the organisation's area.
    """
    ending = [mandate.pk for mandate in mandates]
    people = {mandate.deputy_id for mandate in mandates}
    ending_terms = {(mandate.deputy_id, mandate.term_id) for mandate in mandates}
    ending_districts = {(mandate.deputy_id, mandate.electoral_district_id) for mandate in mandates if mandate.electoral_district_id}
    others = Mandate.objects.filter(deputy__in=people).exclude(pk__in=ending).exclude(status=MandateStatus.ENDED).select_related("area")
    remaining: dict[int, list[Mandate]] = {}
    for other in others:
        remaining.setdefault(other.deputy_id, []).append(other)

    def rests_on(deputy: int, term: int) -> bool:
        return (deputy, term) in ending_terms or deputy not in remaining

    groups = list(_open(DeputyGroup.objects.filter(term__in=terms), last_day)) if terms else []
    closed = {group.pk for group in groups}
    memberships = [
        row
        for row in _open(GroupMembership.objects.filter(Q(deputy__in=people) | Q(group__in=closed)), last_day).select_related("group")
        if row.group_id in closed or rests_on(row.deputy_id, row.group.term_id)
    ]
    members = list(_open(StandingMember.objects.filter(mandate__in=ending), last_day))
    left = {member.pk for member in members}
    linked = _open(DeputyLiaison.objects.filter(Q(deputy__in=people) | Q(member__in=left)), last_day).select_related("member__mandate")
    liaisons = [row for row in linked if row.member_id in left or rests_on(row.deputy_id, row.member.mandate.term_id)]
    voters = [
        row
        for row in _open(VoterLiaison.objects.filter(deputy__in=people), last_day).defer("name", "phone", "address")
        if (row.deputy_id, row.electoral_district_id) in ending_districts or row.deputy_id not in remaining
    ]
    return Closing(mandates, groups, memberships, members, liaisons, voters, _grants(mandates, others))


def close(*, actor: Actor, closing: Closing, last_day: datetime.date) -> None:
    """Ends it all on its last day. Part of the caller's transaction, which has locked and audited."""
    for rows in (closing.memberships, closing.groups, closing.members, closing.liaisons):
        end_rows(rows, last_day)
    end_rows(closing.voters, last_day, awaits_successor=True)
    for grant in closing.grants:
        accounts.end_role(actor=actor, grant=grant, ends_on=max(last_day, grant.starts_on))
    end_officers(actor=actor, deputies={row.deputy_id for row in closing.memberships}, last_day=last_day)
    follow(actor, closing.mandates, last_day)


def end_rows(rows: Sequence[Any], last_day: datetime.date, **fields: Any) -> None:
    """Sets ``ends_on``; a row that began later ends on its first day, because nothing ends before it began."""
    if not rows:
        return
    found = type(rows[0])._base_manager.filter(pk__in=[row.pk for row in rows])
    found.filter(starts_on__gt=last_day).update(ends_on=F("starts_on"), **fields)
    found.filter(starts_on__lte=last_day).update(ends_on=last_day, **fields)


def end_officers(*, actor: Actor, deputies: Iterable[int], last_day: datetime.date) -> None:
    """Takes the role of a group's officer from accounts that have no such office left in the organisation's area."""
    held = RoleGrant.objects.filter(role=Role.GROUP_OFFICER, user__deputy__in=deputies).select_related("organisation__area", "user__deputy")
    grants = list(_open(held, last_day))
    if not grants:
        return
    kept: dict[int, list[str]] = {}
    offices = _open(GroupMembership.objects.filter(role__in=OFFICERS, deputy__in=[grant.user.deputy.pk for grant in grants]), last_day)
    for deputy, path in offices.values_list("deputy", "group__area__path"):
        kept.setdefault(deputy, []).append(path)
    for grant in grants:
        if not any(path.startswith(grant.organisation.area.path) for path in kept.get(grant.user.deputy.pk, ())):
            accounts.end_role(actor=actor, grant=grant, ends_on=max(last_day, grant.starts_on))


def _open(rows: QuerySet[Any], last_day: datetime.date) -> QuerySet[Any]:
    return rows.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=last_day))


def suspend_roles(*, actor: Actor, mandate: Mandate, last_day: datetime.date) -> int:
    """Ends the account's roles of a deputy and a group's officer that rest on this mandate alone, and returns how many.

    Everything else waits.

    Part of the caller's transaction, which has locked and audited.
    """
    others = Mandate.objects.filter(deputy=mandate.deputy_id).exclude(pk=mandate.pk).select_related("area")
    grants = _grants([mandate], others, _SUSPENDED_ROLES)
    for grant in grants:
        accounts.end_role(actor=actor, grant=grant, ends_on=max(last_day, grant.starts_on))
    return len(grants)


def resume_roles(*, actor: Actor, mandate: Mandate, suspended_on: datetime.date, on: datetime.date) -> int:
    """Gives the roles back that were ended with the suspension, from the day the work is taken up, and returns how many.

    A role the deputy has again by now is left alone. Part of the caller's transaction.
    """
    user = mandate.deputy.user
    if user is None:
        return 0
    own = RoleGrant.objects.filter(role__in=_SUSPENDED_ROLES, user=user).select_related("organisation__area")
    held = {(grant.role, grant.organisation_id) for grant in _open(own, on)}
    taken = {
        (grant.role, grant.organisation_id): grant.organisation
        for grant in own.filter(ends_on__gte=suspended_on - datetime.timedelta(days=1))
        if (grant.role, grant.organisation_id) not in held and mandate.area.path.startswith(grant.organisation.area.path)
    }
    for (role, _), organisation in taken.items():
        accounts.grant_role(actor=actor, user=user, role=role, organisation=organisation, starts_on=on)
    return len(taken)


def _grants(mandates: Sequence[Mandate], others: Iterable[Mandate], roles: Sequence[Role] = (Role.DEPUTY,)) -> list[RoleGrant]:
    """Roles of a deputy at an organisation whose area holds one of the mandates and no other one in force; all, when none is left."""
    held = RoleGrant.objects.in_force().filter(role__in=roles, user__deputy__in=[mandate.deputy_id for mandate in mandates])
    ending: dict[int, list[Mandate]] = {}
    for mandate in mandates:
        ending.setdefault(mandate.deputy_id, []).append(mandate)
    remaining: dict[int, list[Mandate]] = {}
    for other in others:
        if other.status == MandateStatus.ACTIVE:
            remaining.setdefault(other.deputy_id, []).append(other)
    found = []
    for grant in held.select_related("organisation__area", "user__deputy"):
        deputy, path = grant.user.deputy.pk, grant.organisation.area.path
        supported = any(mandate.area.path.startswith(path) for mandate in remaining.get(deputy, ()))
        concerned = any(mandate.area.path.startswith(path) for mandate in ending[deputy])
        if deputy not in remaining or (concerned and not supported):
            found.append(grant)
    return found
