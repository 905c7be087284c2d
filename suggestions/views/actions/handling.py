"""What a unit does with its part: signs for it, works on it, asks; and what the deputy confirms of it."""

from __future__ import annotations

from typing import Any

from congress.models import User
from suggestions.enums import ANSWERING, OPEN_HANDLING, HandlingRole, HandlingState
from suggestions.forms.handling import (
    AskExtensionForm,
    AskReturnForm,
    ConfirmConsultationForm,
    ConsultForm,
    HandOverForm,
    OpinionForm,
)
from suggestions.models import Handling, Suggestion
from suggestions.parts import own_part, own_parts
from suggestions.services import claiming, requests, units
from suggestions.views.actions.base import Action, Asked


def _works(user: User, suggestion: Suggestion) -> bool:
    return bool(own_parts(user, suggestion))


def _answers(user: User, suggestion: Suggestion) -> bool:
    return any(row.role in ANSWERING for row in own_parts(user, suggestion))


def _supports(user: User, suggestion: Suggestion) -> bool:
    return any(row.role == HandlingRole.SUPPORT for row in own_parts(user, suggestion))


def _is_asked(user: User, suggestion: Suggestion) -> bool:
    """The deputy with whom a unit says that it talked."""
    return any(each.deputy.user_id == user.pk for row in suggestion.handlings.all() for each in row.consultations.all())


# ---- which part a step is about; none open, the service says why not of the newest


def _waits(user: User, row: Handling) -> bool:
    return row.state == HandlingState.ASSIGNED


def _is_free(user: User, row: Handling) -> bool:
    return row.state in OPEN_HANDLING and row.claimed_by_id is None


def _is_mine(user: User, row: Handling) -> bool:
    return row.state in OPEN_HANDLING and row.claimed_by_id == user.pk


def _is_answering(user: User, row: Handling) -> bool:
    return row.state == HandlingState.IN_HAND and row.role in ANSWERING


def _is_writing(user: User, row: Handling) -> bool:
    return _is_answering(user, row) and not row.is_in_review  # type: ignore[attr-defined]


def _is_signing(user: User, row: Handling) -> bool:
    return _is_answering(user, row) and row.is_in_review  # type: ignore[attr-defined]


def _is_supporting(user: User, row: Handling) -> bool:
    return row.state == HandlingState.IN_HAND and row.role == HandlingRole.SUPPORT


def _may_talk(user: User, row: Handling) -> bool:
    return row.state in (HandlingState.ASSIGNED, HandlingState.IN_HAND) and row.role in ANSWERING


def _may_return(user: User, row: Handling) -> bool:
    return row.state in (HandlingState.ASSIGNED, HandlingState.IN_HAND) and row.round == 1


def _may_extend(user: User, row: Handling) -> bool:
    return _is_answering(user, row) and not row.open_extensions  # type: ignore[attr-defined]


def _some(asked: Any) -> Asked:
    return lambda user, suggestion: own_part(user, suggestion, lambda row: asked(user, row)) is not None


def _part(user: User, suggestion: Suggestion, asked: Any) -> Handling:
    row = own_part(user, suggestion, lambda row: asked(user, row)) or own_part(user, suggestion)
    assert row is not None  # whose the step is was asked before
    return row


# ---- the steps


def _sign(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    row = units.sign_for(actor=user, handling=_part(user, suggestion, _waits))
    return f"{row.unit}已签收，开始办理。"


def _claim(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    units.claim(actor=user, handling=_part(user, suggestion, _is_free))
    return "已认领，由您经办。"


def _hand_over(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    claiming.hand_over(actor=user, handling=_part(user, suggestion, _is_mine), to=data["to"])
    return f"已移交{data['to']}办理。" if data["to"] else "已放回，同事可以认领。"


def _opinion(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    units.give_opinion(actor=user, handling=_part(user, suggestion, _is_supporting), text=data["text"])
    return "协办意见已送主办单位。"


def _consult(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    units.consult(actor=user, handling=_part(user, suggestion, _may_talk), **data)
    return f"已登记，已请{data['deputy']}确认。"


def _confirm(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    units.confirm_consultation(actor=user, consultation=data["consultation"])
    return "已确认，感谢您。"


def _return(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    requests.ask_return(actor=user, handling=_part(user, suggestion, _may_return), **data)
    return "退回申请已提交，审定结果会通知您。"


def _extend(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    requests.ask_extension(actor=user, handling=_part(user, suggestion, _may_extend), **data)
    return "延期申请已提交，审定结果会通知您。"


ACTIONS = (
    Action("sign", "签收", "check", may=_works, fits=_some(_waits), run=_sign, is_next=True),
    Action("reply", "写答复", "pen", may=_answers, fits=_some(_is_writing), page="suggestions:reply", is_next=True),
    Action("sign-reply", "签发答复", "check", may=_answers, fits=_some(_is_signing), page="suggestions:reply", is_next=True),
    Action("opinion", "提出协办意见", "quote", may=_supports, fits=_some(_is_supporting), form=OpinionForm, run=_opinion, is_next=True),
    Action(
        "confirm-consultation",
        "确认沟通情况",
        "check",
        may=_is_asked,
        fits=lambda user, suggestion: any(
            each.confirmed_at is None and each.deputy.user_id == user.pk
            for row in suggestion.handlings.all()
            for each in row.consultations.all()
        ),
        form=ConfirmConsultationForm,
        run=_confirm,
        is_next=True,
        hint="情况属实的，请确认。与实际不符的，请先联系承办单位。",
    ),
    Action("claim", "认领", "user", may=_works, fits=_some(_is_free), run=_claim, hint="认领后由您经办，同事会看到。"),
    Action("consult", "登记面商", "phone", may=_answers, fits=_some(_may_talk), form=ConsultForm, run=_consult),
    Action("ask-extension", "申请延期", "clock", may=_answers, fits=_some(_may_extend), form=AskExtensionForm, run=_extend),
    Action("ask-return", "申请退回", "undo", may=_works, fits=_some(_may_return), form=AskReturnForm, run=_return),
    Action("hand-over", "移交同事", "out", may=_works, fits=_some(_is_mine), form=HandOverForm, run=_hand_over),
)
