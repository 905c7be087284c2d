"""What comes after the reply: the deputies judge it, and the office concludes what they leave open."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from deputies.models import Mandate
from suggestions.enums import SuggestionState
from suggestions.forms.evaluating import ConcludeForm
from suggestions.models import Suggestion
from suggestions.services import evaluating
from suggestions.services.judges import judging, may_be_concluded, succession, unjudged
from suggestions.views.actions.base import Action

_JUDGED_IN = (SuggestionState.ASSIGNED, SuggestionState.IN_HAND, SuggestionState.REPLIED, SuggestionState.CLOSED)


def own_seats(user: User, suggestion: Suggestion) -> list[Mandate]:
    """The person's own seat among those who proposed it, if it may still judge."""
    return [mandate for mandate in judging(suggestion) if mandate.deputy.user_id == user.pk]


def _judges(user: User, suggestion: Suggestion) -> bool:
    return any(mandate.deputy.user_id == user.pk for mandate in succession(suggestion))


def _runs(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.close_suggestion", suggestion)


def _waits_for_own(user: User, suggestion: Suggestion) -> bool:
    return suggestion.state in _JUDGED_IN and any(unjudged(suggestion, seat) for seat in own_seats(user, suggestion))


def _waits_for_any(user: User, suggestion: Suggestion) -> bool:
    return suggestion.state in _JUDGED_IN and any(unjudged(suggestion, seat) for seat in judging(suggestion))


def _conclude(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    said = {"actor": user, "suggestion": suggestion, "text": data["text"], "convened_on": data["convened_on"]}
    if data["outcome"] == ConcludeForm.CLOSE:
        evaluating.close(**said)
        return "已办结，已通知代表。"
    evaluating.rehandle(**said, handlings=data["handlings"])
    return "已交承办单位重新办理，重新办理的期限从今天起算。"


ACTIONS = (
    Action("evaluate", "评价答复", "star", may=_judges, fits=_waits_for_own, page="suggestions:evaluate", is_next=True),
    Action(
        "evaluate-paper",
        "登记纸质征询表",
        "pen",
        may=_runs,
        fits=lambda user, suggestion: _waits_for_any(user, suggestion) and not _waits_for_own(user, suggestion),
        page="suggestions:evaluate",
    ),
    Action(
        "conclude",
        "记录处理意见",
        "scale",
        may=_runs,
        fits=lambda user, suggestion: may_be_concluded(suggestion),
        form=ConcludeForm,
        run=_conclude,
        is_next=True,
        hint="代表再次不满意的，召集代表和承办单位研究后在此记录；催评后仍不评价的、没有在任代表可以评价的，在此提出处理意见。",
    ),
)
