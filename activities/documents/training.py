"""Training as .xlsx: who was trained in a period, and who was not."""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from activities.figures.training import Record
from congress.periods import Period
from deputies.models import Deputy

_HEADS = (
    ("代表编号", 18),
    ("姓名", 12),
    ("层级", 14),
    ("所属镇（街道）", 18),
    ("单位及职务", 36),
    ("参训次数", 10),
    ("学时", 8),
    ("最近一次", 14),
    ("情况", 10),
)


def deputies_workbook(
    deputies: Iterable[Deputy], found: Mapping[int, Record], towns: Mapping[int, str], levels: Mapping[int, str], period: Period
) -> bytes:
    """The list behind the coverage. The period stands in the sheet's name."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet(period.label[:31])
    sheet.freeze_panes = "A2"
    for (_, width), letter in zip(_HEADS, "ABCDEFGHI", strict=True):
        sheet.column_dimensions[letter].width = width

    def cell(value: object, *, bold: bool = False) -> WriteOnlyCell:
        made = WriteOnlyCell(sheet, value=value)
        if isinstance(value, str):
            made.data_type = "s"  # SECURITY: a text that begins with “=” is text, never a formula
        if bold:
            made.font = Font(bold=True)
        return made

    sheet.append([cell(head, bold=True) for head, _ in _HEADS])
    for deputy in deputies:
        record = found[deputy.pk]
        last = record.last_on.isoformat() if record.last_on else ""
        stands = "已参训" if record.days else "未参训"
        row = (deputy.code, deputy.name, levels.get(deputy.pk, ""), towns.get(deputy.pk, ""), deputy.position, record.days)
        sheet.append([cell(value) for value in (*row, record.hours, last, stands)])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
