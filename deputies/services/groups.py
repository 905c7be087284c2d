"""Deputies' groups (代表小组): made, changed and closed, with their officers and members (代表法 art. 26–27)."""

from __future__ import annotations

import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from congress.enums import OrganisationKind, Role
from congress.errors import DomainError
from congress.imports.lookups import NextCode
from congress.models import Area, Organisation, Term
from congress.services import accounts, audit
from deputies.enums import GroupRole, MandateStatus
from deputies.models import Deputy, DeputyGroup, GroupMembership
from deputies.services.closing import OFFICERS, end_officers, end_rows
from deputies.services.guards import FieldRefused, require

FIELDS = ("name", "area", "field", "starts_on")
_OFFICES = (OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE, OrganisationKind.DEPUTIES_OFFICE)


@transaction.atomic
def create_group(
    *, actor: audit.Actor, name: str, term: Term, area: Area, field: str = "", starts_on: datetime.date | None = None, code: str = ""
) -> DeputyGroup:
    """Makes a group of a term. The same name in the same term and area again gives the group that is there.

    Raises PermissionDenied for town staff outside their area, and FieldRefused when the name is taken or the term is over.
    """
    starts_on = starts_on or timezone.localdate()
    require(actor, "deputies.change_group", DeputyGroup(area=area))
    Term.objects.select_for_update(of=("self",)).get(pk=term.pk)
    known = DeputyGroup.objects.filter(term=term, name=name).first()
    if known and known.area_id == area.pk and known.ends_on is None:
        return known
    _refuse(name=name, term=term, area=area, starts_on=starts_on)
    if term.ends_on:
        raise FieldRefused("term", f"{term}已届满，不能再编小组。")
    code = code or NextCode(DeputyGroup.objects.filter(code__startswith=f"{area.code}-Z").values_list("code", flat=True), "Z").after(
        area.code
    )
    group = DeputyGroup.objects.create(code=code, name=name, term=term, area=area, field=field, starts_on=starts_on)
    audit.record(
        actor,
        "deputies.create_group",
        group,
        changes=audit.difference({}, {"term": str(term), "name": name, "area": area.code, "field": field}),
    )
    return group


@transaction.atomic
def update_group(*, actor: audit.Actor, group: DeputyGroup, **fields: Any) -> DeputyGroup:
    """Changes the given fields; without a difference it writes nothing. Raises PermissionDenied and FieldRefused."""
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a group: {sorted(unknown)}")
    group = _locked(group)
    require(actor, "deputies.change_group", group)
    before = {name: getattr(group, name) for name in FIELDS}
    after = before | fields
    changes = audit.difference(before, after)
    if not changes:
        return group
    require(actor, "deputies.change_group", DeputyGroup(area=after["area"]))
    _refuse(name=after["name"], term=group.term, area=after["area"], starts_on=after["starts_on"], group=group)
    for name, value in after.items():
        setattr(group, name, value)
    group.save(update_fields=list(after))
    audit.record(actor, "deputies.change_group", group, changes=changes)
    return group


@transaction.atomic
def close_group(*, actor: audit.Actor, group: DeputyGroup, last_day: datetime.date | None = None) -> DeputyGroup:
    """Closes the group with its memberships and its officers' roles; yesterday is the last day unless told. A second call is a no-op."""
    group = _locked(group)
    require(actor, "deputies.change_group", group)
    if group.ends_on is not None:
        return group
    last_day = last_day or _yesterday()
    members = list(group.memberships.select_for_update().filter(ends_on=None))
    end_rows(members, last_day)
    end_rows([group], last_day)
    end_officers(actor=actor, deputies={row.deputy_id for row in members}, last_day=last_day)
    audit.record(actor, "deputies.close_group", group, changes={"memberships": [len(members), 0], "until": [None, str(last_day)]})
    return DeputyGroup.objects.get(pk=group.pk)


