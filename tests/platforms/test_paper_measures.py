"""The bulletin measured against GB/T 9704-2012, on the finished PDF. Lengths in mm unless they say pt."""

from __future__ import annotations

import io
from collections.abc import Iterator

import pdfplumber
import pytest

from congress.documents import renderer
from tests.platforms.published import document, make_bulletin

MM = 25.4 / 72
LONG = "各镇人大和街道人大工委认真落实工作部署，扎实推进代表履职平台建设，代表联系人民群众更加经常，解决群众急难愁盼问题更加及时，工作成效得到群众认可。"
_cache: dict[str, bytes] = {}


@pytest.fixture
def pdf(db) -> Iterator[pdfplumber.PDF]:
    """A bulletin whose third part fills whole pages with text. Rendered once for all tests here."""
    if "bulletin" not in _cache:
        bulletin = make_bulletin(highlights="\n".join(["（一）阵地建设提档升级", LONG * 6, "（二）联系群众走深走实", LONG * 6]))
        _cache["bulletin"] = renderer.produce(document(bulletin, "bulletin")).data
    with pdfplumber.open(io.BytesIO(_cache["bulletin"])) as opened:
        yield opened


def lines(page) -> list[list[dict]]:
    """Characters of 3号 (16 pt), by line from the top."""
    found: dict[int, list[dict]] = {}
    for char in page.chars:
        if abs(char["size"] - 16) < 0.1 and char["upright"] and char["text"].strip():
            found.setdefault(round(char["bottom"]), []).append(char)
    return [found[key] for key in sorted(found)]


def full_pages(pdf) -> list:
    """Pages of nothing but text."""
    return [page for page in pdf.pages if len(lines(page)) == 22 and page.width < page.height]


def rules(page, *, wider_than: float) -> list[dict]:
    return [shape for shape in page.rects + page.lines + page.curves if shape["width"] * MM > wider_than]


def sides(page) -> tuple[float, float]:
    """Left and right edge of the 版心: the binding edge is 28 wide, left on odd pages and right on even ones."""
    return (28, 184) if page.page_number % 2 else (26, 182)


def test_paper_is_a4(pdf):
    sizes = {tuple(sorted((round(page.width * MM), round(page.height * MM)))) for page in pdf.pages}
    assert sizes == {(210, 297)}
    assert [page.page_number for page in pdf.pages if page.width > page.height] == [len(pdf.pages) - 5]


def test_a_page_of_text_has_22_lines_of_28_characters(pdf):
    pages = full_pages(pdf)
    assert len(pages) >= 2
    rows = [row for page in pages for row in lines(page) if not any(char["text"].isascii() for char in row)]
    assert len(rows) >= 20
    assert max(map(len, rows)) == 28


def test_the_text_lies_in_the_type_area(pdf):
    for page in full_pages(pdf):
        rows, left = lines(page), sides(page)[0]
        assert 37 <= min(char["top"] for char in rows[0]) * MM <= 41
        assert max(char["bottom"] for char in rows[-1]) * MM <= 262
        assert min(char["x0"] for row in rows for char in row) * MM == pytest.approx(left, abs=0.1)


def test_full_lines_end_at_the_right_edge(pdf):
    """Held here because the justification is ours: every line that runs on ends within 0.2 mm of the edge."""
    for page in full_pages(pdf):
        edges = [max(char["x1"] for char in row) * MM - sides(page)[1] for row in lines(page) if row[-1]["text"] != "。"]
        full = [edge for edge in edges if edge > -10]
        assert len(full) >= 9
        assert max(map(abs, full)) < 0.2


def test_figures_are_not_torn_apart(pdf):
    """Digits of one number keep their distance in a justified line."""
    for page in full_pages(pdf):
        for row in lines(page):
            gaps = [b["x0"] - a["x1"] for a, b in zip(row, row[1:], strict=False) if a["text"].isdigit() and b["text"].isdigit()]
            assert all(gap < 0.3 for gap in gaps)


