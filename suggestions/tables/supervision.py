"""Key supervisions as a table: what is headed by whom, how far the matter is, what was done and what comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from suggestions.enums import SupervisionMethod
from suggestions.models import KeySupervision
from suggestions.tables.suggestions import limits_of, number_of, state_tag, units_of

PROGRESS = (("none", "待开展"), ("run", "督办中"), ("done", "已有结果"))
_TONES = {"none": ("warn", "wait"), "run": ("info", "run"), "done": ("ok", "check")}
_QUIET = '<span class="muted">{}</span>'


def progress_of(row: KeySupervision) -> str:
    """How far the supervision itself is, a key of PROGRESS; ``row`` comes ``with_events``."""
    if row.concluded_on:
        return "done"
    return "run" if row.event_count else "none"  # type: ignore[attr-defined]


def progress_tag(row: KeySupervision) -> SafeString:
    key = progress_of(row)
    return tag(*_TONES[key], dict(PROGRESS)[key])


def last_of(row: KeySupervision) -> str:
    """9月30日现场视察, or nothing."""
    if row.last_on is None:  # type: ignore[attr-defined]
        return ""
    return f"{cn_date(row.last_on)}{SupervisionMethod(row.last_method).label}"  # type: ignore[attr-defined]


def next_of(row: KeySupervision) -> str:
    return f"{cn_date(row.next_on)}{row.get_next_method_display()}" if row.next_on else ""


def supervisions_table(
    rows: Iterable[KeySupervision], *, request: HttpRequest, several_leaders: bool = True, several_years: bool = False
) -> SafeString:
    """``rows`` come ``with_events``, with suggestion and leader. Three queries."""
    rows = list(rows)
    keys = [row.suggestion_id for row in rows]
    units, limits = units_of(keys), limits_of(keys, request)
    to_page = addresses("suggestions:supervision")

    def matter(row: KeySupervision) -> SafeString:
        year = f"{row.year}年重点 · " if several_years else ""
        details = f"{year}{number_of(row.suggestion)} · {units.get(row.suggestion_id) or '尚未交办'}"
        return SafeString(
            f'{link(to_page(row.suggestion.code), row.suggestion.title, "strong")}<br><span class="muted small">{escape(details)}</span>'
        )

    def decided(row: KeySupervision) -> SafeString:
        return SafeString(f'{escape(row.meeting)}<br><span class="muted small">{cn_date(row.decided_on)}</span>')

    def done(row: KeySupervision) -> SafeString:
        count = row.event_count  # type: ignore[attr-defined]
        if not count:
            return SafeString(_QUIET.format("还没有"))
        return SafeString(f'{count} 次<br><span class="muted small">最近 {escape(last_of(row))}</span>')

    def coming(row: KeySupervision) -> SafeString | str:
        return next_of(row) or SafeString(_QUIET.format("—"))

    columns: Sequence[Column[KeySupervision]] = [
        Column("建议", matter, is_heading=True),
        Column("办理", lambda row: state_tag(row.suggestion.state)),
        Column(
            "期限", lambda row: limits.get(row.suggestion_id, SafeString(_QUIET.format("没有期限"))), head_css="w-due", is_labelled=False
        ),
        *([Column("领衔领导", lambda row: row.leader.name)] if several_leaders else []),
        Column("确定", decided),
        Column("督办", progress_tag, is_labelled=False),
        Column("已开展", done),
        Column("下一步", coming),
    ]
    return Table("重点督办", columns).render(rows)
