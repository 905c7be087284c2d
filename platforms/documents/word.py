"""The bulletin as a Word file, for staff to edit before it is signed: the PDF's text in the same page set-up.

GB/T 9704-2012: A4, 版心 156 × 225 mm, 22 lines of 28 characters, page numbers outside on odd and even pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from io import BytesIO

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING, WD_TAB_ALIGNMENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Length, Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from congress.documents.steady import steady
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.bulletin import has_kinds, matrix, ranking_rows, rectification_rows
from platforms.documents.edition import Edition
from platforms.documents.numbers import day, dec, score

FANGSONG, KAITI, HEITI, SONGTI, TITLE = "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "方正小标宋简体"
PITCH = Pt(28.95)
SQUEEZE = -5  # character spacing in twentieths of a point: 28 characters of 16 pt in 156 mm
INDENT = Pt(31.5)
# Word holds to the order of the schema (ECMA-376): what must come after the element we put in.
_AFTER_MIRROR = ("w:alignBordersAndEdges", "w:bordersDoNotSurroundHeader", "w:proofState", "w:stylePaneFormatFilter", "w:defaultTabStop",
                 "w:evenAndOddHeaders", "w:drawingGridHorizontalSpacing", "w:characterSpacingControl", "w:compat", "w:rsids", "w:themeFontLang")  # fmt: skip
_AFTER_BORDERS = ("w:shd", "w:tabs", "w:suppressAutoHyphens", "w:snapToGrid", "w:spacing", "w:ind", "w:jc", "w:outlineLvl", "w:rPr")
BAR = 30  # characters of the longest bar in annex 2


def render(document: Document) -> bytes:
    """The .docx. Same bulletin, same bytes."""
    edition = Edition.of(document)
    word = new_document()
    _set_up(word, edition)
    _masthead(word, edition)
    for line in [*sentences.broken_title(edition)]:
        _paragraph(word, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    _paragraph(word, "")
    _paragraph(word, f"{edition.addressees}：")
    for block in sentences.body(edition):
        if block.kind == "ranking":
            _ranking(word, edition)
        elif block.kind == "p":
            made = _paragraph(word, block.lead, font=KAITI, indent=True)
            _run(made, block.text)
        else:
            made = _paragraph(word, block.text, font=HEITI if block.kind == "h2" else KAITI, indent=True)
            made.style = word.styles["Heading 2" if block.kind == "h2" else "Heading 3"]
            made.paragraph_format.keep_with_next = True
    _ending(word, edition)
    _annexes(word, edition)
    target = BytesIO()
    word.save(target)
    return steady(target.getvalue(), edition.bulletin.issued_on)


# ---- page


def _set_up(word: WordDocument, edition: Edition) -> None:
    word.core_properties.title = sentences.title(edition)
    word.core_properties.author = edition.issuer
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
    _portrait(section)
    _page_numbers(section)


def _portrait(section: Section) -> None:
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin, section.left_margin, section.right_margin = Mm(37), Mm(35), Mm(28), Mm(26)
    section.footer_distance = Mm(24.5)  # the 一字线 lies 7 mm below the 版心
    _grid(section)


def _landscape(section: Section) -> None:
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


def _page_numbers(section: Section) -> None:
    """— 1 — in 4号宋体: odd pages right, even pages left, one character in."""
    for footer, align in ((section.footer, WD_ALIGN_PARAGRAPH.RIGHT), (section.even_page_footer, WD_ALIGN_PARAGRAPH.LEFT)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.alignment = align
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        for piece in ("— ", "PAGE", " —"):
            run = _run(paragraph, "" if piece == "PAGE" else piece, font=SONGTI, size=14, squeeze=0)
            if piece == "PAGE":
                for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
                    part = OxmlElement("w:fldChar" if kind else "w:instrText")
                    if kind:
                        part.set(qn("w:fldCharType"), kind)
                    part.text = text or None
                    run._r.append(part)


# ---- pieces of text


def _faces(properties, face: str) -> None:
    """Sets all of a run's faces. Word takes Chinese from ``eastAsia``; the ascii one alone leaves 宋体."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    for name in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{name}"), None)
    for name in ("ascii", "hAnsi", "eastAsia"):
        fonts.set(qn(f"w:{name}"), face)


