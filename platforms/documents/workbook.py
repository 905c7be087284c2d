"""The score table as a workbook: the same figures as the bulletin's annexes, as numbers one can reckon with."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from congress.documents.steady import steady
from congress.documents.titles import width
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.edition import Edition, Row
from platforms.documents.numbers import day, points
from platforms.enums import PlatformKind, RectificationState

_LINE = Side(style="thin", color="808080")
_BOX = Border(left=_LINE, right=_LINE, top=_LINE, bottom=_LINE)
_HEAD = PatternFill("solid", fgColor="F3F1EE")
_HEITI, _SONGTI = Font(name="黑体", size=11), Font(name="宋体", size=11)


def render(document: Document) -> bytes:
    """The .xlsx. Same bulletin, same bytes."""
    edition = Edition.of(document)
    book = Workbook()
    book.remove(book.active)
    book.properties.title = document.title
    book.properties.creator = edition.issuer
    _summary(book.create_sheet("得分汇总"), edition)
    own = [item for item in edition.table["items"] if item["subject"] == "area"]
    _items(book.create_sheet("自身项目得分"), edition, f"{edition.label}{edition.units}自身项目得分", edition.areas, own, "单位")
    of_platforms = [item for item in edition.table["items"] if item["subject"] == "platform"]
    _platforms(book.create_sheet("平台得分"), edition, of_platforms)
    _rectifications(book.create_sheet("整改事项"), edition)
    target = BytesIO()
    book.save(target)
    return steady(target.getvalue(), edition.bulletin.issued_on)


def _summary(sheet: Worksheet, edition: Edition) -> None:
    groups = list(edition.groups)
    tail = ["自身得分", "平台均分", "平台权重", "基础分", "加分", "扣分", "总分", "等次", "同类名次", "上季得分", "上季名次"]
    heads = ["名次", "区划代码", "单位", *(f"{group}（{points(edition.group_max(group))}分）" for group in groups), *tail]
    rows = (
        [
            area["rank"], area["code"], area["name"], *(_number(edition.group_scores[area["code"], group]) for group in groups),
            area["own_score"], area["platform_average"], area["platform_weight"], area["base"], area["bonus"], area["deduction"],
            area["score"], area["grade"], area["rank_in_kind"], area["previous_score"], area["previous_rank"],
        ]
        for area in edition.areas
    )  # fmt: skip
    _fill(sheet, sentences.annex_names(edition)[0], heads, rows, frozen=3, note=sentences.table_note(edition))


def _items(sheet: Worksheet, edition: Edition, title: str, subjects: Iterable[Row], items: Sequence[Row], what: str) -> None:
    heads = ["名次", "区划代码", what, *(_item_head(item) for item in items), "总分"]
    _fill(sheet, title, heads, ([s["rank"], s["code"], s["name"], *_scores(s, items), s["score"]] for s in subjects), frozen=3)


def _platforms(sheet: Worksheet, edition: Edition, items: Sequence[Row]) -> None:
    heads = ["平台编号", "平台", "所属单位", "类别", *(_item_head(item) for item in items), "得分", "上季得分"]
    rows = (
        [
            p["code"],
            p["name"],
            _area_name(edition, p["area"]),
            PlatformKind(p["kind"]).label,
            *_scores(p, items),
            p["score"],
            p["previous_score"],
        ]
        for p in edition.platforms
    )
    _fill(sheet, f"{edition.label}人大代表履职平台得分", heads, rows, frozen=2)


def _rectifications(sheet: Worksheet, edition: Edition) -> None:
    heads = ["编号", "单位", "平台", "考评项目", "存在问题", "整改期限", "公布时状态"]
    rows = (
        [
            row["code"], _area_name(edition, row["area"]), edition.platform[row["platform"]]["name"] if row["platform"] in edition.platform else "",
            edition.items[row["item"]]["name"] if row["item"] in edition.items else row["item"], row["problem"], day(row["due_on"]),
            RectificationState(row["state"]).label,
        ]
        for row in edition.rectifications
    )  # fmt: skip
    _fill(sheet, f"{edition.label}整改事项清单", heads, rows, frozen=2)


def _area_name(edition: Edition, code: str) -> str:
    return edition.area[code]["name"] if code in edition.area else code


def _item_head(item: Row) -> str:
    return f"{item['name']}（{'加分，至多' if item['is_bonus'] else ''}{points(item['max'])}分）"


def _scores(subject: Row, items: Sequence[Row]) -> list[Any]:
    own = {row["code"]: row["score"] for row in [*subject["items"], *subject["bonus_items"]]}
    return [own.get(item["code"]) for item in items]


def _number(value: Any) -> float | None:
    return None if value is None else round(float(value), 2)


def _fill(sheet: Worksheet, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], *, frozen: int, note: str = "") -> None:
    """Title in row 1, heads in row 2, then the rows; heads and the first ``frozen`` columns stay in sight."""
    _text(sheet.cell(1, 1), title).font = Font(name="黑体", size=14)
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=min(len(heads), 12))
    widths = [4.0] * len(heads)
    last = 2
    for column, head in enumerate(heads, start=1):
        cell = _text(sheet.cell(2, column), head)
        cell.font, cell.fill, cell.border = _HEITI, _HEAD, _BOX
        cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
        widths[column - 1] = max(min(width(head), 5.0), 4.0)
    for last, row in enumerate(rows, start=3):
        for column, value in enumerate(row, start=1):
            cell = sheet.cell(last, column)
            if isinstance(value, str):
                _text(cell, value)
                widths[column - 1] = max(widths[column - 1], min(width(value), 24.0))
            else:
                cell.value = value
                cell.number_format = "General" if isinstance(value, int) else "0.0#"
            cell.font, cell.border = _SONGTI, _BOX
            cell.alignment = Alignment(
                horizontal="left" if isinstance(value, str) else "center", vertical="center", wrap_text=isinstance(value, str)
            )
    if note:
        _text(sheet.cell(last + 1, 1), note).font = _SONGTI
    for column, needed in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = needed * 2.1 + 2  # in digits, of which two make a Chinese character
    sheet.freeze_panes = sheet.cell(3, frozen + 1)
    sheet.print_title_rows = "2:2"
    sheet.page_setup.orientation, sheet.page_setup.paperSize, sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = (
        "landscape",
        9,
        1,
        0,
    )
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    if last > 2:
        sheet.auto_filter.ref = f"A2:{get_column_letter(len(heads))}{last}"


def _text(cell: Cell, text: str) -> Cell:
    """Writes text as text. SECURITY: a problem that begins with "=" must never become a formula in somebody's Excel."""
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = text[:1] in "=+-@"
    return cell
