"""Tables of this app as .xlsx."""

from __future__ import annotations

import io

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from platforms.enums import CheckState
from platforms.grid import Grid

_BOLD = Font(bold=True)
_HEAD = Alignment(horizontal="center", vertical="center", wrap_text=True)
_FILLS = {CheckState.NOT_YET: PatternFill("solid", fgColor="FDEAE6"), CheckState.PARTLY: PatternFill("solid", fgColor="FCEFDF")}


def standards_table(grid: Grid, title: str) -> bytes:
    """The whole grid: a row for each platform, a column for each item, and how many are met."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("标准对照")
    sheet.freeze_panes = "D4"
    for column, width in enumerate((16, 28, 18, *[9] * len(grid.items), 8, 8, 8), start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width

    def cell(value: object, *, bold: bool = False, fill: PatternFill | None = None) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # SECURITY: a name that begins with “=” is text, never a formula
        if bold:
            made.font, made.alignment = _BOLD, _HEAD
        if fill:
            made.fill = fill
        return made

    heads = [standard.name if number == 0 else "" for standard, items in grid.columns for number, _ in enumerate(items)]
    sheet.append([cell(title, bold=True)])
    sheet.append([cell(text, bold=True) for text in ("", "", "", *heads, "", "", "")])
    sheet.append(
        [
            cell(text, bold=True)
            for text in ("平台编号", "平台", "镇（街道）", *(item.short_name for item in grid.items), "达标", "不全", "缺")
        ]
    )
    for row in grid.every_row():
        tally = row.tally
        states = [cell(CheckState(each.state).label, fill=_FILLS.get(CheckState(each.state))) for each in row.cells]
        sheet.append(
            [
                cell(row.platform.code),
                cell(row.platform.name),
                cell(row.platform.unit.name),
                *states,
                cell(tally.met),
                cell(tally.partly),
                cell(tally.missing),
            ]
        )
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
