"""``{% due %}``: a deadline as date, icon and words, with the calculation to unfold."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from html import escape
from typing import Any

from django import template
from django.http import HttpRequest
from django.template import Context
from django.utils import timezone
from django.utils.safestring import SafeString

from congress.templatetags.frame import icon
from congress.workdays import Calendar, for_request

register = template.Library()

SOON = 3  # working days from which a deadline is shown as near


@register.simple_tag(takes_context=True)
def due(context: Context, due_on: datetime.date | None, **options: Any) -> SafeString:
    """``due_html`` with the request's own calendar: all tags of a page share one."""
    request = context.get("request")
    return due_html(due_on, request, **options)


def due_html(
    due_on: datetime.date | None,
    request: HttpRequest | None = None,
    *,
    done: datetime.date | datetime.datetime | None = None,
    steps: Sequence[str] = (),
    provisional: bool = False,
    prefix: str = "",
    suffix: str = "",
) -> SafeString:
    """``due_on`` with the working days left, or what became of it when ``done`` says the day it was met.

    ``prefix`` and ``suffix`` stand around the date ("自评 …截止"); ``steps`` unfold as 怎么算的. Put together here and not in
    a template, because lists show it a hundred times.
    """
    if due_on is None:
        return SafeString('<span class="muted">未定</span>')
    today = timezone.localdate()
    calendar = for_request(request) if request is not None else Calendar.load()
    if isinstance(done, datetime.datetime):
        done = timezone.localdate(done)
    state, words = _finished(calendar, due_on, done) if done else _running(calendar, due_on, today)
    date = f"{due_on.month}月{due_on.day}日" if due_on.year == today.year else f"{due_on.year}年{due_on.month}月{due_on.day}日"
    drawing = icon({"late": "late", "done": "check"}.get(state, "clock"))
    unsure = ' <span class="muted small">暂定</span>' if provisional else ""
    # SECURITY: safe because every text handed in goes through escape(); the rest is our own.
    return SafeString(
        f'<div class="due due--{state}"><time datetime="{due_on}">{escape(prefix)}{date}{escape(suffix)}</time> '
        f"<b>{drawing}{words}</b>{unsure}{_how(steps)}</div>"
    )


def _how(steps: Sequence[str]) -> str:
    if not steps:
        return ""
    listed = "".join(f"<li>{escape(step)}</li>" for step in steps)
    return f'<details class="how"><summary>怎么算的{icon("down")}</summary><ol>{listed}</ol></details>'


def _running(calendar: Calendar, due_on: datetime.date, today: datetime.date) -> tuple[str, str]:
    left = calendar.days_left(today, due_on)
    if due_on < today:
        return "late", f"超期 {-left} 个工作日" if left else "超期不足 1 个工作日"
    if due_on == today:
        return "soon", "今天到期"
    return "soon" if left <= SOON else "ok", f"还剩 {left} 个工作日" if left else "还剩不足 1 个工作日"


def _finished(calendar: Calendar, due_on: datetime.date, done: datetime.date) -> tuple[str, str]:
    if done > due_on:
        late = calendar.workdays_between(due_on, done)
        return "late", f"超期 {late} 个工作日完成" if late else "超期不足 1 个工作日完成"
    early = (due_on - done).days
    return "done", f"提前 {early} 天" if early else "按期完成"
