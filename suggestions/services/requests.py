"""What a unit asks for and the office decides: to return a suggestion, to have more time (退回改办、延期)."""

from __future__ import annotations

import datetime

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Organisation, User
from congress.services import audit
from suggestions.enums import ANSWERING, ClockState, HandlingRole, HandlingState, LimitKind, RequestState, SuggestionState
from suggestions.models import Extension, Handling, ReturnRequest
from suggestions.services import clocks
from suggestions.services.examining import tell_proposers
from suggestions.services.moves import locked_handling, move, move_handling, require, step
from suggestions.services.profiles import profile_of
from suggestions.services.proposing import tell_those_who_run
from suggestions.services.units import answer_clock, tell_unit


@transaction.atomic
def ask_return(*, actor: User, handling: Handling, reason: str, proposed_unit: Organisation | None = None) -> ReturnRequest:
    """The unit says that it is not its matter, within its limit. The same request again is the one that is open.

    Raises DomainError without a reason, or when the limit for returning is over.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if found := handling.return_requests.filter(is_open=True).first():
        return found
    if handling.round > 1:
        raise DomainError("重新办理的建议不能退回，请按期答复。")
    if not reason.strip():
        raise DomainError("请写明退回的理由。")
    if proposed_unit == handling.unit:
        raise DomainError("建议改由的单位不能是本单位。")
    today = timezone.localdate()
    clock = handling.clocks.filter(kind=LimitKind.RETURN, state=ClockState.RUNNING).first()
    if clock and clock.due_on < today:
        raise DomainError(f"申请退回的期限（{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日）已过，请按期办理。")
    handling = move_handling(actor, "suggestions.ask_return", handling, HandlingState.RETURN_ASKED)
    request = ReturnRequest.objects.create(
        handling=handling, reason=reason.strip(), proposed_unit=proposed_unit, asked_by=actor, asked_on=today
    )
    better = f"，建议改由{proposed_unit}办理" if proposed_unit else ""
    step(
        actor,
        handling.suggestion,
        handling.suggestion.state,
        f"{handling.unit}申请退回{better}：{reason.strip()}",
        unit=handling.unit,
        is_inner=True,
    )
    tell_those_who_run(handling.suggestion, f"{handling.unit}申请退回：{handling.suggestion.title}", f"return-{request.pk}")
    return request


@transaction.atomic
def decide_return(*, actor: User, request: ReturnRequest, grants: bool, note: str = "") -> ReturnRequest:
    """The office decides. Granted, the unit's part is over and the suggestion waits for another unit, with its own limit.

    The same decision again is a no-op; another one, or a refusal without a word, raises DomainError.
    """
    handling = locked_handling(request.handling)
    request = ReturnRequest.objects.select_for_update().get(pk=request.pk)
    require(actor, "suggestions.decide_request", handling)
    state = RequestState.GRANTED if grants else RequestState.REFUSED
    if request.state == state:
        return request
    if not request.is_open:
        raise DomainError(f"这项申请已由{request.decided_by}审定为“{request.get_state_display()}”。")
    if not grants and not note.strip():
        raise DomainError("不同意退回的，请写明理由，承办单位会看到。")
    today = timezone.localdate()
    _close(actor, request, state, note, today)
    if not grants:
        handling = move_handling(actor, "suggestions.refuse_return", handling, HandlingState.IN_HAND)
        step(
            actor,
            handling.suggestion,
            handling.suggestion.state,
            f"不同意{handling.unit}退回：{note.strip()}",
            unit=handling.unit,
            is_inner=True,
        )
        if handling.suggestion.state == SuggestionState.ASSIGNED and handling.role in ANSWERING:
            move(actor, "suggestions.take_in_hand", handling.suggestion, SuggestionState.IN_HAND, unit=handling.unit)
    else:
        handling = move_handling(actor, "suggestions.grant_return", handling, HandlingState.RETURNED)
        clocks.stop(actor=actor, clocks=handling.clocks.exclude(state=ClockState.STOPPED), on=today)
        _back_to_assignment(actor, handling, today)
    tell_unit(handling, f"退回申请{state.label}：{handling.suggestion.title}")
    return request


@transaction.atomic
def ask_extension(*, actor: User, handling: Handling, months: int, reason: str) -> Extension:
    """The unit asks for more months to answer. The open request is given again.

    Raises DomainError without a reason, for more than the rules allow in all, after the limit, or for a supporting unit.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if found := handling.extensions.filter(is_open=True).first():
        return found
    most = profile_of(handling.suggestion.congress).longest_extension
    granted = sum(handling.extensions.filter(state=RequestState.GRANTED).values_list("months", flat=True))
    clock = answer_clock(handling)
    if clock is None:
        raise DomainError("现在没有正在计算的答复期限，不需要延期。")
    if not reason.strip():
        raise DomainError("请写明延期的理由。")
    if months < 1 or granted + months > most:
        raise DomainError(f"延期合计不超过{most}个月" + (f"，此前已延期{granted}个月。" if granted else "。"))
    if clock.due_on < timezone.localdate():
        raise DomainError("答复期限已过，不能再申请延期，请尽快答复。")
    request = Extension.objects.create(
        handling=handling, months=months, reason=reason.strip(), asked_by=actor, asked_on=timezone.localdate()
    )
    audit.record(actor, "suggestions.ask_extension", handling.suggestion, changes={"months": [None, months]})
    tell_those_who_run(handling.suggestion, f"{handling.unit}申请延期{months}个月：{handling.suggestion.title}", f"extension-{request.pk}")
    return request


