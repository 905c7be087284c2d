"""办理情况报告 as .docx, for staff to complete before it is signed. Charts are bars of characters, which can be redrawn by hand."""

from __future__ import annotations

from io import BytesIO

from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor

from congress.documents.steady import steady
from congress.documents.titles import title_lines
from congress.documents.word import HEITI, SONGTI, TITLE, add_paragraph, add_rule, add_run, add_signature, add_table, set_up
from congress.models import Document
from platforms.documents.numbers import NONE, day
from suggestions.documents.letters import add_annex, add_blocks, colophon
from suggestions.documents.report import Report
from suggestions.documents.report_charts import RATES

_BAR = 24  # characters of the longest bar


def render(document: Document) -> bytes:
    """The .docx. Same records and day, same bytes."""
    report = Report.of(document)
    made = new_document()
    set_up(made, title="".join(report.title), author=report.issuer)
    _masthead(made, report)
    for line in title_lines(report.title):
        add_paragraph(made, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    add_paragraph(made, "")
    add_paragraph(made, f"{report.to}：")
    add_blocks(made, list(report.body()))
    add_paragraph(made, "")
    for number, name in enumerate(report.annexes, start=1):
        named = add_paragraph(made, f"{'附件：' if number == 1 else ''}{number}．{name}", align=WD_ALIGN_PARAGRAPH.LEFT)
        named.paragraph_format.left_indent, named.paragraph_format.first_line_indent = Pt(103), Pt(-71.5 if number == 1 else -24.3)
    add_signature(made, report.issuer, day(report.on))
    for number, (name, sheet) in enumerate(zip(report.annexes, (report.category_sheet(), report.unit_sheet()), strict=False), start=1):
        add_annex(made, f"附件{number}", name, sheet)
    add_paragraph(made, report.note(), font=SONGTI, size=10.5, pitch=Pt(17), squeeze=0)
    _bars(made, report)
    colophon(made, [], issue=f"{report.issuer}\t{day(report.on)}印发")
    target = BytesIO()
    made.save(target)
    return steady(target.getvalue(), report.on)


def _masthead(made: WordDocument, report: Report) -> None:
    heading = made.paragraphs[0] if made.paragraphs else made.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Mm(35), Pt(0)
    run = add_run(heading, report.heading, font=TITLE, size=round(min(40.0, 425 / len(report.heading)) * 2) / 2, squeeze=0)
    run.font.color.rgb = RGBColor(0xE6, 0, 0)
    add_paragraph(made, "")
    add_paragraph(made, "")
    number = add_paragraph(made, report.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_after = Pt(4)
    add_rule(number, "bottom", 16, "E60000")
    add_paragraph(made, "")
    add_paragraph(made, "")


def _bars(made: WordDocument, report: Report) -> None:
    head = add_paragraph(made, "附件3", font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    head.paragraph_format.page_break_before = True
    title = add_paragraph(made, report.annexes[2], font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    title.paragraph_format.space_after = Pt(8)
    rows = []
    for key, name in RATES:
        found = report.told.rates[key]
        bar = "█" * round(float(found.share) * _BAR) if found.share is not None else NONE
        rows.append([name, bar, report.rate(found)])
    add_table(made, ["指标", "比例", "数值"], rows, [32, 98, 26], size=10.5, left=(1,), shade="595959")
