"""The register of platforms and the list of what must be put right, as tables."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.deadlines import due_html
from congress.templatetags.frame import icon, tag
from platforms.enums import PlatformKind, RectificationState
from platforms.standing import Tally

# What a row is read with: the names of values_list.
REGISTER_FIELDS = (
    *("pk", "code", "name", "kind", "opening_hours", "contact_name", "host_company"),
    *("is_demonstration", "is_specialty", "is_active", "area__kind", "unit__name"),
)
RECTIFICATION_FIELDS = ("code", "problem", "due_on", "state", "reported_at", "area__name", "item__name", "platform__name")
Line = tuple[Any, Tally]  # the named values, and how the platform stands to the standards

_KINDS = dict(PlatformKind.choices)


def register_table() -> Table[Line]:
    """Made per page, because it holds the addresses of the address book in force."""
    to_platform = addresses("platforms:detail")

    def name(line: Line) -> SafeString:
        row = line[0]
        company = f" · {escape(row.host_company)}" if row.host_company else ""
        return SafeString(
            f'{link(to_platform(row.code), row.name, "strong")} {_marks(row)}<br><span class="muted small">{escape(row.code)}{company}</span>'
        )

    return Table(
        "平台名册",
        [
            Column("平台", name, is_heading=True),
            Column("镇（街道）", lambda line: line[0].unit__name),
            Column("类别", lambda line: _KINDS[line[0].kind]),
            Column("开放时间", lambda line: line[0].opening_hours or "未登记"),
            Column("负责人", lambda line: line[0].contact_name or "未登记"),
            Column("达标", lambda line: link(f"{to_platform(line[0].code)}#standing", f"{line[1].met}/{line[1].total}"), css="num"),
            Column("缺项", lambda line: _gaps(line[1])),
        ],
        css="mid",
    )


def _marks(row: Any) -> str:
    marks = []
    if row.is_demonstration:
        marks.append(tag("honour", "medal", "示范"))
    if row.is_specialty:
        marks.append(tag("honour", "star", "特色"))
    if not row.is_active:
        marks.append(tag("", "minus", "停用"))
    return " ".join(marks)


def _gaps(tally: Tally) -> SafeString:
    if not tally.total:
        return SafeString('<span class="muted">无适用标准</span>')
    if not tally.gaps:
        return tag("ok", "check", "全部达标")
    missing = f'<span class="tag tag--bad">{icon("x")}缺 {tally.missing}</span>' if tally.missing else ""
    partly = f' <span class="tag tag--warn">{icon("half")}不全 {tally.partly}</span>' if tally.partly else ""
    return SafeString(missing + partly)


def rectifications_table(rows: Iterable[Any], *, request: HttpRequest, today: datetime.date) -> SafeString:
    """``rows`` are the named values of RECTIFICATION_FIELDS."""
    to_rectification = addresses("platforms:rectification")

    def problem(row: Any) -> SafeString:
        where = f" · {escape(row.platform__name)}" if row.platform__name else ""
        details = f'<br><span class="muted small">{escape(row.code)} · {escape(row.item__name)}{where}</span>'
        return SafeString(link(to_rectification(row.code), row.problem, "strong") + details)

    def due(row: Any) -> SafeString:
        return due_html(row.due_on, request, done=None if row.state == RectificationState.OPEN else row.reported_at)

    return Table(
        "整改清单",
        [
            Column("单位", lambda row: row.area__name, css="nowrap"),
            Column("问题", problem, is_heading=True),
            Column("期限", due, head_css="w-due", is_labelled=False),
            Column("状态", lambda row: rectification_state(row.state, row.due_on, today)),
        ],
    ).render(rows)


def rectification_state(state: str, due_on: datetime.date, today: datetime.date) -> SafeString:
    """How far it is: an open one that is past its day is 超期."""
    match state:
        case RectificationState.VERIFIED:
            return tag("ok", "check", "已整改，已复核")
        case RectificationState.REPORTED:
            return tag("info", "eye", "待复核")
    return tag("bad", "late", "整改超期") if due_on < today else tag("info", "run", "整改中")