@transaction.atomic
def decide_extension(*, actor: User, request: Extension, grants: bool, note: str = "") -> Extension:
    """The office consents, and the answer clock moves; or not, with a word why. As ``decide_return`` otherwise."""
    handling = locked_handling(request.handling)
    request = Extension.objects.select_for_update().get(pk=request.pk)
    require(actor, "suggestions.decide_request", handling)
    state = RequestState.GRANTED if grants else RequestState.REFUSED
    if request.state == state:
        return request
    if not request.is_open:
        raise DomainError(f"这项申请已由{request.decided_by}审定为“{request.get_state_display()}”。")
    if not grants and not note.strip():
        raise DomainError("不同意延期的，请写明理由，承办单位会看到。")
    today = timezone.localdate()
    _close(actor, request, state, note, today)
    if grants and (clock := answer_clock(handling)):
        clock = clocks.extend(actor=actor, clock=clock, months=request.months, on=today, reason=request.reason[:200])
        due = f"{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日"
        step(actor, handling.suggestion, handling.suggestion.state, f"{handling.unit}答复期限延至{due}", unit=handling.unit)
        tell_proposers(handling.suggestion, f"您的建议答复期限延至{due}：{handling.suggestion.title}", f"extended-{request.pk}")
    audit.record(actor, "suggestions.decide_extension", handling.suggestion, changes={"state": [None, state.value]})
    tell_unit(handling, f"延期申请{state.label}：{handling.suggestion.title}")
    return request


def _back_to_assignment(actor: User, handling: Handling, today: datetime.date) -> None:
    """Without a unit that answers, the suggestion waits to be assigned again; supporting units' parts end."""
    suggestion = handling.suggestion
    if suggestion.handlings.filter(role__in=ANSWERING).open().exists():
        step(actor, suggestion, suggestion.state, f"同意{handling.unit}退回", unit=handling.unit)
        return
    for other in suggestion.handlings.filter(role=HandlingRole.SUPPORT).open():
        ended = move_handling(actor, "suggestions.end_handling", locked_handling(other), HandlingState.ENDED)
        clocks.stop(actor=actor, clocks=ended.clocks.exclude(state=ClockState.STOPPED), on=today)
    move(
        actor,
        "suggestions.back_to_assignment",
        suggestion,
        SuggestionState.ACCEPTED,
        text=f"同意{handling.unit}退回，另行交办",
        unit=handling.unit,
    )
    clocks.start(actor=actor, suggestion=suggestion, kinds=[LimitKind.REASSIGN], on=today)


def _close(actor: User, request: ReturnRequest | Extension, state: RequestState, note: str, on: datetime.date) -> None:
    request.state, request.is_open, request.note = state, None, note.strip()[:200]
    request.decided_by, request.decided_on = actor, on
    request.save(update_fields=["state", "is_open", "note", "decided_by", "decided_on"])
