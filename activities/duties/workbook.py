"""Duties as an .xlsx table."""

from __future__ import annotations

import io
from collections.abc import Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from activities.duties.reckoning import Fulfilment
from activities.duties.upcoming import sentence

_HEADS = (
    ("所属", 10), ("要求", 24), ("对象", 24), ("代码", 16), ("所在区划", 16), ("时段", 22), ("自", 12), ("至", 12),
    ("已计", 8), ("不少于", 8), ("不超过", 8), ("情况", 10), ("说明", 48),
)  # fmt: skip


def duties_workbook(rows: Sequence[Fulfilment]) -> bytes:
    book = Workbook(write_only=True)
    sheet = book.create_sheet("履职要求完成情况")
    sheet.freeze_panes = "A2"
    for (_, width), letter in zip(_HEADS, "ABCDEFGHIJKLM", strict=True):
        sheet.column_dimensions[letter].width = width

    def cell(value: object, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # SECURITY: a text that begins with “=” is text, never a formula
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(head, bold=True) for head, _ in _HEADS])
    for row in rows:
        rule, subject = row.rule, row.subject
        values = (
            *(rule.family, rule.name, subject.name, subject.code, subject.area_name, row.window.label),
            *(f"{row.since:%Y-%m-%d}", f"{row.window.until:%Y-%m-%d}", row.value, rule.minimum, rule.maximum),
            *(row.state.label, sentence(row)),
        )
        sheet.append([cell(value) for value in values])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
