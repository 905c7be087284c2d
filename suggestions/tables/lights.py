"""How a limit looks: green, yellow or red, always with an icon and the working days in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any

from django.utils import timezone
from django.utils.safestring import SafeString

from congress.templatetags.frame import cn_date, icon, tag
from congress.workdays import Calendar
from suggestions.enums import ClockAct, ClockState, LimitKind

GREEN, YELLOW, RED = "ok", "warn", "bad"
_PLAIN = (ClockAct.STARTED, ClockAct.STOPPED)  # every clock starts and stops
_ICONS = {GREEN: "clock", YELLOW: "alert", RED: "late"}


def tone_of(due_on: datetime.date, yellow: int, calendar: Calendar, on: datetime.date | None = None) -> str:
    """Red when the day has passed, yellow with at most ``yellow`` working days left, else green."""
    left = calendar.days_left(on or timezone.localdate(), due_on)
    if due_on < (on or timezone.localdate()):
        return RED
    return YELLOW if left <= yellow else GREEN


def light(due_on: datetime.date, yellow: int, calendar: Calendar, on: datetime.date | None = None) -> SafeString:
    """The coloured word of a limit that runs."""
    today = on or timezone.localdate()
    tone, left = tone_of(due_on, yellow, calendar, today), calendar.days_left(today, due_on)
    if due_on < today:
        words = f"超期 {-left} 个工作日" if left else "超期不足 1 个工作日"
    elif due_on == today:
        words = "今天到期"
    else:
        words = f"还剩 {left} 个工作日" if left else "还剩不足 1 个工作日"
    return tag(tone, _ICONS[tone], words)


def clock_html(clock: Any, yellow: int, calendar: Calendar, *, unfolds: bool = True, trace: Iterable[Any] = ()) -> SafeString:
    """A clock with its day, its light or how it ended, its calculation to unfold (怎么算的), and its ``trace`` (what was done
    to it, as ``ClockEvent``s) where somebody moved it.

    ``clock`` has ``kind``, ``state``, ``due_on``, ``is_provisional`` and ``stopped_on``, and ``steps`` when it ``unfolds``.
    """
    due_on, label = clock.due_on, LimitKind(clock.kind).label
    day = (
        f"{due_on.month}月{due_on.day}日" if due_on.year == timezone.localdate().year else f"{due_on.year}年{due_on.month}月{due_on.day}日"
    )
    if clock.state == ClockState.RUNNING:
        state = light(due_on, yellow, calendar)
    elif clock.state == ClockState.PAUSED:
        state = tag("", "wait", "暂停计时")
    elif clock.stopped_on > due_on:
        state = tag(RED, "late", f"超期 {calendar.workdays_between(due_on, clock.stopped_on)} 个工作日办毕")
    else:
        state = tag("", "check", "按期办毕")
    unsure = ' <span class="muted small">暂定</span>' if clock.is_provisional and clock.state == ClockState.RUNNING else ""
    how = ""
    if unfolds and clock.steps:
        listed = "".join(f"<li>{escape(step)}</li>" for step in clock.steps)
        how = f'<details class="how"><summary>怎么算的{icon("down")}</summary><ol>{listed}</ol></details>'
    moved = [event for event in trace if event.act not in _PLAIN]
    if moved:
        listed = "".join(f"<li>{escape(_told(event))}</li>" for event in moved)
        how += f'<details class="how"><summary>变动记录{icon("down")}</summary><ol>{listed}</ol></details>'
    # SECURITY: every text handed in goes through escape() or tag(); the rest is our own.
    return SafeString(f'<div class="due"><span>{escape(label)} <time datetime="{due_on}">{day}</time></span> {state}{unsure}{how}</div>')


def _told(event: Any) -> str:
    """2026年9月30日暂停，截止2026年12月1日：代表要求补充材料（韦工委）"""
    due = f"，截止{cn_date(event.due_on)}" if event.due_on and event.act != ClockAct.PAUSED else ""
    reason = f"：{event.reason}" if event.reason else ""
    return f"{cn_date(event.on)}{ClockAct(event.act).label}{due}{reason}（{event.actor.name if event.actor else '系统'}）"
