"""The office holds a clock and lets it run on (暂停、恢复计时), each with a reason that stays in its trace."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from suggestions.enums import ClockState
from suggestions.models import Clock, Handling
from suggestions.services import clocks
from suggestions.services.moves import locked, require, step
from suggestions.services.units import tell_unit


@transaction.atomic
def pause(*, actor: User, clock: Clock, reason: str) -> Clock:
    """Holds the clock from today. A paused one stays as it is. Raises PermissionDenied, and DomainError without a reason or
    when it does not run any more.
    """
    clock = _locked(actor, clock)
    if clock.state == ClockState.PAUSED:
        return clock
    if not reason.strip():
        raise DomainError("请写明暂停计时的原因，承办单位会看到。")
    clock = clocks.pause(actor=actor, clock=clock, on=timezone.localdate(), reason=reason.strip()[:200])
    _told(actor, clock, "suggestions.pause_clock", f"{clock.get_kind_display()}期限暂停计时：{reason.strip()}")
    return clock


@transaction.atomic
def resume(*, actor: User, clock: Clock) -> Clock:
    """Lets a paused clock run on: what was left is counted from today. A running one stays as it is."""
    clock = _locked(actor, clock)
    if clock.state != ClockState.PAUSED:
        return clock
    clock = clocks.resume(actor=actor, clock=clock, on=timezone.localdate())
    due = f"{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日"
    _told(actor, clock, "suggestions.resume_clock", f"{clock.get_kind_display()}期限恢复计时，截止{due}")
    return clock


def _locked(actor: User, clock: Clock) -> Clock:
    suggestion = locked(clock.suggestion)
    require(actor, "suggestions.hold_clock", suggestion)
    found = Clock.objects.select_for_update().get(pk=clock.pk)
    found.suggestion = suggestion
    return found


def _told(actor: User, clock: Clock, action: str, text: str) -> None:
    handling = Handling.objects.select_related("unit", "suggestion").filter(clocks=clock).first()
    step(actor, clock.suggestion, clock.suggestion.state, text, unit=handling.unit if handling else None, is_inner=True)
    audit.record(actor, action, clock.suggestion, changes={"kind": [None, clock.kind]})
    if handling:
        tell_unit(handling, f"{text[:120]}（{clock.suggestion.title}）")
