"""What the organ that runs the suggestions does before they are assigned: examine, join, separate."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from suggestions.enums import SuggestionState
from suggestions.forms.examining import MergeForm
from suggestions.models import Suggestion
from suggestions.services import examining, joining
from suggestions.views.actions.base import Action

_TOGETHER = (SuggestionState.ACCEPTED, SuggestionState.ASSIGNED, SuggestionState.IN_HAND)


def _runs(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.examine_suggestion", suggestion)


def _merge(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    joining.merge(actor=user, suggestion=suggestion, into=data["into"])
    return f"已与《{data['into'].title}》并案办理，分别答复。"


def _separate(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    examining.separate(actor=user, suggestion=suggestion)
    return "已取消并案。"


ACTIONS = (
    Action(
        "examine",
        "审查",
        "scale",
        may=_runs,
        fits=lambda user, suggestion: suggestion.state == SuggestionState.SUBMITTED,
        page="suggestions:examine",
        is_next=True,
    ),
    Action(
        "merge",
        "并案办理",
        "more",
        may=_runs,
        fits=lambda user, suggestion: suggestion.state in _TOGETHER and suggestion.merged_into_id is None,
        form=MergeForm,
        run=_merge,
    ),
    Action(
        "separate",
        "取消并案",
        "undo",
        may=_runs,
        fits=lambda user, suggestion: suggestion.merged_into_id is not None,
        run=_separate,
    ),
)
