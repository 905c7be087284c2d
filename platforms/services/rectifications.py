"""Putting right what a round found: reported by the unit, then verified or sent back."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from platforms import links
from platforms.enums import RECTIFICATION_TRANSITIONS, RectificationState
from platforms.models import Rectification
from platforms.rules import assesses_rectifying_area, is_office, works_in_rectifying_area
from platforms.services.guards import person, require
from platforms.services.rounds import town_staff


@transaction.atomic
def report(*, actor: audit.Actor, rectification: Rectification, text: str) -> Rectification:
    """The unit says what it has put right. The same report again is a no-op. Raises DomainError without a text, or when it is past that."""
    require(actor, works_in_rectifying_area, rectification)
    rectification, text = _locked(rectification), text.strip()
    if not text:
        raise DomainError("请写明整改情况。")
    if rectification.state == RectificationState.REPORTED and rectification.report == text:
        return rectification
    _move(
        actor,
        "platforms.report_rectification",
        rectification,
        RectificationState.REPORTED,
        report=text,
        reported_by=person(actor),
        reported_at=timezone.now(),
    )
    notify(
        User.objects.in_role(Role.OFFICE),
        text=f"{rectification.area}报告已整改：{rectification.problem}"[:200],
        url=links.to_rectification(rectification),
        key=f"rectification-reported-{rectification.code}-{timezone.now():%Y%m%d%H%M%S}",
    )
    return rectification


@transaction.atomic
def verify(*, actor: audit.Actor, rectification: Rectification) -> Rectification:
    """The office, or the unit that assesses the area in a later round, has seen it put right. A second call is a no-op.

    Raises DomainError before the unit has reported.
    """
    require(actor, is_office | assesses_rectifying_area, rectification)
    rectification = _locked(rectification)
    if rectification.state == RectificationState.VERIFIED:
        return rectification
    _move(
        actor,
        "platforms.verify_rectification",
        rectification,
        RectificationState.VERIFIED,
        verified_by=person(actor),
        verified_at=timezone.now(),
    )
    _tell_unit(rectification, f"整改已复核：{rectification.problem}", "verified")
    return rectification


@transaction.atomic
def send_back(*, actor: audit.Actor, rectification: Rectification, reason: str) -> Rectification:
    """It is not put right: the unit has to report again, by the same day as before. The same reason again is a no-op.

    Raises DomainError without a reason, before the unit has reported, or once it is verified.
    """
    require(actor, is_office | assesses_rectifying_area, rectification)
    rectification, reason = _locked(rectification), reason.strip()
    if not reason:
        raise DomainError("请写明退回的理由。")
    if rectification.state == RectificationState.OPEN and rectification.returned_reason == reason:
        return rectification
    _move(actor, "platforms.return_rectification", rectification, RectificationState.OPEN, returned_reason=reason)
    _tell_unit(rectification, f"整改已退回：{reason}", "returned")
    return rectification


def _locked(rectification: Rectification) -> Rectification:
    return (
        Rectification.objects.select_for_update(of=("self",)).select_related("area", "platform", "item", "round").get(pk=rectification.pk)
    )


def _move(actor: audit.Actor, action: str, rectification: Rectification, state: RectificationState, **fields: Any) -> None:
    before = rectification.state
    if state not in RECTIFICATION_TRANSITIONS[RectificationState(before)]:
        raise DomainError(f"该项整改现为“{rectification.get_state_display()}”，不能转为“{state.label}”。")
    for field, value in {"state": state, **fields}.items():
        setattr(rectification, field, value)
    rectification.save(update_fields=["state", *fields])
    audit.record(actor, action, rectification, changes={"state": [before, state]}, reason=fields.get("returned_reason", ""))


def _tell_unit(rectification: Rectification, text: str, event: str) -> None:
    key = f"rectification-{event}-{rectification.code}-{timezone.now():%Y%m%d%H%M%S}"
    notify(town_staff([rectification.area]), text=text[:200], url=links.to_rectification(rectification), key=key)