def test_lines_are_28_95_pt_apart(pdf):
    for page in full_pages(pdf):
        bottoms = [row[0]["bottom"] for row in lines(page)]
        assert (bottoms[-1] - bottoms[0]) / 21 == pytest.approx(28.95, abs=0.03)


def test_the_red_line_is_as_wide_as_the_text_and_4_mm_below_the_number(pdf):
    page = pdf.pages[0]
    red = next(rule for rule in rules(page, wider_than=150) if rule.get("non_stroking_color") not in (None, (0,), (0, 0, 0)))
    number = [char for char in lines(page)[0] if char["bottom"] < red["top"]]
    assert "".join(char["text"] for char in number) == "榕人办发〔2026〕27号"
    assert red["width"] * MM == pytest.approx(156, abs=0.2)
    assert (red["top"] - max(char["bottom"] for char in number)) * MM == pytest.approx(4, abs=0.2)


def test_page_numbers_stand_outside_7_mm_below_the_text(pdf):
    for page in (page for page in pdf.pages if page.width < page.height):
        marks = [char for char in page.chars if (char["text"] == "—" or char["text"].isdigit()) and char["top"] * MM > 262]
        assert "".join(char["text"] for char in marks) == f"—{page.page_number}—"
        dashes = [char for char in marks if char["text"] == "—"]
        middle = sum((char["top"] + char["bottom"]) / 2 for char in dashes) / 2 * MM
        assert 7 <= middle - 262 <= 7.7  # the ink lies 0.36 mm above the middle of the type's box
        left, right = sides(page)
        inset = right - max(char["x1"] for char in marks) * MM if page.page_number % 2 else min(char["x0"] for char in marks) * MM - left
        assert inset == pytest.approx(4.94, abs=0.3)  # one character of 4号
        assert {round(char["size"]) for char in marks} == {14}


def test_the_number_of_a_landscape_page_stands_where_a_portrait_one_has_it(pdf):
    page = next(page for page in pdf.pages if page.width > page.height)
    marks = [char for char in page.chars if (char["text"] == "—" or char["text"].isdigit()) and char["x0"] * MM < 35]
    assert 6.5 <= 35 - sum((char["x0"] + char["x1"]) / 2 for char in marks) / len(marks) * MM <= 8.5
    inset = (
        min(char["top"] for char in marks) * MM - 26 if page.page_number % 2 == 0 else 210 - 26 - max(char["bottom"] for char in marks) * MM
    )
    assert 4.5 <= inset <= 5.4


def test_the_colophon_ends_at_the_foot_of_the_last_page(pdf):
    page = pdf.pages[-1]
    feet = sorted(rule["bottom"] * MM for rule in rules(page, wider_than=155) if rule["bottom"] * MM > 230)
    assert feet[-1] == pytest.approx(262, abs=0.3)
    text = "".join(char["text"] for char in page.chars if abs(char["size"] - 14) < 0.1 and char["bottom"] * MM < 262.2)
    assert text == "榕江区人大常委会办公室2026年10月19日印发"


def test_title_and_body_have_their_sizes(pdf):
    first = pdf.pages[0]
    title = "".join(char["text"] for char in first.chars if abs(char["size"] - 22) < 0.1)
    assert title == "榕江区人大常委会办公室关于2026年第三季度镇（街道）人大代表履职平台交叉考评情况的通报"
    assert {round(char["size"]) for page in full_pages(pdf) for row in lines(page) for char in row} == {16}


def test_the_file_is_an_archive_file_with_tags(pdf):
    catalog = pdf.doc.catalog
    assert catalog["Lang"] == b"zh-CN"
    assert catalog["MarkInfo"]["Marked"] is True
    assert "StructTreeRoot" in catalog
    assert "OutputIntents" in catalog
    metadata = pdf.doc.catalog["Metadata"].resolve().get_data().decode()
    assert 'part="3"' in metadata or "part>3<" in metadata
    assert 'conformance="U"' in metadata or "conformance>U<" in metadata
