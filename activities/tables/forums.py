"""Lists of opinion forums and their matters, and how a state looks."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest
from django.utils.html import escape
from django.utils.safestring import SafeString

from activities.enums import ForumState
from activities.models import ForumItem
from congress.periods import Period
from congress.tables import Column, Table, addresses, link
from congress.templatetags.deadlines import due_html
from congress.templatetags.frame import cn_date, tag

_TONES = {
    ForumState.COLLECTING: ("info", "inbox"),
    ForumState.HELD: ("warn", "run"),
    ForumState.SENT: ("key", "send"),
    ForumState.CLOSED: ("ok", "check"),
}


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[ForumState(state)], ForumState(state).label)


def item_tag(item: ForumItem) -> SafeString:
    """Where a matter is: on the agenda, with its unit, adopted or not."""
    if item.is_adopted is not None:
        return tag("ok", "check", "已采纳") if item.is_adopted else tag("", "minus", "未采纳")
    match ForumState(item.forum.state):
        case ForumState.COLLECTING:
            return tag("info", "inbox", "已报送")
        case ForumState.HELD:
            return tag("ok", "quote", "已记录") if item.spoken or item.response else tag("warn", "wait", "待反映")
        case _:
            return tag("warn", "wait", "待反馈")


def short(text: str, most: int = 60) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"


def forums_table(rows: Iterable[Any]) -> SafeString:
    """``rows`` are forums with the numbers ``count_items``, ``count_fed_back`` and ``count_adopted``."""
    to_forum = addresses("activities:forum")

    def name(row: Any) -> SafeString:
        return SafeString(
            f'{link(to_forum(row.code), row.topic, "strong")}<br><span class="muted small">{escape(row.code)} · '
            f"{escape(Period.parse(row.period).label)}</span>"
        )

    def day(row: Any) -> str:
        return cn_date(row.held_on) if row.held_on else f"计划 {cn_date(row.planned_on)}"

    return Table(
        "民情反映会",
        [
            Column("主题", name, is_heading=True),
            Column("阶段", lambda row: state_tag(row.state), is_labelled=False),
            Column("区划", lambda row: row.area.name),
            Column("举行", day),
            Column("反映意见", lambda row: f"{row.count_items} 件", css="num"),
            Column("已反馈", lambda row: f"{row.count_fed_back} 件" if row.sent_on else "—", css="num"),
            Column("采纳", lambda row: f"{row.count_adopted} 件" if row.sent_on else "—", css="num"),
        ],
    ).render(rows)


def items_table(rows: Iterable[ForumItem], *, request: HttpRequest, is_one_forum: bool = False) -> SafeString:
    """Matters, of one forum by their place on its agenda or of several."""
    to_item, to_forum = addresses("activities:forum_item"), addresses("activities:forum")

    def matter(row: ForumItem) -> SafeString:
        number = f"{row.number}．" if is_one_forum else ""
        below = escape(row.code) if is_one_forum else link(to_forum(row.forum.code), row.forum.topic)
        return SafeString(f'{link(to_item(row.code), f"{number}{short(row.text)}", "strong")}<br><span class="muted small">{below}</span>')

    def due(row: ForumItem) -> SafeString:
        if row.due_on is None:
            return SafeString('<span class="muted">交办时定</span>')
        return due_html(row.due_on, request, done=row.fed_back_on)

    return Table(
        "反映事项",
        [
            Column("反映的问题和建议", matter, is_heading=True),
            Column("代表", lambda row: row.deputy.name, css="nowrap"),
            Column("承办单位", lambda row: (row.unit.short_name or row.unit.name) if row.unit else "未定"),
            Column("状态", item_tag, is_labelled=False),
            Column("反馈期限", due, head_css="w-due", is_labelled=False),
        ],
    ).render(rows)
