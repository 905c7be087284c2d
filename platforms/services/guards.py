"""What every write in a round begins with: the right person, the row locked, the round still open."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from rules import Predicate

from congress.errors import DomainError
from congress.services.audit import SYSTEM, Actor
from platforms.enums import ROUND_TRANSITIONS, RoundState
from platforms.models import AssessmentRound, CrossAssignment


def require(actor: Actor, role: Predicate, record: Any = None) -> None:
    """Raises PermissionDenied unless the role predicate holds for the actor, or the actor is the clock."""
    if actor is not SYSTEM and not role.test(actor, record):
        raise PermissionDenied


def person(actor: Actor) -> Any:
    """The account to keep in a "who" column, or None for the clock."""
    return None if actor is SYSTEM else actor


def locked_round(round: AssessmentRound) -> AssessmentRound:
    """The round as it is now, locked to the end of the transaction. Whoever locks both takes the round first."""
    return AssessmentRound.objects.select_for_update(of=("self",)).select_related("table", "congress").get(pk=round.pk)


def open_round_locked(round: AssessmentRound) -> AssessmentRound:
    """The same for a round that is to be changed. Raises DomainError when it is published, because that never changes."""
    round = locked_round(round)
    if round.state == RoundState.PUBLISHED:
        raise DomainError(f"{round}已经通报，结果不再改变。如有错误，请发布更正。")
    return round


def locked_assignment(assignment: CrossAssignment) -> CrossAssignment:
    """The assignment as it is now, with its round and areas, locked to the end of the transaction."""
    return CrossAssignment.objects.select_for_update(of=("self",)).select_related("round__table", "area", "assessor").get(pk=assignment.pk)


def move_round(round: AssessmentRound, state: str, **fields: Any) -> None:
    """Takes a locked round one step on and sets ``fields`` with it. Raises DomainError for a step the table does not know."""
    if state not in ROUND_TRANSITIONS[RoundState(round.state)]:
        raise DomainError(f"{round}现为“{round.get_state_display()}”阶段，不能转入“{RoundState(state).label}”。")
    for field, value in {"state": state, **fields}.items():
        setattr(round, field, value)
    round.save(update_fields=["state", *fields])
