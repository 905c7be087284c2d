"""Workbooks we hand out: the empty template, current rows, and rejected rows with their reasons."""

from __future__ import annotations

import io
from collections.abc import Iterable
from typing import Any

from django.db.models import QuerySet
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from congress.imports import values
from congress.imports.plan import Plan
from congress.imports.resource import SheetResource

CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_HEAD = PatternFill("solid", fgColor="F2EEE8")
_BOLD = Font(bold=True)
_LIST_ROWS = 5_000  # how far down the drop-downs reach
_LISTS, _NOTES = "选项", "填写说明"


def template(resource: SheetResource) -> bytes:
    """An empty table with drop-downs, a sheet that explains every column with an example, and text format everywhere."""
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = resource.label
    columns = resource.columns()
    _head(sheet, [column.column_name + ("*" if column.required else "") for column in columns.values()])
    lists = book.create_sheet(_LISTS)
    lists.sheet_state = "hidden"
    from_tables = resource.choices()
    for place, (name, column) in enumerate(columns.items(), 1):
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].number_format = "@"  # or Excel makes numbers of codes
        choices = [values.neutral(choice) for choice in from_tables.get(name, column.choices)]
        if choices:
            for row, choice in enumerate(choices, 1):
                lists.cell(row, place, choice)
            source = f"{quote_sheetname(_LISTS)}!${letter}$1:${letter}${len(choices)}"
            rule = DataValidation("list", formula1=source, allow_blank=True, showErrorMessage=not from_tables.get(name))
            rule.errorTitle, rule.error = "请从列表中选择", f"“{column.column_name}”应是列表中的一项"
            rule.add(f"{letter}2:{letter}{_LIST_ROWS}")
            sheet.add_data_validation(rule)
    notes = book.create_sheet(_NOTES)
    _head(notes, ["列", "必填", "说明", "示例"])
    for column in columns.values():
        notes.append([column.column_name, "必填" if column.required else "", values.neutral(column.help), values.neutral(column.example)])
    notes.append([])
    notes.append([resource.hint])
    for letter, width in zip("ABCD", (22, 8, 60, 30), strict=True):
        notes.column_dimensions[letter].width = width
    return _saved(book)


def current(resource: SheetResource, rows: QuerySet) -> tuple[bytes, int]:
    """(workbook, number of rows) of stored rows; it imports again as zero changes."""
    dataset = resource.export(rows)
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = resource.label
    _head(sheet, dataset.headers)
    for row in dataset:
        sheet.append([_writable(cell) for cell in row])
    return _saved(book), len(dataset)


def rejected(plan: Plan) -> bytes:
    """The rejected rows as the file has them, each led by its row number and its reasons."""
    reasons: dict[int, list[str]] = {}
    for rejection in plan.rejected:
        if rejection.row is not None:
            reasons.setdefault(rejection.row, []).append(f"{rejection.column}：{rejection.reason}")
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "未通过的行"
    _head(sheet, ["文件行号", "原因", *(str(values.neutral(title)) for title in plan.table.titles)])
    for number, raw in plan.table.rows:
        if number in reasons:
            sheet.append([number, "；".join(reasons[number]), *_safe(raw)])
    sheet.column_dimensions["B"].width = 60
    return _saved(book)


def _safe(raw: Iterable[Any]) -> list[str]:
    return [_writable(str(values.neutral(values.shown(cell)))) for cell in raw]


def _writable(cell: Any) -> Any:
    """Without control characters, which a workbook can't hold."""
    return cell.translate(values.CONTROLS) if isinstance(cell, str) else cell


def _head(sheet: Worksheet, titles: Iterable[str]) -> None:
    sheet.append(list(titles))
    for cell in sheet[1]:
        cell.font, cell.fill = _BOLD, _HEAD
        cell.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[cell.column_letter].width = max(12, 2 * len(str(cell.value)) + 4)
    sheet.freeze_panes = "A2"


def _saved(book: Workbook) -> bytes:
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()
