"""Examination of what was handed in: is it a suggestion at all, is it like another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from suggestions.enums import LimitKind, Outcome, SuggestionState
from suggestions.models import Examination, Ground, Suggestion
from suggestions.services import clocks
from suggestions.services.moves import locked, move, require, step
from suggestions.services.proposing import link_to

_STATES = {
    Outcome.ACCEPT: SuggestionState.ACCEPTED,
    Outcome.RETURN: SuggestionState.RETURNED,
    Outcome.IMPROVE: SuggestionState.RETURNED,
    Outcome.LETTER: SuggestionState.AS_LETTER,
}


@transaction.atomic
def examine(
    *, actor: User, suggestion: Suggestion, outcome: str, grounds: Iterable[Ground] = (), explanation: str = "", is_difficult: bool = False
) -> Suggestion:
    """Decides on a submitted text. Accepting it gives its number and starts the clock of assignment; anything else is explained.

    The same outcome again is a no-op. Raises PermissionDenied, Conflict, and DomainError without an explanation, for accepting
    what a ground speaks against, or refusing without naming one.
    """
    outcome, grounds = Outcome(outcome), list(grounds)
    suggestion = locked(suggestion)
    require(actor, "suggestions.examine_suggestion", suggestion)
    if suggestion.state == _STATES[outcome]:
        return suggestion
    if suggestion.state != SuggestionState.SUBMITTED:
        # What units have in hand goes back to 待交办 only when a return is granted, never by a second examination.
        raise DomainError(f"该建议现为“{suggestion.get_state_display()}”，不能转为“{_STATES[outcome].label}”。")
    if outcome == Outcome.ACCEPT and grounds:
        raise DomainError("勾选了不应当作为建议提出的情形，不能受理。请取消勾选，或者选择其他处理结果。")
    if outcome != Outcome.ACCEPT and not explanation.strip():
        raise DomainError("请写明退回或者转办的理由，代表会看到。")
    if outcome in {Outcome.RETURN, Outcome.LETTER} and not grounds:
        raise DomainError("请勾选不应当作为建议提出的情形；只需补充修改的，请选“修改后再提”。")
    today = timezone.localdate()
    fields: dict[str, Any] = {}
    if outcome == Outcome.ACCEPT:
        fields = {"accepted_on": today, "number": _next_number(suggestion), "is_difficult": is_difficult}
    suggestion = move(actor, "suggestions.examine", suggestion, _STATES[outcome], text=explanation, **fields)
    examination = Examination.objects.create(suggestion=suggestion, outcome=outcome, explanation=explanation.strip(), examined_by=actor)
    examination.grounds.set(grounds)
    if outcome == Outcome.ACCEPT:
        clocks.start(actor=actor, suggestion=suggestion, kinds=[LimitKind.ASSIGN], on=today)
    tell_proposers(suggestion, f"您的建议{outcome.label}：{suggestion.title}", f"examined-{examination.pk}")
    return suggestion


@transaction.atomic
def merge(*, actor: User, suggestion: Suggestion, into: Suggestion) -> Suggestion:
    """并案: it is handled together with ``into``, and answered by itself. The same again is a no-op.

    Raises DomainError for itself, for another congress's, for one that is merged already, or once either has been answered.
    """
    first, second = sorted((suggestion.pk, into.pk))
    rows = {pk: locked(Suggestion(pk=pk)) for pk in (first, second)}
    suggestion, into = rows[suggestion.pk], rows[into.pk]
    require(actor, "suggestions.examine_suggestion", suggestion)
    if suggestion.merged_into_id == into.pk:
        return suggestion
    if suggestion.pk == into.pk:
        raise DomainError("不能并入自身，请另选一件建议。")
    if suggestion.term.congress_id != into.term.congress_id:
        raise DomainError("只能并入同一级人民代表大会的建议。")
    if into.merged_into_id is not None:
        raise DomainError(f"《{into.title}》已并入其他建议，请选择主件。")
    if suggestion.merged.exists():
        raise DomainError(f"《{suggestion.title}》下已有并案的建议，不能再并入其他建议。")
    for row in (suggestion, into):
        if row.state not in {SuggestionState.ACCEPTED, SuggestionState.ASSIGNED, SuggestionState.IN_HAND}:
            raise DomainError(f"《{row.title}》现为“{row.get_state_display()}”，不能并案。")
    Suggestion.objects.filter(pk=suggestion.pk).update(merged_into=into)
    step(actor, suggestion, suggestion.state, f"与《{into.title}》并案办理，分别答复")
    audit.record(actor, "suggestions.merge", suggestion, changes={"merged_into": [None, into.code]})
    return locked(suggestion)


@transaction.atomic
def separate(*, actor: User, suggestion: Suggestion) -> Suggestion:
    """Takes a merged one out again. A second call is a no-op."""
    suggestion = locked(suggestion)
    require(actor, "suggestions.examine_suggestion", suggestion)
    if suggestion.merged_into_id is None:
        return suggestion
    Suggestion.objects.filter(pk=suggestion.pk).update(merged_into=None)
    step(actor, suggestion, suggestion.state, "取消并案")
    audit.record(actor, "suggestions.separate", suggestion)
    return locked(suggestion)


def tell_proposers(suggestion: Suggestion, text: str, key: str) -> None:
    """The leading deputy and those who signed along."""
    people = User.objects.filter(deputy__mandates__suggestions=suggestion) | User.objects.filter(
        deputy__mandates__cosigned__suggestion=suggestion, deputy__mandates__cosigned__state="confirmed"
    )
    notify(people.distinct(), text=text[:200], url=link_to(suggestion), key=f"suggestion-{suggestion.code}-{key}")


def _next_number(suggestion: Suggestion) -> int:
    """Consecutive within the term and kind; the term's row is locked, so that two at one moment get two numbers."""
    type(suggestion.term).objects.select_for_update().get(pk=suggestion.term_id)
    last = Suggestion.objects.filter(term=suggestion.term_id, kind=suggestion.kind).aggregate(last=Max("number"))["last"]
    return (last or 0) + 1
