"""Opening a file safely: .xlsx, .xls or .csv in, plain rows out, each with the row number a person sees in Excel."""

from __future__ import annotations

import csv
import gzip
import io
import zipfile
import zlib
from dataclasses import dataclass, field
from typing import Any, BinaryIO
from xml.parsers import expat

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from congress.errors import DomainError

MAX_BYTES = 20 * 2**20
MAX_UNPACKED = 200 * 2**20
MAX_RATIO = 150  # a sheet of repeated rows packs about 20:1; a bomb 1000:1
MAX_CELLS = 20_000_000  # calamine holds a sheet as one dense block
MAX_ROWS = 200_000
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_DIGITS = "0123456789"
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz$"


class UnreadableFile(DomainError):
    """The file can't or must not be opened. The text says why and what to do."""


@dataclass(slots=True)
class Sheet:
    """One worksheet: rows that hold something, as (number in the file, values), and its merged ranges (0-based, inclusive)."""

    name: str
    rows: list[tuple[int, list[Any]]]
    merged: list[tuple[tuple[int, int], tuple[int, int]]] = field(default_factory=list)


def open_sheets(source: BinaryIO, filename: str) -> list[Sheet]:
    """All visible worksheets of the file. Raises UnreadableFile with a Chinese sentence.

    SECURITY: the type is told by the content, never by the name; sizes are bounded before anything is parsed; macros are refused.
    """
    data = source.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise UnreadableFile(f"文件超过 {MAX_BYTES // 2**20} MB，请拆成几个文件后分别导入。")
    if not data.strip(b"\x00 \r\n\t"):
        raise UnreadableFile("文件是空的。")
    if data.startswith(b"\x1f\x8b"):
        data = _gunzip(data)
    if data.startswith(b"PK"):
        _check_zip(data, filename)
        return _workbook(data)
    if data.startswith(_OLE):
        _check_ole(data)
        return _workbook(data)
    return [_csv(data, filename)]


def sniff(data: bytes) -> tuple[str, str]:
    """(content type, suffix) of a file that ``open_sheets`` has read."""
    if data.startswith(b"PK"):
        return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"
    if data.startswith(_OLE):
        return "application/vnd.ms-excel", ".xls"
    if data.startswith(b"\x1f\x8b"):
        return "application/gzip", ".gz"
    return "text/csv", ".csv"


