"""Units' parts as a table: an inbox by due date."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from congress.workdays import for_request
from suggestions.enums import HandlingRole, HandlingState
from suggestions.models import Clock
from suggestions.tables.lights import clock_html

FIELDS = (
    *(
        "pk",
        "state",
        "role",
        "round",
        "assigned_on",
        "done_on",
        "claimed_by",
        "claimed_by__name",
        "in_review",
        "asks_for_time",
        "has_staff",
    ),
    *("unit__short_name", "unit__name", "unit__is_active", "suggestion__code", "suggestion__number", "suggestion__kind"),
    *("suggestion__title", "suggestion__is_difficult", "suggestion__category__name", "suggestion__key_supervision__year"),
)
_TONES = {
    HandlingState.ASSIGNED: ("warn", "wait"),
    HandlingState.IN_HAND: ("info", "run"),
    HandlingState.RETURN_ASKED: ("warn", "undo"),
    HandlingState.RETURNED: ("", "x"),
    HandlingState.DONE: ("ok", "check"),
    HandlingState.ENDED: ("", "x"),
}


def handling_tag(state: str) -> SafeString:
    return tag(*_TONES[HandlingState(state)], HandlingState(state).label)


def limits_of(parts: Iterable[int], request: HttpRequest) -> Mapping[int, SafeString]:
    """The nearest limit of each part. One query, and one for the calendar."""
    rows = Clock.objects.pressing().filter(handling__in=list(parts)).order_by("due_on", "pk")
    values = (
        "handling",
        "kind",
        "state",
        "due_on",
        "is_provisional",
        "stopped_on",
        "suggestion__congress__suggestion_rules__yellow_workdays",
    )
    found: dict[int, SafeString] = {}
    for row in rows.values_list(*values, named=True):
        if row.handling not in found:
            yellow = row.suggestion__congress__suggestion_rules__yellow_workdays or 0
            found[row.handling] = clock_html(row, yellow, for_request(request), unfolds=False)
    return found


def handlings_table(rows: Iterable[Any], *, request: HttpRequest, names_units: bool = False, ticks: bool = False) -> SafeString:
    """``rows`` are the named values of FIELDS; with ``names_units`` each says whose it is, with ``ticks`` each can be chosen."""
    rows = list(rows)
    limits = limits_of([row.pk for row in rows], request)
    to_suggestion = addresses("suggestions:detail")
    me = request.user.pk

    def tick(row: Any) -> SafeString:
        label = escape(f"选择：{row.suggestion__title}")
        return SafeString(f'<input type="checkbox" name="part" value="{row.pk}" aria-label="{label}">')

    def matter(row: Any) -> SafeString:
        kind = "议案" if row.suggestion__kind == "bill" else "建议"
        number = f"{kind}第{row.suggestion__number}号" if row.suggestion__number else row.suggestion__code
        parts = [number, HandlingRole(row.role).label, row.suggestion__category__name, f"{cn_date(row.assigned_on, 'short')}交办"]
        details = " · ".join(escape(part) for part in parts if part)
        title = link(to_suggestion(row.suggestion__code), row.suggestion__title, "strong")
        return SafeString(f'{title}<br><span class="muted small">{details}</span>')

    def state(row: Any) -> SafeString:
        marks = [tag("warn", "wait", "待签发") if row.in_review and row.state == HandlingState.IN_HAND else handling_tag(row.state)]
        if row.round > 1:
            marks.append(tag("warn", "undo", "重新办理"))
        if row.asks_for_time:
            marks.append(tag("warn", "clock", "申请延期"))
        if row.suggestion__key_supervision__year:
            marks.append(tag("key", "star", "重点督办"))
        return SafeString(" ".join(marks))

    def unit(row: Any) -> SafeString:
        name = escape(row.unit__short_name or row.unit__name)
        if not row.unit__is_active:
            return SafeString(f"{name}<br>{tag('bad', 'alert', '单位已停用')}")
        return SafeString(name if row.has_staff else f"{name}<br>{tag('bad', 'alert', '没有经办账号')}")

    def who(row: Any) -> str | SafeString:
        if row.claimed_by is None:
            return SafeString('<span class="muted">未认领</span>')
        return f"{row.claimed_by__name}（我）" if row.claimed_by == me else row.claimed_by__name

    def limit(row: Any) -> SafeString:
        if row.done_on:
            return SafeString(f'<span class="muted">{cn_date(row.done_on)}答复</span>')
        return limits.get(row.pk, SafeString('<span class="muted">没有期限</span>'))

    columns = [Column("建议", matter, is_heading=True), Column("状态", state, is_labelled=False)]
    if names_units:
        columns.append(Column("承办单位", unit))
    columns += [Column("经办人", who), Column("期限", limit, head_css="w-due", is_labelled=False)]
    if ticks:
        all_ticks = SafeString('<input type="checkbox" data-pick-all aria-label="全选本页">')
        columns.insert(0, Column("选择", tick, css="slim", head=all_ticks, is_labelled=False))
    return Table("承办件", columns).render(rows)