@transaction.atomic
def place(
    *, actor: audit.Actor, group: DeputyGroup, deputy: Deputy, role: str = GroupRole.MEMBER, starts_on: datetime.date | None = None
) -> GroupMembership:
    """Takes a deputy of any level into the group in this role, or gives a member this role. The same again is a no-op.

    An officer's account gets the role of a group's officer at the town's organ; one who is no longer an officer loses it.
    Raises PermissionDenied, and DomainError for a closed group, a deputy who does not serve, or a second leader.
    """
    group = _locked(group)
    require(actor, "deputies.change_group", group)
    starts_on = starts_on or timezone.localdate()
    if group.ends_on is not None:
        raise DomainError(f"“{group}”已撤销，不能再调整成员。")
    if not deputy.mandates.exclude(status=MandateStatus.ENDED).exists():
        raise FieldRefused("deputy", f"{deputy}没有有效的代表资格，不能编入小组。")
    if starts_on < group.starts_on or starts_on > timezone.localdate():
        raise FieldRefused("starts_on", "加入日期应在小组成立之后，且不晚于今天。")
    if role == GroupRole.LEADER:
        _refuse_second_leader(group, deputy)
    membership = group.memberships.filter(deputy=deputy, ends_on=None).first()
    before = membership.role if membership else None
    if before == role:
        assert membership is not None
        return membership
    if membership is None:
        membership, _ = group.memberships.update_or_create(
            deputy=deputy, starts_on=starts_on, defaults={"role": role, "ends_on": None}
        )  # who left on the day of joining comes back into the same row
    else:
        membership.role = role
        membership.save(update_fields=["role"])
    audit.record(actor, "deputies.place_in_group", group, changes={"deputy": [None, deputy.code], "role": [before, str(role)]})
    if role in OFFICERS:
        grant_officer(actor, group, deputy)
    elif before in OFFICERS:
        end_officers(actor=actor, deputies=[deputy.pk], last_day=_yesterday())
    return membership


@transaction.atomic
def leave(*, actor: audit.Actor, membership: GroupMembership) -> None:
    """The deputy is no member from today on; one who joined today never was. A second call is a no-op. Raises PermissionDenied."""
    group = _locked(membership.group)
    require(actor, "deputies.change_group", group)
    row = group.memberships.select_related("deputy").filter(pk=membership.pk, ends_on=None).first()
    if row is None:
        return
    if row.starts_on >= timezone.localdate():
        row.delete()
    else:
        end_rows([row], _yesterday())
    audit.record(actor, "deputies.leave_group", group, changes={"deputy": [row.deputy.code, None], "role": [row.role, None]})
    end_officers(actor=actor, deputies=[row.deputy_id], last_day=_yesterday())


def _locked(group: DeputyGroup) -> DeputyGroup:
    return DeputyGroup.objects.select_for_update(of=("self",)).select_related("area", "term__congress__area").get(pk=group.pk)


def _refuse(*, name: str, term: Term, area: Area, starts_on: datetime.date, group: DeputyGroup | None = None) -> None:
    if DeputyGroup.objects.filter(term=term, name=name).exclude(pk=group.pk if group else 0).exists():
        raise FieldRefused("name", f"{term}已有名为“{name}”的小组，请另起一个名称。")
    if not term.congress.area.contains(area):
        raise FieldRefused("area", f"{area}不在{term.congress.area}，不能编{term}的小组。")
    if starts_on > timezone.localdate():
        raise FieldRefused("starts_on", "成立日期不能晚于今天。")
    first = group.memberships.order_by("starts_on").values_list("starts_on", flat=True).first() if group else None
    if first and starts_on > first:
        raise FieldRefused("starts_on", f"已有成员于{first.year}年{first.month}月{first.day}日加入，成立日期不能在此之后。")


def _refuse_second_leader(group: DeputyGroup, deputy: Deputy) -> None:
    leader = group.memberships.filter(role=GroupRole.LEADER, ends_on=None).exclude(deputy=deputy).select_related("deputy").first()
    if leader:
        raise FieldRefused("role", f"“{group}”的组长是{leader.deputy}，一个小组只有一名组长。请先调整{leader.deputy}的职务。")


def grant_officer(actor: audit.Actor, group: DeputyGroup, deputy: Deputy) -> None:
    """Gives an officer's account its role at the organ of the group's area, or of the nearest area above it. Without an account or an organ there is nothing to give."""
    if deputy.user is None:
        return
    codes = group.area.path.strip("/").split("/")
    offices = Organisation.objects.active().filter(kind__in=_OFFICES, area__code__in=codes).select_related("area")
    organisation = max(offices, key=lambda row: len(row.area.path), default=None)
    if (
        organisation is None
        or deputy.user.grants.in_force().filter(role=Role.GROUP_OFFICER, organisation=organisation, ends_on=None).exists()
    ):
        return
    given = accounts.grant_role(actor=actor, user=deputy.user, role=Role.GROUP_OFFICER, organisation=organisation)
    if given.ends_on is not None:  # taken away earlier today: that grant ends with the day, and a new one follows it
        tomorrow = given.ends_on + datetime.timedelta(days=1)
        accounts.grant_role(actor=actor, user=deputy.user, role=Role.GROUP_OFFICER, organisation=organisation, starts_on=tomorrow)


def _yesterday() -> datetime.date:
    return timezone.localdate() - datetime.timedelta(days=1)
