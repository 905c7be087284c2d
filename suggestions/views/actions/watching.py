"""What the office and the dispatcher do while units work: urge, hold a clock, give the part of a unit that is gone to another one."""

from __future__ import annotations

from typing import Any

from congress.access import may
from congress.models import User
from suggestions.enums import NOT_PRESSING, ClockState
from suggestions.forms.handling import PauseForm, ReplaceUnitForm, ResumeForm, UrgeForm
from suggestions.models import Suggestion
from suggestions.services import holding, reminding, replacing
from suggestions.views.actions.base import Action


def _assigns(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.assign_suggestion", suggestion)


def _holds(user: User, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.hold_clock", suggestion)


def _has_clock(state: ClockState) -> Any:
    return lambda user, suggestion: any(clock.state == state and clock.kind not in NOT_PRESSING for clock in suggestion.clocks.all())


def _is_left(user: User, suggestion: Suggestion) -> bool:
    return any(replacing.why_left(row) for row in suggestion.handlings.all())


def _urge(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    sent = reminding.urge(actor=user, clocks=data["clocks"], text=data["text"])
    return f"已催办 {sent} 项。" if sent else "今天已经催办过，没有重复发送。"


def _pause(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    clock = holding.pause(actor=user, clock=data["clock"], reason=data["reason"])
    return f"{clock.get_kind_display()}期限已暂停计时，已通知承办单位。"


def _resume(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    clock = holding.resume(actor=user, clock=data["clock"])
    return f"{clock.get_kind_display()}期限已恢复计时，截止{clock.due_on.year}年{clock.due_on.month}月{clock.due_on.day}日。"


def _replace(user: User, suggestion: Suggestion, data: dict[str, Any]) -> str:
    replacing.replace_unit(actor=user, **data)
    return f"已改交{data['unit']}办理，期限重新计算。"


ACTIONS = (
    Action(
        "replace-unit",
        "改交其他单位",
        "send",
        may=_assigns,
        fits=_is_left,
        form=ReplaceUnitForm,
        run=_replace,
        is_next=True,
        hint="承办单位已停用，或者没有在用的经办账号，无人办理。请改交其他单位；单位仍在的，请安全管理员为其授予账号。",
    ),
    Action("urge", "催办", "bell", may=_assigns, fits=_has_clock(ClockState.RUNNING), form=UrgeForm, run=_urge),
    Action("resume", "恢复计时", "run", may=_holds, fits=_has_clock(ClockState.PAUSED), form=ResumeForm, run=_resume),
    Action("pause", "暂停计时", "wait", may=_holds, fits=_has_clock(ClockState.RUNNING), form=PauseForm, run=_pause),
)
