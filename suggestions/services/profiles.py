"""The rules a congress handles suggestions by."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.db import transaction

from congress.enums import CongressLevel
from congress.models import Congress
from congress.services import audit
from congress.workdays import Limit
from suggestions.defaults.profiles import DEFAULT, PROFILES, WEIGHTS
from suggestions.enums import LimitKind
from suggestions.models import AppraisalWeight, ProfileLimit, ReplyScheme, RuleProfile

TOWN_BILL_COSIGNERS = 5  # 地方组织法 art. 22; ten on county level is the column's default


@transaction.atomic
def profile_of(congress: Congress) -> RuleProfile:
    """The congress's own rules; a congress without any gets the shipped default, once, which staff then edit."""
    found = RuleProfile.objects.filter(congress=congress).first()
    if found:
        return found
    given: dict[str, Any] = {"name": DEFAULT, "scheme": ReplyScheme.objects.order_by("pk")[0]}
    if congress.level == CongressLevel.TOWN:
        given["bill_cosigners"] = TOWN_BILL_COSIGNERS
    profile, is_new = RuleProfile.objects.get_or_create(congress=congress, defaults=given)
    if not is_new:  # two looked at once
        return profile
    _set_limits(profile, PROFILES[DEFAULT])
    AppraisalWeight.objects.bulk_create(
        AppraisalWeight(profile=profile, figure=figure, label=label, weight=Decimal(weight), position=position)
        for position, (figure, label, weight) in enumerate(WEIGHTS, start=1)
    )
    return profile


@transaction.atomic
def set_limits(*, actor: audit.Actor, profile: RuleProfile, limits: Mapping[LimitKind, str]) -> RuleProfile:
    """Gives the profile exactly these limits; clocks that run keep theirs. The same limits again write nothing.

    Raises DomainError for a limit the calendar can't read. The caller has asked for permission.
    """
    after = {LimitKind(kind).value: str(Limit.parse(limit)) for kind, limit in limits.items()}
    before = limits_of(profile)
    changes = {
        LimitKind(kind).label: [before.get(kind), after.get(kind)] for kind in {*before, *after} if before.get(kind) != after.get(kind)
    }
    if changes:
        _set_limits(profile, after)
        audit.record(actor, "suggestions.change_limits", profile, changes=changes)
    return profile


def limits_of(profile: RuleProfile) -> dict[str, str]:
    """Kind → limit, as written. One query."""
    return dict(profile.limits.values_list("kind", "limit"))


def _set_limits(profile: RuleProfile, limits: Mapping[LimitKind, str] | Mapping[str, str]) -> None:
    profile.limits.all().delete()
    ProfileLimit.objects.bulk_create(ProfileLimit(profile=profile, kind=kind, limit=limit) for kind, limit in limits.items())
