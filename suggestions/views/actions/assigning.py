"""Giving a suggestion to units, and deciding what they ask for."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from suggestions.enums import HandlingRole, HandlingState, SuggestionState
from suggestions.forms.assigning import AddUnitForm, AssignForm, DecideExtensionForm, DecideReturnForm, roles_of
from suggestions.models import Suggestion
from suggestions.services import assigning, requests
from suggestions.views.actions.base import Action


def _assigns(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.assign_suggestion", suggestion)


def _runs(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.examine_suggestion", suggestion)


def _assign(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    units = roles_of(data["answering"], data["supporting"])
    assigning.assign(actor=user, suggestion=suggestion, units=units, instruction=data["instruction"])
    return f"已交{'、'.join(unit.short_name or unit.name for unit in data['answering'])}办理。"


def _add(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    roles = {row.role for row in suggestion.handlings.all()}
    role = HandlingRole.SEPARATE if HandlingRole.SEPARATE in roles else HandlingRole.SUPPORT
    assigning.add_unit(actor=user, suggestion=suggestion, unit=data["unit"], role=role, instruction=data["instruction"])
    return f"已增加{data['unit']}{role.label}。"


def _return(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    requests.decide_return(actor=user, request=data["asked"], grants=data["grants"], note=data["note"])
    return "已同意退回，请另行交办。" if data["grants"] else "已答复承办单位：不同意退回。"


def _extend(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    requests.decide_extension(actor=user, request=data["asked"], grants=data["grants"], note=data["note"])
    return "已同意延期，已通知代表。" if data["grants"] else "已答复承办单位：不同意延期。"


ACTIONS = (
    Action(
        "assign",
        "交办",
        "send",
        may=_assigns,
        fits=lambda user, suggestion: suggestion.state == SuggestionState.ACCEPTED,
        form=AssignForm,
        run=_assign,
        is_next=True,
    ),
    Action(
        "decide-return",
        "审定退回",
        "scale",
        may=_runs,
        fits=lambda user, suggestion: any(row.state == HandlingState.RETURN_ASKED for row in suggestion.handlings.all()),
        form=DecideReturnForm,
        run=_return,
        is_next=True,
    ),
    Action(
        "decide-extension",
        "审定延期",
        "clock",
        may=_runs,
        fits=lambda user, suggestion: any(row.open_extensions for row in suggestion.handlings.all()),
        form=DecideExtensionForm,
        run=_extend,
        is_next=True,
    ),
    Action(
        "add-unit",
        "增加承办单位",
        "plus",
        may=_assigns,
        fits=lambda user, suggestion: suggestion.state in (SuggestionState.ASSIGNED, SuggestionState.IN_HAND),
        form=AddUnitForm,
        run=_add,
        hint="主办件增加的为协办单位，分办件增加的为分办单位。",
    ),
)
