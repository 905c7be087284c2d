"""Word files in the page set-up of official papers, for what staff edit before it is signed.

GB/T 9704-2012: A4, 版心 156 × 225 mm, 22 lines of 28 characters, page numbers outside on odd and even pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

FANGSONG, KAITI, HEITI, SONGTI, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
PITCH = Pt(28.95)
SQUEEZE = -5  # character spacing in twentieths of a point: 28 characters of 16 pt in 156 mm
INDENT = Pt(31.5)
# Word holds to the order of the schema (ECMA-376): what must come after the element we put in.
_AFTER_MIRROR = ("w:alignBordersAndEdges", "w:bordersDoNotSurroundHeader", "w:proofState", "w:stylePaneFormatFilter", "w:defaultTabStop",
                 "w:evenAndOddHeaders", "w:drawingGridHorizontalSpacing", "w:characterSpacingControl", "w:compat", "w:rsids", "w:themeFontLang")  # fmt: skip
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")


# ---- page


def set_up(word: WordDocument, *, title: str, author: str) -> None:
    """An upright page with numbers, and the faces of body and headings."""
    word.core_properties.title = title
    word.core_properties.author = author
    normal = word.styles["Normal"]
    normal.font.size = Pt(16)
    _faces(normal.element.get_or_add_rPr(), FANGSONG)
    for name, face in (("Heading 2", HEITI), ("Heading 3", KAITI)):
        style = word.styles[name]
        style.font.size, style.font.bold, style.font.color.rgb = Pt(16), False, RGBColor(0, 0, 0)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(0)
        _faces(style.element.get_or_add_rPr(), face)
    word.settings.odd_and_even_pages_header_footer = True
    settings = word.settings.element
    settings.insert_element_before(OxmlElement("w:mirrorMargins"), *_AFTER_MIRROR)
    section = word.sections[0]
    set_portrait(section)
    add_page_numbers(section)


def set_portrait(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.footer_distance = Mm(24.5)  # the 一字线 lies 7 mm below the 版心
    _grid(section)


def set_landscape(section: Section) -> None:
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(28), Mm(26), Mm(37), Mm(35)
    section.footer_distance = Mm(16)
    section._sectPr.find(qn("w:docGrid")).set(qn("w:type"), "default")


def _grid(section: Section) -> None:
    """22 lines as Word's own grid; the 28 characters come from the spacing of the runs."""
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    grid.set(qn("w:type"), "lines")
    grid.set(qn("w:linePitch"), "579")  # twentieths of a point: 28.95 pt


def add_page_numbers(section: Section) -> None:
    """— 1 — in 4号宋体: odd pages right, even pages left, one character in."""
    for footer, align in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        for piece in ("— ", "PAGE", " —"):
            run = add_run(paragraph, "" if piece == "PAGE" else piece, font=SONGTI, size=14, squeeze=0)
            if piece == "PAGE":
                for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                    part = OxmlElement("w:fldChar" if kind else "w:instrText")
                    if kind:
                        part.set(qn("w:fldCharType"), kind)
                    part.text = text or None
                    run._r.append(part)


# ---- pieces of text


def _faces(properties: Any, face: str) -> None:
    """Sets all of a run's faces. Word takes Chinese from ``eastAsia``; the ascii one alone leaves 宋体."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{name}"), face)


def add_run(paragraph: Paragraph, text: str, *, font: str = FANGSONG, size: float = 16, squeeze: int = SQUEEZE) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    properties = run._r.get_or_add_rPr()
    _faces(properties, font)
    if squeeze:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(squeeze))
        properties.append(spacing)
    return run


def add_paragraph(
    where: WordDocument | _Cell, text: str, *, font: str = FANGSONG, size: float = 16, pitch: Length = PITCH, align: WD_ALIGN_PARAGRAPH | None = None,
    indent: bool = False, squeeze: int = SQUEEZE,
) -> Paragraph:  # fmt: skip
    made = where.add_paragraph()
    form = made.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, pitch
    form.widow_control = False
    form.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY if align is None else align
    if indent:
        form.first_line_indent = INDENT
    if text:
        add_run(made, text, font=font, size=size, squeeze=squeeze)
    return made


def keep_end(word: WordDocument) -> None:
    """The end of the text, and what came after it, stay on one page with what follows: no signature stands alone."""
    for paragraph in reversed(word.paragraphs):
        paragraph.paragraph_format.keep_with_next = True
        if paragraph.text and not paragraph.text.startswith("附件"):
            break


def add_signature(word: WordDocument, issuer: str, date: str) -> None:
    """With a seal the date stands four characters in and the name is centred above it; the end of the text stays with them."""
    add_paragraph(word, "")
    add_paragraph(word, "")
    keep_end(word)
    signed = add_paragraph(word, issuer, align=WD_ALIGN_PARAGRAPH.RIGHT)
    signed.paragraph_format.right_indent = Pt(max(0.0, 63 - (len(issuer) - len(date) * 0.75) * 7.9))
    signed.paragraph_format.keep_with_next = True
    add_paragraph(word, date, align=WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.right_indent = Pt(63)


def add_rule(paragraph: Paragraph, side: str, eighths: int, colour: str) -> None:
    """A line above or below a paragraph, in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


def _narrow(table: Table) -> None:
    """0.7 mm beside the text of a cell, as on paper; Word's own 1.9 mm would break 序号 in two."""
    margins = OxmlElement("w:tblCellMar")
    for side in ("left", "right"):
        margin = OxmlElement(f"w:{side}")
        margin.set(qn("w:w"), "40")
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    table._tbl.tblPr.insert_element_before(margins, "w:tblLook", "w:tblCaption", "w:tblDescription")


def add_table(
    word: WordDocument, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *, size: float, font: str = SONGTI,
    left: Sequence[int] = (), shade: str = "",
) -> None:  # fmt: skip
    """A table in fixed columns (mm) whose head repeats on every page and whose rows stay whole."""
    rows = list(rows)
    table = word.add_table(rows=len(rows) + 1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for made, width in zip(table.columns, widths, strict=True):
        made.width = Mm(width)  # some programs read the grid, others the cells
    _narrow(table)
    for number, row in enumerate([heads, *rows]):
        properties = table.rows[number]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(table.rows[number].cells, row, strict=True)):
            cell.width = Mm(widths[column])
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column in left and number else WD_ALIGN_PARAGRAPH.CENTER
            form = paragraph.paragraph_format
            form.space_before = form.space_after = Pt(2)
            form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(size * 1.3)  # off the page's wide grid
            run = add_run(paragraph, text, font=HEITI if number == 0 else font, size=size, squeeze=0)
            if shade and column in left and number:
                run.font.color.rgb = RGBColor.from_string(shade)
