"""Accounts and the roles they hold."""

from __future__ import annotations

import datetime

from allauth.mfa.models import Authenticator
from django.db import transaction
from django.utils import timezone

from congress.enums import THREE_ADMINS, Role
from congress.errors import DomainError
from congress.models import Organisation, RoleGrant, User
from congress.services import audit


def refuse_grant(
    *, actor: audit.Actor, user: User, role: str, organisation: Organisation, starts_on: datetime.date, ends_on: datetime.date | None
) -> None:
    """Raises DomainError when the grant can't be given.

    Nobody grants to oneself, holds two of the 三员 at once, or does business as one of them (GB/T 22239: the
    administrators' rights are separated).
    """
    if isinstance(actor, User) and actor.pk == user.pk:
        raise DomainError("不能给自己授予角色。请由另一名安全管理员办理。")
    if ends_on and ends_on < starts_on:
        raise DomainError("结束日期不能早于开始日期。")
    until = ends_on or datetime.date.max
    grants = RoleGrant.objects.filter(user=user, starts_on__lte=until)
    held = {grant.role: grant for grant in grants if grant.ends_on is None or grant.ends_on >= starts_on}
    admins = held.keys() & set(THREE_ADMINS)
    if role in THREE_ADMINS and admins:
        raise DomainError(f"{user}在这段时间已担任{Role(min(admins)).label}，系统、安全、审计三员不得由一人兼任，也不重复授予。")
    if (role in THREE_ADMINS and held) or admins:
        raise DomainError(f"三员不办理业务，{user}不能同时担任{Role(role).label}。请为其另设账号。")
    if any(g.role == role and g.organisation_id == organisation.pk and g.ends_on is None for g in held.values()):
        raise DomainError(f"{user}现在就是{organisation}的{Role(role).label}，不必重复授予。")


@transaction.atomic
def grant_role(
    *,
    actor: audit.Actor,
    user: User,
    role: str,
    organisation: Organisation,
    starts_on: datetime.date | None = None,
    ends_on: datetime.date | None = None,
) -> RoleGrant:
    """Gives a role at an organisation from ``starts_on`` (today when missing) to ``ends_on`` (open when missing).

    The same grant again is a no-op. Raises DomainError as ``refuse_grant`` does.
    """
    starts_on = starts_on or timezone.localdate()
    User.objects.select_for_update().get(pk=user.pk)
    known = RoleGrant.objects.filter(user=user, role=role, organisation=organisation, starts_on=starts_on).first()
    if known:
        return known
    refuse_grant(actor=actor, user=user, role=role, organisation=organisation, starts_on=starts_on, ends_on=ends_on)
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        sole_admin=True if role in THREE_ADMINS and ends_on is None else None,
    )
    audit.record(
        actor,
        "congress.grant_role",
        user,
        changes={"role": [None, role], "organisation": [None, organisation.code], "until": [None, str(ends_on or "")]},
    )
    return grant


@transaction.atomic
def end_role(*, actor: audit.Actor, grant: RoleGrant, ends_on: datetime.date) -> RoleGrant:
    """Ends a grant on its last day, included; the same day again is a no-op.

    Raises DomainError when that lies before its first day, or after the end it has already: a longer time is granted anew.
    """
    grant = RoleGrant.objects.select_for_update().get(pk=grant.pk)
    if grant.ends_on == ends_on:
        return grant
    if ends_on < grant.starts_on:
        raise DomainError("结束日期不能早于开始日期。")
    if grant.ends_on and ends_on > grant.ends_on:
        raise DomainError("任职只能提前结束，不能延长。需要延长的，请另行授予。")
    before = str(grant.ends_on or "")
    grant.ends_on, grant.sole_admin = ends_on, None
    grant.save(update_fields=["ends_on", "sole_admin"])
    audit.record(actor, "congress.end_role", grant.user, changes={"role": [grant.role, grant.role], "until": [before, str(ends_on)]})
    return grant


@transaction.atomic
def forget_second_step(*, actor: audit.Actor, user: User) -> bool:
    """Takes away the authenticator app and the recovery codes of somebody who lost the phone. False when there were none."""
    removed, _ = Authenticator.objects.filter(user=user).delete()
    if removed:
        audit.record(actor, "congress.forget_second_step", user)
    return bool(removed)
