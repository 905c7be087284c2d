"""What a unit does with its part before it answers: signs for it, claims it, supports, consults (签收、协办、面商)."""

from __future__ import annotations

import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from deputies.models import Deputy
from suggestions.enums import ANSWERING, OPEN_HANDLING, UNIT_ROLES, ClockState, HandlingRole, HandlingState, LimitKind, SuggestionState
from suggestions.models import Clock, Consultation, Handling, Suggestion
from suggestions.services import clocks
from suggestions.services.moves import locked, locked_handling, move, move_handling, require, step
from suggestions.services.proposing import link_to

ANSWER_KINDS = (LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE)


@transaction.atomic
def sign_for(*, actor: User, handling: Handling) -> Handling:
    """签收: the unit has it in hand. A second call is a no-op. Raises DomainError for what it asked to return, or answered."""
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.state == HandlingState.IN_HAND:
        return handling
    if handling.state != HandlingState.ASSIGNED:  # the table lets it be in hand again, by a decision or a judgement
        raise DomainError(f"该件现为“{handling.get_state_display()}”，不能签收。")
    handling = move_handling(actor, "suggestions.sign_for", handling, HandlingState.IN_HAND, signed_at=timezone.now(), signed_by=actor)
    _stop(actor, handling, LimitKind.SIGN)
    suggestion = handling.suggestion
    if suggestion.state == SuggestionState.ASSIGNED and handling.role in ANSWERING:
        move(actor, "suggestions.take_in_hand", suggestion, SuggestionState.IN_HAND, text=f"{handling.unit}签收", unit=handling.unit)
    else:
        step(actor, suggestion, suggestion.state, f"{handling.unit}签收", unit=handling.unit)
    return locked_handling(handling)


@transaction.atomic
def claim(*, actor: User, handling: Handling) -> Handling:
    """A colleague of the unit takes it on herself; whoever has it is named. A second call is a no-op; another's claim is refused,
    unless she no longer works for the unit.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.claimed_by_id == actor.pk:
        return handling
    if handling.state not in OPEN_HANDLING:
        raise DomainError(f"该件现为“{handling.get_state_display()}”，不用再认领。")
    if handling.claimed_by_id is not None and people_of(handling).filter(pk=handling.claimed_by_id).exists():
        raise DomainError(f"这件建议已由{handling.claimed_by}认领。")
    Handling.objects.filter(pk=handling.pk).update(claimed_by=actor)
    audit.record(actor, "suggestions.claim", handling.suggestion)
    return locked_handling(handling)


@transaction.atomic
def give_opinion(*, actor: User, handling: Handling, text: str) -> Handling:
    """A supporting unit's opinion to the lead unit. The same words again are a no-op."""
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.role != HandlingRole.SUPPORT:
        raise DomainError("只有协办单位向主办单位提出协办意见。")
    if not text.strip():
        raise DomainError("请写明协办意见。")
    if handling.state == HandlingState.DONE and handling.opinion == text.strip():
        return handling
    today = timezone.localdate()
    handling = move_handling(
        actor, "suggestions.give_opinion", handling, HandlingState.DONE, opinion=text.strip(), opinion_on=today, done_on=today
    )
    _stop(actor, handling, LimitKind.SUPPORT, LimitKind.SIGN)
    step(actor, handling.suggestion, handling.suggestion.state, f"{handling.unit}提出协办意见", unit=handling.unit, is_inner=True)
    lead = (
        handling.suggestion.handlings.filter(role=HandlingRole.LEAD, state=HandlingState.IN_HAND)
        .select_related("unit", "suggestion")
        .first()
    )
    if lead:
        tell_unit(lead, f"{handling.unit}已提出协办意见：{handling.suggestion.title}")
    return handling


@transaction.atomic
def consult(*, actor: User, handling: Handling, deputy: Deputy, on: datetime.date, way: str, text: str) -> Consultation:
    """面商, as the unit recorded it; the deputy confirms. The same words of a day again are the row that is there.

    Raises DomainError for a part that is no longer the unit's, a day to come or before assignment, or a deputy who did not
    propose it.
    """
    handling = locked_handling(handling)
    require(actor, "suggestions.handle_suggestion", handling)
    if handling.state not in (*OPEN_HANDLING, HandlingState.DONE):
        raise DomainError(f"该件现为“{handling.get_state_display()}”，不用再登记沟通情况。")
    if not handling.assigned_on <= on <= timezone.localdate():
        raise DomainError("面商日期应在交办之后，且不晚于今天。")
    if not text.strip():
        raise DomainError("请写明沟通的情况。")
    proposers = Deputy.objects.filter(mandates__suggestions=handling.suggestion) | Deputy.objects.filter(
        mandates__cosigned__suggestion=handling.suggestion
    )
    if not proposers.filter(pk=deputy.pk).exists():
        raise DomainError(f"{deputy}不是这件建议的提出人或者附议人。")
    row, is_new = Consultation.objects.get_or_create(
        handling=handling, deputy=deputy, on=on, text=text.strip(), defaults={"way": way.strip(), "entered_by": actor}
    )
    if is_new:
        _stop(actor, handling, LimitKind.CONTACT)
        step(actor, handling.suggestion, handling.suggestion.state, f"{handling.unit}与{deputy}沟通（{way.strip()}）", unit=handling.unit)
        audit.record(actor, "suggestions.consult", handling.suggestion)
        if deputy.user:
            notify(
                [deputy.user],
                text=f"请确认{handling.unit}登记的沟通情况：{handling.suggestion.title}"[:200],
                url=link_to(handling.suggestion),
                key=f"consultation-{row.pk}",
            )
    return row


@transaction.atomic
def confirm_consultation(*, actor: User, consultation: Consultation) -> Consultation:
    """The deputy confirms that it was so. A second call is a no-op. Raises PermissionDenied for anybody else."""
    locked(Suggestion(pk=consultation.handling.suggestion_id))
    row = Consultation.objects.select_related("deputy", "handling__suggestion").get(pk=consultation.pk)
    if row.deputy.user_id != actor.pk:
        raise PermissionDenied
    if row.confirmed_at is None:
        row.confirmed_at = timezone.now()
        row.save(update_fields=["confirmed_at"])
        audit.record(actor, "suggestions.confirm_consultation", row.handling.suggestion)
    return row


def answer_clock(handling: Handling) -> Clock | None:
    """The clock by which the unit must answer in this round, while it runs."""
    return handling.clocks.filter(kind__in=ANSWER_KINDS, round=handling.round, state=ClockState.RUNNING).first()


def _stop(actor: User, handling: Handling, *kinds: LimitKind) -> None:
    clocks.stop(actor=actor, clocks=handling.clocks.filter(kind__in=kinds, round=handling.round), on=timezone.localdate())


def people_of(handling: Handling) -> QuerySet[User]:
    """Everybody who works for the unit today."""
    return User.objects.in_role(*UNIT_ROLES, organisation=handling.unit)


def tell_unit(handling: Handling, text: str) -> None:
    notify(
        people_of(handling),
        text=text[:200],
        url=link_to(handling.suggestion),
        key=f"handling-{handling.pk}-{handling.version}-{text[:8]}",
    )
