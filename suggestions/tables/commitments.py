"""The ledger of promises as a table and as a workbook."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from html import escape
from typing import Any

from django.http import HttpRequest
from django.utils.safestring import SafeString

from activities.workbooks import sheet_of
from congress.tables import Column, Table, addresses, link
from congress.templatetags.deadlines import due_html
from congress.templatetags.frame import tag
from suggestions.enums import CommitmentState, Grade
from suggestions.tables.suggestions import number_of

FIELDS = (
    *("code", "text", "due_on", "state", "progress", "reported_on", "grade", "comment", "evaluated_on"),
    *("reply__handling__unit__name", "reply__handling__unit__short_name", "reply__sent_on"),
    *("reply__handling__suggestion__code", "reply__handling__suggestion__title", "reply__handling__suggestion__number"),
    "reply__handling__suggestion__kind",
)
_TONES = {
    CommitmentState.OPEN: ("info", "run"),
    CommitmentState.REPORTED: ("key", "wait"),
    CommitmentState.KEPT: ("ok", "check"),
    CommitmentState.NOT_KEPT: ("bad", "alert"),
}
_HEADS = (
    ("编号", 16), ("承诺事项", 44), ("建议", 40), ("建议号", 14), ("承办单位", 24), ("答复日期", 12), ("完成期限", 12), ("状态", 10),
    ("落实情况", 44), ("报告日期", 12), ("代表评价", 12), ("评价意见", 32), ("评价日期", 12),
)  # fmt: skip


def commitment_tag(state: str) -> SafeString:
    return tag(*_TONES[CommitmentState(state)], CommitmentState(state).label)


def commitment_due(row: Any, request: HttpRequest | None = None) -> SafeString:
    """The day, with the working days left, or how it was met once the deputies call it kept."""
    return due_html(row.due_on, request, done=row.reported_on if row.state == CommitmentState.KEPT else None)


class _Numbered:
    """A row of values as ``number_of`` reads a suggestion."""

    def __init__(self, row: Any) -> None:
        self.number = row.reply__handling__suggestion__number
        self.kind = row.reply__handling__suggestion__kind
        self.code = row.reply__handling__suggestion__code


def commitments_table(rows: Iterable[Any], *, request: HttpRequest) -> SafeString:
    """``rows`` are the named values of FIELDS."""
    to_commitment, to_suggestion = addresses("suggestions:commitment"), addresses("suggestions:detail")

    def promise(row: Any) -> SafeString:
        title = row.reply__handling__suggestion__title
        matter = link(to_suggestion(row.reply__handling__suggestion__code), title)
        number = escape(number_of(_Numbered(row)))
        return SafeString(f'{link(to_commitment(row.code), row.text, "strong")}<br><span class="muted small">{matter} · {number}</span>')

    def judged(row: Any) -> str:
        return Grade(row.grade).label if row.grade else "—"

    return Table(
        "承诺台账",
        [
            Column("承诺事项", promise, is_heading=True),
            Column("状态", lambda row: commitment_tag(row.state), is_labelled=False),
            Column("承办单位", lambda row: row.reply__handling__unit__short_name or row.reply__handling__unit__name),
            Column("完成期限", lambda row: commitment_due(row, request), head_css="w-due", is_labelled=False),
            Column("代表评价", judged),
        ],
    ).render(rows)


def commitments_sheet(rows: Iterable[Any]) -> tuple[bytes, int]:
    """The same rows as .xlsx, and how many they are."""
    return sheet_of("承诺台账", _HEADS, map(_line, rows))


def _line(row: Any) -> tuple[object, ...]:
    return (
        row.code,
        row.text,
        row.reply__handling__suggestion__title,
        number_of(_Numbered(row)),
        row.reply__handling__unit__name,
        _day(row.reply__sent_on),
        _day(row.due_on),
        CommitmentState(row.state).label,
        row.progress,
        _day(row.reported_on),
        Grade(row.grade).label if row.grade else "",
        row.comment,
        _day(row.evaluated_on),
    )


def _day(day: datetime.date | None) -> str:
    return day.isoformat() if day else ""
