"""Finding the table in a sheet: its header row, which column is which, and the rows that are data."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from congress.imports.reading import Sheet, UnreadableFile

_HEADER_WITHIN = 40
_MARKS = re.compile(r"\((?:必填|选填|可选|可不填|不填|必须)[^)]*\)|[*＊\s:：]")
_BRACKETS = re.compile(r"\([^)]*\)")
_TOTALS = ("合计", "总计", "小计", "共计")
_SUBHEAD = re.compile(r"代表团|代表小组|^[一二三四五六七八九十]+、|\(\d+[名人所个]\)$")
_FOOTNOTES = ("注:", "注1", "备注:", "说明:", "填表", "制表", "审核", "填报", "联系人:", "单位:", "单位(盖章)", "以上", "附件", "附:")


@dataclass(slots=True)
class Table:
    """Rows of data with what their columns mean.

    ``columns`` maps a field's name to its place in a row, ``headings`` to what the file calls it. ``skipped`` tells, by row
    number, why a row is no data.
    """

    rows: list[tuple[int, list[Any]]]
    columns: dict[str, int]
    headings: dict[str, str]
    titles: list[str]
    header_row: int
    ignored: list[str] = field(default_factory=list)
    skipped: list[tuple[int, str]] = field(default_factory=list)


def plain(heading: Any) -> str:
    """A heading without stars, line breaks, spaces and 必填 marks, brackets as half-width."""
    return _MARKS.sub("", unicodedata.normalize("NFKC", str(heading))).lower()


def find(sheets: Iterable[Sheet], synonyms: Mapping[str, str], required: Iterable[str], labels: Mapping[str, str]) -> Table:
    """The first table whose header names all required columns.

    ``synonyms`` maps a plain heading to a field, ``labels`` a field to its own heading. Raises UnreadableFile when no sheet
    has a header, naming the columns that are missing.
    """
    required = list(required)
    best: tuple[int, dict[str, int], Sheet, int, int] | None = None
    for sheet in sheets:
        found = _header(sheet, synonyms)
        if found is None:
            continue
        start, end, columns = found
        if all(name in columns for name in required):
            return _table(sheet, start, end, columns)
        if best is None or len(columns) > best[0]:
            best = (len(columns), columns, sheet, start, end)
    if best is None or best[0] < 2:
        names = "、".join(f"“{labels[name]}”" for name in required)
        raise UnreadableFile(f"没有找到表头。表头应写明{names}等列，可下载空白模板对照。")
    missing = "、".join(f"“{labels[name]}”" for name in required if name not in best[1])
    raise UnreadableFile(f"表头（第 {best[2].rows[best[3]][0]} 行）缺少{missing}列，可下载空白模板对照。")


def _meaning(values: Iterable[Any], synonyms: Mapping[str, str]) -> dict[str, int]:
    """Which field each column is: the exact heading first, then the heading without its bracketed remark."""
    columns: dict[str, int] = {}
    headings = [plain(value) if isinstance(value, str) and len(value) < 60 else "" for value in values]
    for shorten in (False, True):
        for index, heading in enumerate(headings):
            heading = _BRACKETS.sub("", heading) if shorten else heading
            name = synonyms.get(heading)
            if name and name not in columns and index not in columns.values():
                columns[name] = index
    return columns


def _header(sheet: Sheet, synonyms: Mapping[str, str]) -> tuple[int, int, dict[str, int]] | None:
    """(first and last index of the header in ``sheet.rows``, its columns): the row, or two rows together, that name most."""
    best: tuple[int, int, dict[str, int]] | None = None
    rows = sheet.rows[:_HEADER_WITHIN]
    for index, (number, values) in enumerate(rows):
        columns = _meaning(values, synonyms)
        if columns and (best is None or len(columns) > len(best[2])):
            best = (index, index, columns)
        if index + 1 < len(rows) and rows[index + 1][0] == number + 1:
            both = _meaning(_joined(values, rows[index + 1][1]), synonyms)
            below = _meaning(rows[index + 1][1], synonyms)
            if len(both) > max(len(columns), len(below)) and (best is None or len(both) > len(best[2])):
                best = (index, index + 1, both)
    return best


def _joined(upper: list[Any], lower: list[Any]) -> list[Any]:
    """A header of two rows: the lower cell names the column; where it is blank (merged downwards) the upper one does."""
    width = max(len(upper), len(lower))
    upper, lower = upper + [""] * (width - len(upper)), lower + [""] * (width - len(lower))
    return [below if below != "" else above for above, below in zip(upper, lower, strict=True)]


def _table(sheet: Sheet, start: int, end: int, columns: dict[str, int]) -> Table:
    titles = sheet.rows[start][1] if start == end else _joined(sheet.rows[start][1], sheet.rows[end][1])
    headings = {name: _readable(titles[index]) for name, index in columns.items()}
    used = set(columns.values())
    ignored = [_readable(title) for index, title in enumerate(titles) if index not in used and str(title).strip()]
    table = Table([], columns, headings, [_readable(title) for title in titles], sheet.rows[end][0], ignored)
    table.skipped = [(number, "标题或说明") for number, _ in sheet.rows[:start]]
    _fill_merged(sheet, end)
    wide = {top + 1 for (top, first), (bottom, last) in sheet.merged if top == bottom and last - first >= 2}
    repeated = [(index, titles[index]) for index in sorted(used)[:4]]
    for number, values in sheet.rows[end + 1 :]:
        filled = [value for value in values if value != "" and (type(value) is not str or not value.isspace())]
        if not filled:
            continue
        if len(filled) < 3 and (why := _no_data(number, values, filled, used, wide)):
            table.skipped.append((number, why))
        elif type(filled[0]) is str and len(filled[0]) < 5 and plain(filled[0]) in _TOTALS:
            table.skipped.append((number, "合计"))
        elif all(index < len(values) and values[index] == title for index, title in repeated):
            table.skipped.append((number, "重复的表头"))
        else:
            table.rows.append((number, values))
    return table


def _no_data(number: int, values: list[Any], filled: list[Any], used: set[int], wide: set[int]) -> str:
    """Why a nearly empty row is no data, or "" when it may be."""
    first = plain(filled[0])
    if number in wide:
        return "小标题"
    if first.startswith(_TOTALS):
        return "合计"
    if first.startswith(_FOOTNOTES):
        return "注释"
    if len(filled) == 1 and _SUBHEAD.search(first):
        return "小标题"
    if not any(index in used for index, value in enumerate(values) if value != ""):
        return "小标题" if len(filled) == 1 else "没有可识别的列"
    return ""


def _fill_merged(sheet: Sheet, header: int) -> None:
    """A cell merged downwards holds for all its rows."""
    if not sheet.merged or header >= len(sheet.rows):
        return
    header_row = sheet.rows[header][0]
    by_number = {number: values for number, values in sheet.rows}
    for (top, first), (bottom, last) in sheet.merged:
        if bottom == top or top < header_row or first != last or first < 0:
            continue
        values = by_number.get(top + 1)
        if values is None or first >= len(values):
            continue
        for number in range(top + 2, bottom + 2):
            below = by_number.get(number)
            if below is not None and first < len(below) and below[first] == "":
                below[first] = values[first]


def _readable(title: Any) -> str:
    return re.sub(r"\s+", "", str(title))