def _run(paragraph: Paragraph, text: str, *, font: str = FANGSONG, size: float = 16, squeeze: int = SQUEEZE) -> Run:
    run = paragraph.add_run(text)
    run.font.size = Pt(size)
    properties = run._r.get_or_add_rPr()
    _faces(properties, font)
    if squeeze:
        spacing = OxmlElement("w:spacing")
        spacing.set(qn("w:val"), str(squeeze))
        properties.append(spacing)
    return run


def _paragraph(
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
        _run(made, text, font=font, size=size, squeeze=squeeze)
    return made


def _rule(paragraph: Paragraph, side: str, eighths: int, colour: str) -> None:
    """A line above or below a paragraph, in eighths of a point."""
    borders = OxmlElement("w:pBdr")
    line = OxmlElement(f"w:{side}")
    for name, value in (("val", "single"), ("sz", str(eighths)), ("space", "1"), ("color", colour)):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    paragraph._p.get_or_add_pPr().insert_element_before(borders, *_AFTER_BORDERS)


# ---- parts of the document


def _masthead(word: WordDocument, edition: Edition) -> None:
    heading = word.paragraphs[0] if word.paragraphs else word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Mm(35), Pt(0)
    size = min(40.0, 425 / len(edition.heading))
    run = _run(heading, edition.heading, font=TITLE, size=round(size * 2) / 2, squeeze=0)
    run.font.color.rgb = RGBColor(0xE6, 0, 0)
    _paragraph(word, "")
    _paragraph(word, "")
    number = _paragraph(word, edition.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_after = Pt(4)
    _rule(number, "bottom", 16, "E60000")
    _paragraph(word, "")
    _paragraph(word, "")


def _ending(word: WordDocument, edition: Edition) -> None:
    _paragraph(word, "")
    for number, name in enumerate(sentences.annex_names(edition), start=1):
        made = _paragraph(word, f"{'附件：' if number == 1 else ''}{number}．{name}", align=WD_ALIGN_PARAGRAPH.LEFT)
        made.paragraph_format.left_indent = Pt(103)
        made.paragraph_format.first_line_indent = Pt(-71.5 if number == 1 else -24.3)
    _paragraph(word, "")
    _paragraph(word, "")
    date = day(edition.bulletin.issued_on)
    signed = _paragraph(word, edition.issuer, align=WD_ALIGN_PARAGRAPH.RIGHT)
    # With a seal the date stands four characters in and the name is centred above it.
    signed.paragraph_format.right_indent = Pt(max(0.0, 63 - (len(edition.issuer) - len(date) * 0.75) * 7.9))
    _paragraph(word, date, align=WD_ALIGN_PARAGRAPH.RIGHT).paragraph_format.right_indent = Pt(63)


def _annexes(word: WordDocument, edition: Edition) -> None:
    wide = word.add_section(WD_SECTION.NEW_PAGE)
    _landscape(wide)
    names = sentences.annex_names(edition)
    _annex_head(word, 1, names[0], new_page=False)
    figures = matrix(edition)
    heads = [
        "名次",
        "单位",
        *("".join(lines) for lines in figures["heads"]),
        "自身得分",
        "平台均分",
        "基础分",
        "加分",
        "扣分",
        "总分",
        "等次",
    ]
    rows = [["", "分值", *figures["maxima"], "—"]]
    rows += [[str(row["rank"]), row["name"], *row["cells"], row["grade"]] for row in figures["rows"]]
    rows.append(["", "平均分", *figures["averages"], "—"])
    rows.append(["", "得分率（%）", *figures["rates"], *["—"] * 7])
    rest = (225 - 9 - 25) / (len(heads) - 2)
    _table(word, heads, rows, [9, 25, *[rest] * (len(heads) - 2)], size=9)
    _paragraph(word, sentences.table_note(edition), font=SONGTI, size=10.5, pitch=Pt(17), squeeze=0)
    _portrait(word.add_section(WD_SECTION.NEW_PAGE))
    _annex_head(word, 2, names[1], new_page=False)
    _bars(word, edition)
    if len(names) > 2:
        _annex_head(word, 3, names[2], new_page=True)
        found = rectification_rows(edition)
        lines = [[str(n), row["unit"], row["platform"], row["item"], row["problem"], row["due"]] for n, row in enumerate(found, start=1)]
        _table(word, ["序号", "单位", "平台", "考评项目", "存在问题", "完成时限"], lines, [10, 25, 30, 27, 34, 30], size=10.5)
    _colophon(word, edition)


def _annex_head(word: WordDocument, number: int, name: str, *, new_page: bool) -> None:
    label = _paragraph(word, f"附件{number}", font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    label.paragraph_format.page_break_before = new_page
    title = _paragraph(word, name, font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    title.paragraph_format.space_after = Pt(8)


def _ranking(word: WordDocument, edition: Edition) -> None:
    _paragraph(
        word, f"{edition.label}考评得分及排名", font=HEITI, size=14, align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0
    ).paragraph_format.keep_with_next = True
    kinds = has_kinds(edition)
    heads = ["名次", "单位", "得分", "等次", *(["同类名次"] if kinds else []), "上季名次", "分数增减"]
    rows = [
        [
            str(r["rank"]),
            r["name"],
            r["score"],
            r["grade"],
            *([str(r["rank_in_kind"])] if kinds else []),
            str(r["previous_rank"]),
            r["change"],
        ]
        for r in ranking_rows(edition)
    ]
    widths = [14, 40, 19, 17, 22, 22, 22] if kinds else [16, 50, 22, 20, 24, 24]
    _table(word, heads, rows, widths, size=14, font=FANGSONG)


def _bars(word: WordDocument, edition: Edition) -> None:
    """Annex 2 as bars of characters, so that an edited score can be redrawn by hand."""
    top = max([dec(area["score"]) for area in edition.areas] + [dec(100)])
    rows = [
        [area["name"], "█" * round(dec(area["score"]) / top * BAR), f"{score(area['score'])}（{area['rank']}）"] for area in edition.areas
    ]
    _table(word, ["单位", "得分", "得分（名次）"], rows, [32, 98, 26], size=10.5, left=(1,), shade="595959")


def _table(
    word: WordDocument, heads: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[float], *, size: float, font: str = SONGTI,
    left: Sequence[int] = (), shade: str = "",
) -> None:  # fmt: skip
    """A table in fixed columns (mm) whose head repeats on every page and whose rows stay whole."""
    rows = list(rows)
    table = word.add_table(rows=len(rows) + 1, cols=len(heads))
    table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
    for number, row in enumerate([heads, *rows]):
        properties = table.rows[number]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if number == 0:
            properties.append(OxmlElement("w:tblHeader"))
        for column, (cell, text) in enumerate(zip(table.rows[number].cells, row, strict=True)):
            cell.width = Mm(widths[column])
            paragraph = cell.paragraphs[0]
            paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if column in left and number else WD_ALIGN_PARAGRAPH.CENTER
            paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(1)
            run = _run(paragraph, text, font=HEITI if number == 0 else font, size=size, squeeze=0)
            if shade and column in left and number:
                run.font.color.rgb = RGBColor.from_string(shade)


def _colophon(word: WordDocument, edition: Edition) -> None:
    """版记, which staff move to the foot of the last page."""
    _paragraph(word, "")
    made = _paragraph(word, "", align=WD_ALIGN_PARAGRAPH.LEFT)
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = Pt(14)
    made.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    _run(made, f"{edition.issuer}\t{day(edition.bulletin.issued_on)}印发", size=14, squeeze=0)
    _rule(made, "top", 8, "000000")
    closing = _paragraph(word, "", pitch=Pt(6))
    _rule(closing, "top", 8, "000000")
