"""Letters (信函格式, GB/T 9704-2012, 10.1): one content, printed as PDF by the template and as Word for staff to edit."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from congress.documents.steady import steady
from congress.documents.titles import title_lines
from congress.documents.word import (
    HEITI,
    KAITI,
    SONGTI,
    TITLE,
    add_paragraph,
    add_rule,
    add_run,
    add_signature,
    add_table,
    keep_end,
    set_landscape,
    set_portrait,
    set_up,
)
from congress.models import Document
from platforms.documents.numbers import day
from suggestions.documents.words import Block

TEMPLATE = "documents/suggestions/letter.html"
_NO_DAY = "　　年　　月　　日"
_ISSUER_WIDEST = 152.0  # millimetres of the red name


@dataclass(frozen=True)
class Sheet:
    """A table of an annex. Widths in millimetres; ``left`` are the columns set flush left."""

    heads: Sequence[str]
    widths: Sequence[float]
    rows: Sequence[Sequence[str]]
    left: Sequence[int] = ()
    is_wide: bool = False  # on landscape pages


@dataclass(frozen=True)
class Letter:
    """``on`` is the letter's day, or None where it is not signed yet; ``made_on`` dates the file all the same."""

    issuer: str
    number: str
    title: Sequence[str]  # in pieces that a line break must not cut
    to: str
    body: Sequence[Block]
    made_on: datetime.date
    on: datetime.date | None = None
    signer: str = ""
    marks: Sequence[str] = ()  # 是否公开 and 办理结果, left and right above the title
    annex: str = ""  # named under the text
    sheet: Sheet | None = None  # its table
    contact: str = ""
    copies: str = ""
    keywords: str = field(default="代表建议, 办理")

    @property
    def date(self) -> str:
        return day(self.on) or _NO_DAY


def pdf(build: Callable[[Document], Letter]) -> Callable[[Document], dict[str, Any]]:
    """The template's context from what builds the letter."""

    def context(document: Document) -> dict[str, Any]:
        letter = build(document)
        sheet = letter.sheet
        return {
            "letter": letter,
            "title": "".join(letter.title),
            "title_lines": title_lines(list(letter.title)),
            "squeeze": f"{min(1.0, _ISSUER_WIDEST / (12.6 * len(letter.issuer))):.3f}",
            "columns": list(zip(sheet.heads, sheet.widths, strict=True)) if sheet else [],
            "rows": [[(column in sheet.left, text) for column, text in enumerate(row)] for row in sheet.rows] if sheet else [],
        }

    return context


def word(build: Callable[[Document], Letter]) -> Callable[[Document], bytes]:
    """The .docx. Same records, same bytes."""

    def render(document: Document) -> bytes:
        letter = build(document)
        made = new_document()
        set_up(made, title="".join(letter.title), author=letter.issuer)
        _head(made, letter)
        for line in title_lines(list(letter.title)):
            add_paragraph(made, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
        add_paragraph(made, "")
        add_paragraph(made, f"{letter.to}：")
        add_blocks(made, letter.body)
        if letter.annex:
            add_paragraph(made, "")
            annex = add_paragraph(made, f"附件：{letter.annex}", align=WD_ALIGN_PARAGRAPH.LEFT)
            annex.paragraph_format.left_indent, annex.paragraph_format.first_line_indent = Pt(78.7), Pt(-47.2)
        add_signature(made, letter.issuer, letter.date)
        if letter.contact:
            keep_end(made)
            add_paragraph(made, letter.contact, indent=True)
        if letter.copies:
            colophon(made, [f"抄送：{letter.copies}"])
        if letter.sheet:
            add_annex(made, "附件", letter.annex, letter.sheet)
        target = BytesIO()
        made.save(target)
        return steady(target.getvalue(), letter.made_on)

    return render


# ---- parts of a Word file


def add_blocks(made: WordDocument, blocks: Sequence[Block]) -> None:
    for block in blocks:
        if block.kind in {"h2", "h3"}:
            head = add_paragraph(made, block.text, font=HEITI if block.kind == "h2" else KAITI, indent=True)
            head.style = made.styles["Heading 2" if block.kind == "h2" else "Heading 3"]
            head.paragraph_format.keep_with_next = True
        else:
            paragraph = add_paragraph(made, block.lead, font=HEITI if block.face == "hei" else KAITI, indent=True)
            add_run(paragraph, block.text)


def colophon(made: WordDocument, lines: Sequence[str], issue: str = "") -> None:
    """版记, which staff move to the foot of the last page. ``issue`` has a tab before the day."""
    add_paragraph(made, "")
    keep_end(made)
    for place, text in enumerate([*lines, *([issue] if issue else [])]):
        line = add_paragraph(made, "", align=WD_ALIGN_PARAGRAPH.LEFT)
        form = line.paragraph_format
        form.left_indent, form.right_indent = Pt(14), Pt(14)
        if text is issue:
            form.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
        else:
            form.left_indent, form.first_line_indent = Pt(56), Pt(-42)
        add_run(line, text, size=14, squeeze=0)
        if place == 0:
            add_rule(line, "top", 8, "000000")
    add_rule(add_paragraph(made, "", pitch=Pt(6)), "top", 8, "000000")


def add_annex(made: WordDocument, label: str, name: str, sheet: Sheet) -> None:
    section = made.add_section(WD_SECTION.NEW_PAGE)
    (set_landscape if sheet.is_wide else set_portrait)(section)
    if label:
        add_paragraph(made, label, font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    head = add_paragraph(made, name, font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    head.paragraph_format.space_after = Pt(8)
    add_table(made, list(sheet.heads), sheet.rows, list(sheet.widths), size=10.5, left=tuple(sheet.left), font=SONGTI)


def _head(made: WordDocument, letter: Letter) -> None:
    """The issuer in red over its line, the number to the right, the marks under it."""
    heading = made.paragraphs[0] if made.paragraphs else made.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Pt(0), Pt(4)
    size = round(min(36.0, 430 / len(letter.issuer)) * 2) / 2
    run = add_run(heading, letter.issuer, font=TITLE, size=size, squeeze=0)
    run.font.color.rgb = RGBColor(0xE6, 0, 0)
    add_rule(heading, "bottom", 24, "E60000")
    _pair(made, f"签发人：{letter.signer}" if letter.signer else "", letter.number)
    if letter.marks:
        _pair(made, *letter.marks, font=HEITI)
    add_paragraph(made, "")


def _pair(made: WordDocument, left: str, right: str, **look: Any) -> None:
    line = add_paragraph(made, "", align=WD_ALIGN_PARAGRAPH.LEFT)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156), WD_TAB_ALIGNMENT.RIGHT)
    add_run(line, f"{left}\t{right}", **look)