def _gunzip(data: bytes) -> bytes:
    try:
        with gzip.open(io.BytesIO(data)) as packed:
            unpacked = packed.read(MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise UnreadableFile("压缩文件已损坏，请重新取得。") from None
    if len(unpacked) > MAX_BYTES or unpacked.startswith((b"PK", b"\x1f\x8b", _OLE)):
        raise UnreadableFile("压缩文件只能是不超过 20 MB 的一个 .csv 文件。")
    return unpacked


def _check_zip(data: bytes, filename: str) -> None:
    """Refuses what is no workbook, has macros, or would unpack to more than we hold."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            names = {entry.filename.lower() for entry in entries}
            if filename.lower().endswith(".xlsm") or any("vba" in name for name in names):
                raise UnreadableFile("文件带有宏，不予导入。请在 Excel 中另存为“Excel 工作簿（.xlsx）”。")
            if "xl/workbook.xml" not in names:
                raise UnreadableFile("文件不是 Excel 工作簿。请上传 .xlsx、.xls 或 .csv 文件。")
            unpacked = sum(entry.file_size for entry in entries)
            if len(entries) > 2_000 or unpacked > MAX_UNPACKED or unpacked > MAX_RATIO * max(len(data), 2**16):
                raise UnreadableFile("文件展开后过大，不予打开。请删除多余的空白行列后另存，再导入。")
            for entry in entries:
                if entry.flag_bits & 1:
                    raise UnreadableFile("文件设有密码，请取消密码后再导入。")
                _check_part(package, entry)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError):
        raise UnreadableFile("文件已损坏，打不开。请在 Excel 中打开并另存后再导入。") from None


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Reads one part to its end, so that its size is known to be what it declares, and measures the block its cells span."""
    if not entry.filename.lower().endswith((".xml", ".rels", ".vml")):
        with package.open(entry) as part:
            while part.read(2**20):
                pass
        return
    # SECURITY: calamine would ask for a block of all these cells at once and end the whole process when it can't have it.
    # Blank cells with a format don't count, but looking for them takes twice the time, so only where it matters.
    if _span(package, entry, _Cells()) > MAX_CELLS and _span(package, entry, _FilledCells()) > MAX_CELLS:
        raise UnreadableFile("表格占用的范围过大（最右或最下有多余内容）。请删除数据之外的行和列后另存，再导入。")


def _span(package: zipfile.ZipFile, entry: zipfile.ZipInfo, cells: _Cells) -> int:
    parser = expat.ParserCreate()
    parser.StartDoctypeDeclHandler = _refuse_doctype
    parser.StartElementHandler = cells.start
    try:
        with package.open(entry) as part:
            while chunk := part.read(2**18):
                parser.Parse(chunk)
                cells.fold()
            parser.Parse(b"", True)
    except expat.ExpatError:
        raise UnreadableFile("文件内容不完整，打不开。请在 Excel 中打开并另存后再导入。") from None
    return cells.span


def _refuse_doctype(*args: Any) -> None:
    raise UnreadableFile("文件含有不应有的外部声明（DOCTYPE），不予打开。")


class _Cells:
    """The block, from A1 on, that the cells of a sheet span."""

    def __init__(self) -> None:
        self.references: list[str] = []
        self.columns: set[str] = set()
        self.last_row = self.row = self.unnumbered = self.most_unnumbered = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == "c" or name[-2:] == ":c":
            self.add(attributes.get("r"))
        elif name == "row" or name[-4:] == ":row":
            self.count_row(attributes)

    def add(self, reference: str | None) -> None:
        if reference:
            self.references.append(reference)
        else:  # such a cell stands beside the one before it
            self.unnumbered += 1
            self.most_unnumbered = max(self.most_unnumbered, self.unnumbered)
            self.last_row = max(self.last_row, self.row)

    def count_row(self, attributes: dict[str, str]) -> None:
        number = attributes.get("r", "")
        self.row = int(number[:9]) if number.isdecimal() else self.row + 1
        self.unnumbered = 0

    def fold(self) -> None:
        """Works through the references met so far, many at a time."""
        if self.references:
            self.columns.update({reference.rstrip(_DIGITS) for reference in self.references})
            rows = {reference.lstrip(_LETTERS)[:9] for reference in self.references}
            self.last_row = max(self.last_row, *(int(row) for row in rows if row.isdecimal()), 0)
            self.references.clear()

    @property
    def span(self) -> int:
        width = 1
        for letters in self.columns:
            number = 0
            for letter in letters.upper()[:8]:
                number = number * 26 + ord(letter) - 64
            width = max(width, number)
        return (width + self.most_unnumbered) * self.last_row


class _FilledCells(_Cells):
    """Only cells with something in them."""

    cell: str | None = ""

    def start(self, name: str, attributes: dict[str, str]) -> None:
        name = name.rpartition(":")[2]
        if name == "c":
            self.cell = attributes.get("r")
        elif name in {"v", "is", "f"}:
            if self.cell != "":
                self.add(self.cell)
                self.cell = ""
        elif name == "row":
            self.count_row(attributes)


def _check_ole(data: bytes) -> None:
    if "EncryptedPackage".encode("utf-16-le") in data:
        raise UnreadableFile("文件设有密码，请取消密码后再导入。")
    if "_VBA_PROJECT".encode("utf-16-le") in data:
        raise UnreadableFile("文件带有宏，不予导入。请在 Excel 中另存为“Excel 工作簿（.xlsx）”。")
    if not any(word.encode("utf-16-le") in data for word in ("Workbook", "Book")):
        raise UnreadableFile("文件不是 Excel 工作簿。请上传 .xlsx、.xls 或 .csv 文件。")


def _workbook(data: bytes) -> list[Sheet]:
    try:
        workbook = CalamineWorkbook.from_object(io.BytesIO(data))
        return [
            _worksheet(workbook.get_sheet_by_name(sheet.name))
            for sheet in workbook.sheets_metadata
            if sheet.visible == SheetVisibleEnum.Visible and sheet.typ == SheetTypeEnum.WorkSheet
        ]
    except PasswordError:
        raise UnreadableFile("文件设有密码，请取消密码后再导入。") from None
    except (CalamineError, ValueError):
        raise UnreadableFile("文件已损坏，打不开。请在 Excel 中打开并另存后再导入。") from None


def _worksheet(sheet: Any) -> Sheet:
    """Values only: a formula gives the result it was saved with."""
    if sheet.start is None:
        return Sheet(sheet.name, [])
    rows = []
    for number, values in enumerate(sheet.iter_rows(), 1):
        if any(value != "" for value in values):
            rows.append((number, values))
    if len(rows) > MAX_ROWS:
        raise UnreadableFile(f"工作表“{sheet.name}”超过 {MAX_ROWS:,} 行，请拆成几个文件后分别导入。")
    left = sheet.start[1]  # rows count from the top of the sheet, values from its first used column
    merged = [((top, first - left), (bottom, last - left)) for (top, first), (bottom, last) in sheet.merged_cell_ranges or ()]
    return Sheet(sheet.name, rows, merged)


def _decode(data: bytes) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "gb18030"]
    for encoding in encodings:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise UnreadableFile("文件的文字编码认不出来。请在 Excel 中另存为“CSV UTF-8”或 .xlsx 后再导入。")


def _csv(data: bytes, filename: str) -> Sheet:
    if data.lstrip(b"\xef\xbb\xbf \r\n\t")[:1] == b"<":
        raise UnreadableFile("文件是网页格式，只是改了名字。请在 Excel 中打开，另存为 .xlsx 后再导入。")
    if data.startswith((b"\x89PNG", b"\xff\xd8\xff", b"BM", b"RIFF", b"Rar!", b"7z")) or b"ftyp" in data[:12]:
        raise UnreadableFile("文件不是表格。请上传 .xlsx、.xls 或 .csv 文件。")
    text = _decode(data)
    if "\x00" in text or text.startswith(("%PDF", "GIF8", "{\\rtf")) or not _mostly_text(text):
        raise UnreadableFile("文件不是表格。请上传 .xlsx、.xls 或 .csv 文件。")
    head = text[:20_000]
    delimiter = max(",\t;，", key=head.count)
    rows = []
    try:
        for number, values in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            if any(value.strip() for value in values):
                rows.append((number, values))
            if len(rows) > MAX_ROWS:
                raise UnreadableFile(f"文件超过 {MAX_ROWS:,} 行，请拆成几个文件后分别导入。")
    except csv.Error:
        raise UnreadableFile("CSV 文件的引号或换行不完整，打不开。请在 Excel 中打开并另存后再导入。") from None
    return Sheet(filename, rows)


def _mostly_text(text: str) -> bool:
    """GB18030 decodes nearly any bytes; a table has next to no control characters."""
    sample = text[:4_000]
    odd = sum(1 for c in sample if (c < " " and c not in "\r\n\t") or "\ue000" <= c <= "\uf8ff")
    return odd * 50 <= len(sample)
