"""What is open to the public, and what waits for it, as tables."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from congress.workdays import Calendar
from suggestions.enums import PublicityWish
from suggestions.tables.lights import light
from suggestions.tables.suggestions import units_of

PUBLISHED_FIELDS = ("pk", "code", "title", "category__name", "opened_on")
WAITING_FIELDS = ("pk", "code", "title", "publicity_wish", "publish_by", "congress__suggestion_rules__yellow_workdays")


def published_table(rows: Iterable[Any]) -> SafeString:
    """``rows`` are the named values of PUBLISHED_FIELDS. One query."""
    rows = list(rows)
    units, to_one = units_of(row.pk for row in rows), addresses("suggestions:published_one")
    return Table(
        "公开的建议和答复",
        [
            Column("建议", lambda row: link(to_one(row.code), row.title, "strong"), is_heading=True),
            Column("类别", lambda row: row.category__name or "未分类"),
            Column("答复单位", lambda row: units.get(row.pk, "—")),
            Column("公开日期", lambda row: cn_date(row.opened_on)),
        ],
    ).render(rows)


def waiting_table(rows: Iterable[Any], calendar: Calendar) -> SafeString:
    """``rows`` are the named values of WAITING_FIELDS; each can be chosen. One query."""
    rows = list(rows)
    units, to_one = units_of(row.pk for row in rows), addresses("suggestions:detail")

    def due(row: Any) -> SafeString:
        if row.publish_by is None:
            return SafeString('<span class="muted">没有期限</span>')
        yellow = row.congress__suggestion_rules__yellow_workdays or 0
        # SECURITY: a day and our own words.
        return SafeString(
            f'<div class="due"><span>公开 <time datetime="{row.publish_by}">{cn_date(row.publish_by, "short")}</time></span> {light(row.publish_by, yellow, calendar)}</div>'
        )

    def tick(row: Any) -> SafeString:
        return SafeString(f'<input type="checkbox" name="code" value="{escape(row.code)}" aria-label="{escape(f"选择：{row.title}")}">')

    all_ticks = SafeString('<input type="checkbox" data-pick-all aria-label="全选本页">')
    return Table(
        "待公开的建议和答复",
        [
            Column("选择", tick, css="slim", head=all_ticks, is_labelled=False),
            Column("建议", lambda row: link(f"{to_one(row.code)}#publish", row.title, "strong"), is_heading=True),
            Column("代表意愿", lambda row: tag("", "eye", PublicityWish(row.publicity_wish).label)),
            Column("答复单位", lambda row: units.get(row.pk, "—")),
            Column("期限", due, head_css="w-due", is_labelled=False),
        ],
    ).render(rows)
