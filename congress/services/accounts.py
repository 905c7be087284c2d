"""Accounts and the roles they hold."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from congress.enums import THREE_ADMINS, Role
from congress.errors import DomainError
from congress.models import Organisation, RoleGrant, User
from congress.services import audit


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

    The same grant again is a no-op. Raises DomainError when the person already holds, in an overlapping time, another
    of the 三员, or when a 三员 would also do business (GB/T 22239: separation of administrators' rights).
    """
    starts_on = starts_on or timezone.localdate()
    User.objects.select_for_update().get(pk=user.pk)
    known = RoleGrant.objects.filter(user=user, role=role, organisation=organisation, starts_on=starts_on).first()
    if known:
        return known
    overlapping = [
        g for g in user.grants.all() if (g.ends_on is None or g.ends_on >= starts_on) and (ends_on is None or g.starts_on <= ends_on)
    ]
    held = {g.role for g in overlapping}
    admin = role in THREE_ADMINS
    if admin and held & (set(THREE_ADMINS) - {role}):
        raise DomainError(f"{user}已担任{Role(next(iter(held & set(THREE_ADMINS)))).label}，系统、安全、审计三员不得由一人兼任。")
    if admin and held - set(THREE_ADMINS) or not admin and held & set(THREE_ADMINS):
        raise DomainError(f"三员不办理业务，{user}不能同时担任{Role(role).label}。请为其另设账号。")
    grant = RoleGrant.objects.create(
        user=user,
        role=role,
        organisation=organisation,
        starts_on=starts_on,
        ends_on=ends_on,
        sole_admin=True if admin and ends_on is None else None,
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
    """Ends a grant on its last day, included. Raises DomainError when that lies before its first day."""
    if ends_on < grant.starts_on:
        raise DomainError("结束日期不能早于开始日期。")
    RoleGrant.objects.filter(pk=grant.pk).update(ends_on=ends_on, sole_admin=None)
    grant.refresh_from_db()
    audit.record(actor, "congress.end_role", grant.user, changes={"role": [grant.role, None], "until": [None, str(ends_on)]})
    return grant
