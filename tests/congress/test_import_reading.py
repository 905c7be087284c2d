"""Opening files: what people have, and what they should not have."""

import gzip
import io
import time
import zipfile

import openpyxl
import pytest
import xlwt

from congress.imports.reading import MAX_BYTES, UnreadableFile, open_sheets
from tests import workbooks


def rows(source, name="名册.xlsx"):
    (sheet,) = open_sheets(source, name)
    return sheet.rows


def refusal(source, name="名册.xlsx"):
    with pytest.raises(UnreadableFile) as caught:
        open_sheets(source, name)
    return str(caught.value)


def test_rows_keep_the_number_they_have_in_excel():
    book = openpyxl.Workbook()
    book.active["B3"], book.active["C5"] = "名称", 450603001
    assert rows(workbooks.saved(book)) == [(3, ["名称", ""]), (5, ["", 450603001.0])]


def test_hidden_sheets_are_not_read():
    book = openpyxl.Workbook()
    book.active.append(["a"])
    book.create_sheet("选项").append(["b"])
    book["选项"].sheet_state = "hidden"
    assert [sheet.name for sheet in open_sheets(workbooks.saved(book), "x.xlsx")] == ["Sheet"]


def test_xls_is_read_whatever_its_name():
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    sheet.write(0, 0, "姓名")
    sheet.write(1, 0, "韦建国")
    buffer = io.BytesIO()
    book.save(buffer)
    buffer.seek(0)
    assert rows(buffer, "名册.csv") == [(1, ["姓名"]), (2, ["韦建国"])]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_csv_in_the_encodings_of_excel(encoding):
    text = "姓名,单位\r\n覃德𬬩,大菉镇人民政府\r\n\r\n黄丽,峒中镇\r\n"
    assert rows(workbooks.csv(text, encoding), "x.csv") == [
        (1, ["姓名", "单位"]),
        (2, ["覃德𬬩", "大菉镇人民政府"]),
        (4, ["黄丽", "峒中镇"]),
    ]


@pytest.mark.parametrize("delimiter", ["\t", ";"])
def test_csv_with_other_separators(delimiter):
    assert rows(workbooks.csv(f"姓名{delimiter}性别\n莫英{delimiter}女\n"), "x.csv") == [(1, ["姓名", "性别"]), (2, ["莫英", "女"])]


def test_gzipped_csv():
    assert rows(io.BytesIO(gzip.compress(b"code,name\n1,a\n")), "x.csv.gz") == [(1, ["code", "name"]), (2, ["1", "a"])]


def test_formulas_give_their_saved_values_only():
    sheet = workbooks.SHEET.format(
        '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><f>HYPERLINK("http://x")</f></c>' + workbooks.cell("C1", "x") + "</row>"
    )
    assert rows(workbooks.raw_xlsx(sheet)) == [(1, [2.0, "", "x"])]


def test_text_that_looks_like_a_formula_stays_text():
    assert rows(workbooks.csv("姓名,备注\n=cmd|'/C calc'!A0,+1\n"), "x.csv")[1] == (2, ["=cmd|'/C calc'!A0", "+1"])


def test_macros_are_refused():
    assert "带有宏" in refusal(workbooks.raw_xlsx(workbooks.SHEET.format(""), xl__vbaProject=b"x"))
    assert "带有宏" in refusal(workbooks.xlsx([["姓名"]]), "名册.xlsm")


def test_zip_bomb_is_refused_before_it_is_parsed():
    started = time.perf_counter()
    bomb = workbooks.raw_xlsx(b" " * 2**20 for _ in range(40))
    assert len(bomb.getvalue()) < 100_000
    assert "展开后过大" in refusal(bomb)
    assert time.perf_counter() - started < 2


def test_size_that_lies_is_found_out():
    """The directory may declare a small part; what is really there is counted."""
    data = bytearray(workbooks.raw_xlsx([b"<worksheet>" + b" " * 2**16]).getvalue())
    true = (2**16 + 11).to_bytes(4, "little")
    place = data.rindex(true)
    data[place : place + 4] = (11).to_bytes(4, "little")
    assert "打不开" in refusal(io.BytesIO(bytes(data)))


def test_external_entities_are_refused_unread():
    sheet = '<!DOCTYPE s [<!ENTITY x SYSTEM "file:///etc/hostname">]>' + workbooks.SHEET.format(
        '<row r="1"><c r="A1" t="inlineStr"><is><t>&x;</t></is></c></row>'
    )
    assert "外部声明" in refusal(workbooks.raw_xlsx(sheet))


def test_two_far_corners_would_ask_for_more_memory_than_there_is():
    sheet = workbooks.SHEET.format(
        f'<row r="1">{workbooks.cell("A1", "x")}</row><row r="1048576">{workbooks.cell("XFD1048576", "y")}</row>'
    )
    assert "范围过大" in refusal(workbooks.raw_xlsx(sheet))


def test_far_corner_in_unusual_notation():
    sheet = (
        '<x:worksheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "<x:row  r = '1048576'><x:c r='&#88;FD1048576'><x:v>1</x:v></x:c></x:row></x:sheetData></x:worksheet>"
    )
    assert "范围过大" in refusal(workbooks.raw_xlsx(sheet))


def test_blank_formatted_cells_to_the_far_corner_do_no_harm():
    sheet = workbooks.SHEET.format(
        f'<row r="1">{workbooks.cell("A1", "姓名")}<c r="XFD1" s="1"/></row><row r="1048576"><c r="XFD1048576" s="1"/></row>'
    )
    assert rows(workbooks.raw_xlsx(sheet)) == [(1, ["姓名"])]


def test_range_of_a_million_empty_rows_is_fast():
    empty = b"".join(b'<row r="%d" spans="1:9" ht="14.4" customHeight="1"/>' % number for number in range(3, 1_048_577))
    head = f'<row r="1">{workbooks.cell("A1", "姓名")}</row><row r="2">{workbooks.cell("A2", "莫英")}</row>'
    source = workbooks.raw_xlsx([workbooks.SHEET.format(head).split("</sheetData>")[0].encode(), empty, b"</sheetData></worksheet>"])
    started = time.perf_counter()
    assert rows(source) == [(1, ["姓名"]), (2, ["莫英"])]
    assert time.perf_counter() - started < 8


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "空的"),
        (b"   \n", "空的"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "不是表格"),
        (b"%PDF-1.7\n", "不是表格"),
        (b"<html><table><tr><td>x</td></tr></table>", "网页格式"),
        (b"PK\x03\x04" + b"x" * 99, "已损坏"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "不是 Excel"),
        (bytes(range(256)) * 20, "认不出来"),
        (gzip.compress(b"PK\x03\x04"), ".csv"),
        (b"\x1f\x8bxxxxx", "已损坏"),
        ('姓名,性别\n"莫英,女'.encode() + b"\n" + b"x" * 200_000, "引号"),
    ],
)
def test_other_files_are_refused_in_a_sentence(content, sentence):
    assert sentence in refusal(io.BytesIO(content), "名册.xls")


def test_word_file_is_no_workbook():
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as package:
        package.writestr("word/document.xml", "<x/>")
    buffer.seek(0)
    assert "不是 Excel" in refusal(buffer)


def test_size_is_bounded():
    assert "20 MB" in refusal(io.BytesIO(b"a" * (MAX_BYTES + 1)))
