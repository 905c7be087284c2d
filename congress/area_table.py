"""The territory as a table, each area set in under the one above it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.safestring import SafeString

from congress.enums import AreaKind
from congress.tables import Column, Table, link
from congress.templatetags.frame import tag

FIELDS = ("pk", "code", "name", "kind", "path", "is_active", "parent__name")
Line = tuple[Any, int, int]  # the named values of FIELDS, how many areas it holds, how deep it lies

_KINDS = dict(AreaKind.choices)


def areas_table() -> Table[Line]:
    within = f"{reverse('areas')}?within="

    def name(line: Line) -> SafeString:
        row, children, depth = line
        words = link(within + row.code, row.name, "strong") if children else escape(row.name)
        mark = "" if row.is_active else f" {tag('', 'minus', '停用')}"
        return SafeString(f'<span class="depth-{depth}">{words}{mark}</span>')

    return Table(
        "区划",
        [
            Column("名称", name, is_heading=True),
            Column("类别", lambda line: _KINDS[line[0].kind]),
            Column("代码", lambda line: line[0].code),
            Column("上级", lambda line: line[0].parent__name or "无"),
            Column("下级", lambda line: link(within + line[0].code, line[1]) if line[1] else "0", css="num"),
        ],
    )
