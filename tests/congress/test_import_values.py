"""What cells mean."""

import datetime

import pytest

from congress.imports import values


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("450603001.0", "450603001"),
        (450603001.0, "450603001"),
        ("４５０６０３００１", "450603001"),
        (" 450603 001　", "450603001"),
        ("\u200b450603001\u202e", "450603001"),
        ("", None),
        (None, None),
    ],
)
def test_codes(raw, expected):
    assert values.code(raw) == expected


def test_code_in_scientific_notation_has_lost_its_digits():
    with pytest.raises(ValueError, match="科学记数法"):
        values.code("4.50603E+11")


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("李　四", "李四"),
        ("黄 丽", "黄丽"),
        ("张\u200b三", "张三"),
        ("阿卜杜拉•买买提", "阿卜杜拉·买买提"),
        ("John  Smith", "John Smith"),
        ("\u202e欺骗\u202c", "欺骗"),
        ("'=1+1", "=1+1"),
        ("王'; DROP TABLE 代表;--", "王'; DROP TABLE 代表;--"),
    ],
)
def test_names(raw, expected):
    assert values.name(raw) == expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("2021.9", (2021, 9, 1)),
        (2021.9, (2021, 9, 1)),
        (2021.12, (2021, 12, 1)),
        ("1970.10", (1970, 10, 1)),
        ("1970.1", (1970, 1, 1)),
        ("1970年1月", (1970, 1, 1)),
        ("1970年01月05日", (1970, 1, 5)),
        ("１９７０年１月", (1970, 1, 1)),
        ("1970 年 1 月", (1970, 1, 1)),
        ("1970-1", (1970, 1, 1)),
        ("1970/1/5", (1970, 1, 5)),
        ("1970.01.05", (1970, 1, 5)),
        ("1970年1月生", (1970, 1, 1)),
        ("2020-1-1 1:01", (2020, 1, 1)),
        ("197001", (1970, 1, 1)),
        ("19700105", (1970, 1, 5)),
        (19700105.0, (1970, 1, 5)),
        (25569.0, (1970, 1, 1)),
        ("25569", (1970, 1, 1)),
        (datetime.datetime(1970, 1, 5, 3, 4), (1970, 1, 5)),
        (datetime.date(1970, 1, 5), (1970, 1, 5)),
    ],
)
def test_dates(raw, expected):
    assert values.date(raw) == datetime.date(*expected)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (1970.1, "1 月还是 10 月"),
        ("1970", "只有年份"),
        (1970.0, "只有年份"),
        ("1970年13月", "没有 13 月"),
        ("2021-2-30", "没有 30 日"),
        ("今天", "不是日期"),
        (datetime.time(1, 1), "不是日期"),
        (True, "不是日期"),
        ("#N/A", "公式错误"),
    ],
)
def test_dates_that_are_none(raw, reason):
    with pytest.raises(ValueError, match=reason):
        values.date(raw)


def test_blank_dates():
    assert [values.date(raw) for raw in ("", "未知", "/", None)] == [None] * 4


@pytest.mark.parametrize("raw", ["2999年1月", "1899-1-1"])
def test_birthdays_lie_in_the_past(raw):
    with pytest.raises(ValueError, match="出生年月应在"):
        values.birthday(raw)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        (13800000000.0, "13800000000"),
        ("13800000000.0", "13800000000"),
        ("１３８００００００００", "13800000000"),
        ("138 0000 0000", "13800000000"),
        ("138-0000-0000", "13800000000"),
        ("+86 13800000000", "13800000000"),
        ("0770-2822222", "0770-2822222"),
        ("（0770）2822222", "07702822222"),
        ("", None),
        ("无", None),
    ],
)
def test_phones(raw, expected):
    assert values.phone(raw) == expected


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("138****0000", "隐去"), ("13800000000、13900000000", "一格只填一个"), ("1380000", "不是 11 位"), ("12345678901", "不是 11 位")],
)
def test_phones_that_are_none(raw, reason):
    with pytest.raises(ValueError, match=reason):
        values.phone(raw)


@pytest.mark.parametrize(
    ("raw", "expected"), [("是", True), ("√", True), (True, True), ("1", True), ("否", False), ("×", False), (0.0, False), ("", None)]
)
def test_yes_or_no(raw, expected):
    assert values.yes_or_no(raw) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [("第八届", 8), ("八届", 8), (8.0, 8), ("第十二届", 12), ("第十届", 10), ("第２１届", 21), ("防城区第八届", 8), ("", None)],
)
def test_ordinals(raw, expected):
    assert values.ordinal(raw) == expected


def test_length_is_told():
    with pytest.raises(ValueError, match="有 41 个字，最多 40 个字"):
        values.name("长" * 41, 40)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(1)", "\t=1"])
def test_formulas_are_neutralised_on_the_way_out_and_come_back_the_same(text):
    assert values.neutral(text) == "'" + text
    assert values.text(values.neutral(text)) == values.text(text)
