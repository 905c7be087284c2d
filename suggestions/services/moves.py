"""The one setter of a suggestion's and a handling's state. Every step leaves a ``SuggestionStep`` and an audit row."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import F

from congress.access import may
from congress.errors import Conflict, DomainError
from congress.models import Organisation, User
from congress.services import audit
from congress.services.audit import SYSTEM
from suggestions.enums import HANDLING_TRANSITIONS, SUGGESTION_TRANSITIONS, HandlingState, SuggestionState
from suggestions.models import Handling, Suggestion, SuggestionStep

_CHANGED = "该建议刚才已由他人办理到下一步（现为“{state}”），请刷新后查看。您填写的内容还在本页。"


def require(actor: audit.Actor, permission: str, record: Any = None) -> None:
    """Raises PermissionDenied unless the rules allow it, or the actor is the clock."""
    if actor is not SYSTEM and not may(actor, permission, record):
        raise PermissionDenied


def person(actor: audit.Actor) -> User | None:
    return actor if isinstance(actor, User) else None


def locked(suggestion: Suggestion) -> Suggestion:
    """The suggestion as it is now, locked to the end of the transaction."""
    rows = Suggestion.objects.select_for_update(of=("self",)).select_related("congress__area", "term", "proposer__deputy", "proposer__area")
    return rows.get(pk=suggestion.pk)


def locked_handling(handling: Handling) -> Handling:
    """The unit's part as it is now, its suggestion locked first, so that writers of one suggestion come one after another."""
    suggestion = locked(Suggestion(pk=handling.suggestion_id))
    found = Handling.objects.select_for_update(of=("self",)).select_related("unit").get(pk=handling.pk)
    found.suggestion = suggestion
    return found


def move(
    actor: audit.Actor,
    action: str,
    suggestion: Suggestion,
    to: SuggestionState,
    *,
    text: str = "",
    unit: Organisation | None = None,
    is_inner: bool = False,
    **fields: Any,
) -> Suggestion:
    """Sets the state by a conditional UPDATE. Raises Conflict when somebody was faster, DomainError for a step the table lacks."""
    before = SuggestionState(suggestion.state)
    if to not in SUGGESTION_TRANSITIONS[before]:
        raise DomainError(f"该建议现为“{before.label}”，不能转为“{to.label}”。")
    rows = Suggestion.objects.filter(pk=suggestion.pk, version=suggestion.version, state=before)
    if not rows.update(state=to, version=F("version") + 1, **fields):
        raise Conflict(_CHANGED.format(state=Suggestion.objects.get(pk=suggestion.pk).get_state_display()))
    step(actor, suggestion, to, text, unit=unit, is_inner=is_inner)
    audit.record(actor, action, suggestion, changes={"state": [before.value, to.value]})
    return locked(suggestion)


def step(
    actor: audit.Actor,
    suggestion: Suggestion,
    state: str,
    text: str,
    *,
    unit: Organisation | None = None,
    is_inner: bool = False,
) -> SuggestionStep:
    """Adds a line to the matter's thread without moving it."""
    return SuggestionStep.objects.create(
        suggestion=suggestion, state=state, text=text.strip(), unit=unit, actor=person(actor), is_inner=is_inner
    )


def move_handling(actor: audit.Actor, action: str, handling: Handling, to: HandlingState, **fields: Any) -> Handling:
    """Sets a unit's part by a conditional UPDATE. Raises as ``move``."""
    before = HandlingState(handling.state)
    if to not in HANDLING_TRANSITIONS[before]:
        raise DomainError(f"{handling.unit}的{handling.get_role_display()}现为“{before.label}”，不能转为“{to.label}”。")
    if not Handling.objects.filter(pk=handling.pk, version=handling.version, state=before).update(
        state=to, version=F("version") + 1, **fields
    ):
        raise Conflict(_CHANGED.format(state=Handling.objects.get(pk=handling.pk).get_state_display()))
    audit.record(actor, action, handling.suggestion, changes={"state": [before.value, to.value], "unit": [None, str(handling.unit)]})
    return locked_handling(handling)
