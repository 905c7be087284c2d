"""What its authors do with a suggestion: sign along, hand it in, take it back."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from suggestions.enums import EDITABLE, SUGGESTION_TRANSITIONS, CosignState, SuggestionState
from suggestions.forms.actions import CosignForm, WithdrawForm
from suggestions.models import Cosigner, Suggestion
from suggestions.services import proposing
from suggestions.views.actions.base import Action


def _own_row(user: User, suggestion: Suggestion) -> Cosigner | None:
    return next((row for row in suggestion.cosigners.all() if row.mandate.deputy.user_id == user.pk), None)


def _is_asked(user: User, suggestion: Suggestion) -> bool:
    return _own_row(user, suggestion) is not None


def _cosign(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    row = _own_row(user, suggestion)
    assert row is not None
    proposing.answer_cosigning(actor=user, cosigner=row, agrees=data["agrees"])
    return "已确认附议，感谢您的支持。" if data["agrees"] else "已记下您不附议。"


def _agree(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    row = _own_row(user, suggestion)
    assert row is not None
    proposing.agree_to_withdraw(actor=user, cosigner=row)
    return "已记下您同意撤回。"


def _submit(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    proposing.submit(actor=user, suggestion=suggestion)
    return "已提交。审查结果会通知您。"


def _withdraw(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    proposing.withdraw(actor=user, suggestion=suggestion, reason=data["reason"])
    return "已撤回。"


def _confirmed_and_handed_in(user: User, suggestion: Suggestion) -> bool:
    row = _own_row(user, suggestion)
    return (
        row is not None
        and row.state == CosignState.CONFIRMED
        and not row.agrees_to_withdraw
        and suggestion.state not in EDITABLE
        and SuggestionState.WITHDRAWN in SUGGESTION_TRANSITIONS[SuggestionState(suggestion.state)]
    )


ACTIONS = (
    Action(
        "cosign",
        "答复附议",
        "user",
        may=_is_asked,
        fits=lambda user, suggestion: suggestion.state in EDITABLE,
        form=CosignForm,
        run=_cosign,
        is_next=True,
    ),
    Action(
        "edit",
        "继续写",
        "pen",
        may=lambda user, suggestion: may(user, "suggestions.hand_in_suggestion", suggestion),
        fits=lambda user, suggestion: suggestion.state in EDITABLE,
        page="suggestions:edit",
        is_next=True,
    ),
    Action(
        "submit",
        "提交",
        "send",
        may=lambda user, suggestion: may(user, "suggestions.hand_in_suggestion", suggestion),
        fits=lambda user, suggestion: suggestion.state in EDITABLE,
        run=_submit,
    ),
    Action(
        "agree-to-withdraw",
        "同意撤回",
        "undo",
        may=_is_asked,
        fits=_confirmed_and_handed_in,
        run=_agree,
        hint="联名提出的建议，领衔代表撤回须全体附议代表同意。只在领衔代表与您商定撤回后使用。",
    ),
    Action(
        "withdraw",
        "撤回",
        "undo",
        may=lambda user, suggestion: may(user, "suggestions.withdraw_suggestion", suggestion),
        fits=lambda user, suggestion: SuggestionState.WITHDRAWN in SUGGESTION_TRANSITIONS[SuggestionState(suggestion.state)],
        form=WithdrawForm,
        run=_withdraw,
        is_grave=True,
    ),
)
