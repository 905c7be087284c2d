"""The bulletin as a Word file, for staff to edit before it is signed: the PDF's text in the same page set-up.

GB/T 9704-2012: A4, 版心 156 × 225 mm, 22 lines of 28 characters, page numbers outside on odd and even pages.
"""

from __future__ import annotations

from io import BytesIO

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from congress.documents.steady import steady
from congress.documents.word import (
    FANGSONG,
    HEITI,
    KAITI,
    SONGTI,
    TITLE,
    add_paragraph,
    add_rule,
    add_run,
    add_signature,
    add_table,
    set_landscape,
    set_portrait,
    set_up,
)
from congress.models import Document
from platforms.documents import sentences
from platforms.documents.bulletin import has_kinds, matrix, ranking_rows, rectification_rows
from platforms.documents.edition import Edition
from platforms.documents.numbers import day, dec, score

BAR = 30  # characters of the longest bar in annex 2


def render(document: Document) -> bytes:
    """The .docx. Same bulletin, same bytes."""
    edition = Edition.of(document)
    word = new_document()
    set_up(word, title=sentences.title(edition), author=edition.issuer)
    _masthead(word, edition)
    for line in [*sentences.broken_title(edition)]:
        add_paragraph(word, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    add_paragraph(word, "")
    add_paragraph(word, f"{edition.addressees}：")
    for block in sentences.body(edition):
        if block.kind == "ranking":
            _ranking(word, edition)
        elif block.kind == "p":
            made = add_paragraph(word, block.lead, font=KAITI, indent=True)
            add_run(made, block.text)
        else:
            made = add_paragraph(word, block.text, font=HEITI if block.kind == "h2" else KAITI, indent=True)
            made.style = word.styles["Heading 2" if block.kind == "h2" else "Heading 3"]
            made.paragraph_format.keep_with_next = True
    _ending(word, edition)
    _annexes(word, edition)
    target = BytesIO()
    word.save(target)
    return steady(target.getvalue(), edition.bulletin.issued_on)


# ---- parts of the document


def _masthead(word: WordDocument, edition: Edition) -> None:
    heading = word.paragraphs[0] if word.paragraphs else word.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Mm(35), Pt(0)
    size = min(40.0, 425 / len(edition.heading))
    run = add_run(heading, edition.heading, font=TITLE, size=round(size * 2) / 2, squeeze=0)
    run.font.color.rgb = RGBColor(0xE6, 0, 0)
    add_paragraph(word, "")
    add_paragraph(word, "")
    number = add_paragraph(word, edition.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_after = Pt(4)
    add_rule(number, "bottom", 16, "E60000")
    add_paragraph(word, "")
    add_paragraph(word, "")


def _ending(word: WordDocument, edition: Edition) -> None:
    add_paragraph(word, "")
    for number, name in enumerate(sentences.annex_names(edition), start=1):
        made = add_paragraph(word, f"{'附件：' if number == 1 else ''}{number}．{name}", align=WD_ALIGN_PARAGRAPH.LEFT)
        made.paragraph_format.left_indent = Pt(103)
        made.paragraph_format.first_line_indent = Pt(-71.5 if number == 1 else -24.3)
    add_signature(word, edition.issuer, day(edition.bulletin.issued_on))


def _annexes(word: WordDocument, edition: Edition) -> None:
    wide = word.add_section(WD_SECTION.NEW_PAGE)
    set_landscape(wide)
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
    add_table(word, heads, rows, [9, 25, *[rest] * (len(heads) - 2)], size=9)
    add_paragraph(word, sentences.table_note(edition), font=SONGTI, size=10.5, pitch=Pt(17), squeeze=0)
    set_portrait(word.add_section(WD_SECTION.NEW_PAGE))
    _annex_head(word, 2, names[1], new_page=False)
    _bars(word, edition)
    if len(names) > 2:
        _annex_head(word, 3, names[2], new_page=True)
        found = rectification_rows(edition)
        lines = [[str(n), row["unit"], row["platform"], row["item"], row["problem"], row["due"]] for n, row in enumerate(found, start=1)]
        add_table(word, ["序号", "单位", "平台", "考评项目", "存在问题", "完成时限"], lines, [10, 25, 30, 27, 34, 30], size=10.5)
    _colophon(word, edition)


def _annex_head(word: WordDocument, number: int, name: str, *, new_page: bool) -> None:
    label = add_paragraph(word, f"附件{number}", font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    label.paragraph_format.page_break_before = new_page
    title = add_paragraph(word, name, font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    title.paragraph_format.space_after = Pt(8)


def _ranking(word: WordDocument, edition: Edition) -> None:
    add_paragraph(
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
    add_table(word, heads, rows, widths, size=14, font=FANGSONG)


def _bars(word: WordDocument, edition: Edition) -> None:
    """Annex 2 as bars of characters, so that an edited score can be redrawn by hand."""
    top = max([dec(area["score"]) for area in edition.areas] + [dec(100)])
    rows = [
        [area["name"], "█" * round(dec(area["score"]) / top * BAR), f"{score(area['score'])}（{area['rank']}）"] for area in edition.areas
    ]
    add_table(word, ["单位", "得分", "得分（名次）"], rows, [32, 98, 26], size=10.5, left=(1,), shade="595959")


def _colophon(word: WordDocument, edition: Edition) -> None:
    """版记, which staff move to the foot of the last page."""
    add_paragraph(word, "")
    made = add_paragraph(word, "", align=WD_ALIGN_PARAGRAPH.LEFT)
    made.paragraph_format.left_indent = made.paragraph_format.right_indent = Pt(14)
    made.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    add_run(made, f"{edition.issuer}\t{day(edition.bulletin.issued_on)}印发", size=14, squeeze=0)
    add_rule(made, "top", 8, "000000")
    closing = add_paragraph(word, "", pitch=Pt(6))
    add_rule(closing, "top", 8, "000000")
