"""Clocks: every limit runs from a dated act, on the calendar, with its calculation kept (民法典 art. 201–203; 代表法 art. 51).

The callers have asked for permission, hold the row that the clock belongs to, and write the audit row of their act; here each
change leaves a ``ClockEvent``.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.workdays import Calendar, Deadline, Limit
from suggestions.enums import ClockAct, ClockState, LimitKind
from suggestions.models import Clock, ClockEvent, Handling, Suggestion
from suggestions.services.profiles import limits_of, profile_of


def start(
    *,
    actor: audit.Actor,
    suggestion: Suggestion,
    kinds: Iterable[LimitKind],
    on: datetime.date,
    handling: Handling | None = None,
    round: int = 1,
    calendar: Calendar | None = None,
) -> list[Clock]:
    """Starts the kinds that the congress's profile limits, and returns them in that order."""
    limits = limits_of(profile_of(suggestion.congress))
    calendar = calendar or Calendar.load()
    clocks = []
    for kind in kinds:
        if (limit := limits.get(kind)) is None:
            continue
        deadline = calendar.due(on, limit)
        clocks.append(
            Clock(
                suggestion=suggestion,
                handling=handling,
                kind=kind,
                round=round,
                starts_on=on,
                limit=limit,
                due_on=deadline.due_on,
                steps=deadline.steps,
                is_provisional=deadline.provisional,
            )
        )
    Clock.objects.bulk_create(clocks)
    _note(actor, clocks, ClockAct.STARTED, on)
    return clocks


def stop(*, actor: audit.Actor, clocks: Iterable[Clock], on: datetime.date) -> None:
    """What the clocks waited for was done. A stopped clock stays as it is; a paused one runs on that day, and stops."""
    found = [clock for clock in clocks if clock.state != ClockState.STOPPED]
    for clock in found:
        if clock.state == ClockState.PAUSED:
            resume(actor=actor, clock=clock, on=on)
    for clock in found:
        clock.state, clock.stopped_on = ClockState.STOPPED, on
    Clock.objects.bulk_update(found, ["state", "stopped_on"])
    _note(actor, found, ClockAct.STOPPED, on)


def pause(*, actor: audit.Actor, clock: Clock, on: datetime.date, reason: str) -> Clock:
    """Holds the clock from that day. Raises DomainError unless it runs, and when its last day has passed."""
    if clock.state == ClockState.PAUSED:
        return clock
    if clock.state == ClockState.STOPPED:
        raise DomainError("该期限已经办毕，不能暂停。")
    if on > clock.due_on:
        raise DomainError("该期限已经超过，不能暂停。")
    clock.state, clock.paused_on = ClockState.PAUSED, on
    clock.save(update_fields=["state", "paused_on"])
    _note(actor, [clock], ClockAct.PAUSED, on, reason)
    return clock


def resume(*, actor: audit.Actor, clock: Clock, on: datetime.date, calendar: Calendar | None = None) -> Clock:
    """Lets a paused clock run on: what was left of it, working days or days, is counted from that day."""
    if clock.state != ClockState.PAUSED:
        return clock
    assert clock.paused_on is not None
    if on < clock.paused_on:
        raise DomainError("恢复日期不能早于暂停日期。")
    calendar = calendar or Calendar.load()
    in_workdays = Limit.parse(clock.limit).unit == "wd"
    left = calendar.workdays_between(clock.paused_on, clock.due_on) if in_workdays else (clock.due_on - clock.paused_on).days
    if left:
        deadline = calendar.due(on, Limit(left, "wd" if in_workdays else "d"))
    else:  # paused on its last day
        deadline = Deadline(on, False, [])
    said = f"{_cn(clock.paused_on)}暂停时剩余 {left} {'个工作日' if in_workdays else '日'}，自{_cn(on)}起继续计算"
    clock.state, clock.paused_on = ClockState.RUNNING, None
    _set(clock, deadline, [*clock.steps, said, *deadline.steps[1:]])
    _note(actor, [clock], ClockAct.RESUMED, on)
    return clock


def extend(*, actor: audit.Actor, clock: Clock, months: int, on: datetime.date, reason: str, calendar: Calendar | None = None) -> Clock:
    """Gives months more. A limit in months that has run through is reckoned anew from its first day, so that an end of month
    stays one; any other is lengthened from its last day. Raises DomainError for a stopped or paused clock.
    """
    if clock.state != ClockState.RUNNING:
        raise DomainError("只有正在计时的期限可以延期。")
    calendar = calendar or Calendar.load()
    limit = Limit.parse(clock.limit)
    if limit.unit == "m" and not clock.events.filter(act=ClockAct.RESUMED).exists():
        longer = Limit(limit.count + months, "m")
        clock.limit = str(longer)
        deadline = calendar.due(clock.starts_on, longer)
        steps = [f"{_cn(on)}同意延期{months}个月，自{_cn(clock.starts_on)}起共{longer.count}个月", *deadline.steps]
    else:
        deadline = calendar.due(clock.due_on, Limit(months, "m"))
        steps = [*clock.steps, f"{_cn(on)}同意自原截止日延期{months}个月", *deadline.steps[1:]]
    _set(clock, deadline, steps)
    _note(actor, [clock], ClockAct.EXTENDED, on, reason)
    return clock


def recompute(before: Calendar, now: Calendar, actor: audit.Actor) -> int:
    """Works out again the running clocks that were neither extended nor resumed, after staff changed the calendar."""
    moved = []
    steady = Clock.objects.filter(state=ClockState.RUNNING).exclude(events__act__in=[ClockAct.EXTENDED, ClockAct.RESUMED])
    for clock in steady.order_by("pk"):
        if before.due(clock.starts_on, clock.limit).due_on != clock.due_on:
            continue
        deadline = now.due(clock.starts_on, clock.limit)
        if deadline.due_on != clock.due_on:
            moved.append(clock)
        clock.due_on, clock.steps, clock.is_provisional = deadline.due_on, deadline.steps, deadline.provisional
        clock.save(update_fields=["due_on", "steps", "is_provisional"])
    for clock in moved:
        _note(actor, [clock], ClockAct.RECOMPUTED, clock.due_on)
    return len(moved)


def _set(clock: Clock, deadline: Deadline, steps: list[str]) -> None:
    clock.due_on, clock.steps, clock.is_provisional = deadline.due_on, steps, deadline.provisional
    clock.save(update_fields=["due_on", "steps", "is_provisional", "limit", "state", "paused_on"])


def _note(actor: audit.Actor, clocks: Iterable[Clock], act: ClockAct, on: datetime.date, reason: str = "") -> None:
    person = actor if isinstance(actor, User) else None
    ClockEvent.objects.bulk_create(
        ClockEvent(clock=clock, act=act, on=on, due_on=clock.due_on, reason=reason, actor=person) for clock in clocks
    )


def _cn(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
