"""Deciding that a suggestion is a key one, and going on to its supervision."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.enums import CongressLevel
from congress.models import User
from suggestions.forms.supervising import ChooseForm
from suggestions.models import KeySupervision, Suggestion
from suggestions.services import supervising
from suggestions.views.actions.base import Action


def _supervises(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.supervise_suggestion")


def _key(suggestion: Suggestion) -> KeySupervision | None:
    return getattr(suggestion, "key_supervision", None)


def _may_be_chosen(user: User, suggestion: Suggestion) -> bool:
    return suggestion.state in supervising.SUPERVISABLE and suggestion.congress.level != CongressLevel.TOWN


def _choose(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    row = supervising.choose(actor=user, suggestion=suggestion, **data)
    return f"已确定为{row.year}年重点督办建议，由{row.leader}领衔督办。"


ACTIONS = (
    Action(
        "supervise",
        "重点督办",
        "star",
        may=_supervises,
        fits=lambda user, suggestion: _key(suggestion) is not None,
        page="suggestions:supervision",
    ),
    Action(
        "choose-key",
        "确定为重点督办",
        "star",
        may=_supervises,
        fits=lambda user, suggestion: _may_be_chosen(user, suggestion) and _key(suggestion) is None,
        form=ChooseForm,
        run=_choose,
        hint="重点督办由主任会议确定（代表法第五十二条）。确定后通知领衔领导、代表和承办单位。",
    ),
    Action(
        "change-key",
        "修改重点督办",
        "pen",
        may=_supervises,
        fits=lambda user, suggestion: _may_be_chosen(user, suggestion) and _key(suggestion) is not None,
        form=ChooseForm,
        run=_choose,
        hint="年度、会议或者领衔领导填错的，在这里改。",
    ),
)
