"""When a unit is no more, or nobody works for it: its part goes to another one, with limits of its own."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Organisation, User
from congress.workdays import Calendar
from suggestions.enums import OPEN_HANDLING, ClockState, HandlingState, RequestState
from suggestions.models import Handling
from suggestions.services import clocks
from suggestions.services.assigning import give, refuse_unit
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked_handling, move_handling, require, step

_OVERTAKEN = "已改交其他单位"


def why_left(handling: Handling) -> str:
    """Why nobody can work on the part any more; nothing while somebody can. ``handling`` may come from ``with_staff``."""
    if handling.state not in OPEN_HANDLING:
        return ""
    if not handling.unit.is_active:
        return f"{handling.unit}已停用"
    has_staff = (
        handling.has_staff if hasattr(handling, "has_staff") else not Handling.objects.without_staff().filter(pk=handling.pk).exists()
    )
    return "" if has_staff else f"{handling.unit}没有在用的经办账号"


@transaction.atomic
def replace_unit(*, actor: User, handling: Handling, unit: Organisation, instruction: str = "") -> Handling:
    """Ends the part of a unit that is gone and gives it to ``unit`` in the same role and round; the limits begin anew.

    The same unit again is the part it has. Raises PermissionDenied, and DomainError while the unit can still work on it, for a
    unit that handles nothing, or one that has a part already.
    """
    handling = locked_handling(handling)
    suggestion = handling.suggestion
    require(actor, "suggestions.assign_suggestion", suggestion)
    held = suggestion.handlings.open().filter(unit=unit).first()
    if handling.state == HandlingState.ENDED and held is not None:
        return held
    reason = why_left(handling)
    if not reason:
        raise DomainError(f"{handling.unit}仍在办理，不能直接改交。确需改办的，请由该单位申请退回。")
    refuse_unit(unit)
    if held is not None:
        raise DomainError(f"{unit}已在办理这件建议，请另选单位。")
    today = timezone.localdate()
    gone = move_handling(actor, "suggestions.end_handling", handling, HandlingState.ENDED)
    clocks.stop(actor=actor, clocks=gone.clocks.exclude(state=ClockState.STOPPED), on=today)
    for asked in (gone.return_requests, gone.extensions):
        asked.filter(is_open=True).update(state=RequestState.REFUSED, is_open=None, note=_OVERTAKEN, decided_by=actor, decided_on=today)
    step(actor, suggestion, suggestion.state, f"{reason}，改交{unit}{gone.get_role_display()}", unit=unit)
    row = give(actor, suggestion, unit, gone.role, instruction, today, Calendar.load(), round=gone.round)
    tell_proposers(suggestion, f"您的建议改由{unit}{gone.get_role_display()}：{suggestion.title}", f"replaced-{row.pk}")
    return row
