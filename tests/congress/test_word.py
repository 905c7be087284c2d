"""Word files as other programs than Word read them: columns from the grid, and no signature alone on a page."""

from __future__ import annotations

from docx import Document
from docx.oxml.ns import qn

from congress.documents.word import add_paragraph, add_signature, add_table


def test_a_tables_grid_has_its_widths():
    word = Document()
    add_table(word, ["序号", "标题"], [["1", "关于修路的建议"]], [9, 60], size=10.5)
    (table,) = word.tables
    assert [round(column.width.mm) for column in table.columns] == [9, 60]
    assert [round(cell.width.mm) for cell in table.rows[1].cells] == [9, 60]
    (margins,) = table._tbl.tblPr.findall(qn("w:tblCellMar"))
    assert [margin.get(qn("w:w")) for margin in margins] == ["40", "40"]


def test_the_end_of_the_text_stays_with_the_signature():
    word = Document()
    for text in ("第一段。", "第二段。", "", "附件：清单"):
        add_paragraph(word, text)
    add_signature(word, "榕江区人大常委会", "2026年11月30日")
    kept = [(paragraph.text, bool(paragraph.paragraph_format.keep_with_next)) for paragraph in word.paragraphs]
    assert kept == [
        ("第一段。", False),
        ("第二段。", True),
        ("", True),
        ("附件：清单", True),
        ("", True),
        ("", True),
        ("榕江区人大常委会", True),
        ("2026年11月30日", False),
    ]
