"""The annual plan as an official document (GB/T 9704-2012), PDF and Word: its demands, its items, and the table of the year.

One text serves both. Before the chairpersons' meeting it is printed as 讨论稿, for the meeting.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING, Any

from django.db.models import Q
from docx import Document as new_document
from docx.document import Document as WordDocument
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.shared import Mm, Pt, RGBColor

from activities.enums import PlanState
from activities.models import AnnualPlan
from activities.services import plans
from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, NOBODY, DocumentKind
from congress.documents.steady import steady
from congress.documents.titles import title_lines
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
    set_portrait,
    set_up,
)
from congress.models import Document
from platforms.documents.bulletin import heading_scale
from platforms.documents.numbers import day, ordinal

if TYPE_CHECKING:
    from congress.models import User

_WIDTHS = (10, 58, 24, 20, 14, 30)


@dataclass(frozen=True)
class Block:
    """``kind`` is h2 or p; ``lead`` is a run-in sentence in 楷体."""

    kind: str
    text: str = ""
    lead: str = ""


class Sheet:
    """A plan opened for printing."""

    def __init__(self, plan: AnnualPlan) -> None:
        self.plan, self.congress = plan, plan.congress
        self.is_draft = plan.state == PlanState.DRAFT
        self.items = list(plan.items.select_related("responsible").order_by("position"))
        self.issuer = self.congress.document_issuer or f"{self.congress.area.name}人大常委会办公室"
        self.heading = self.congress.document_heading or f"{self.issuer}文件"

    @classmethod
    def of(cls, document: Document) -> Sheet:
        """Raises PaperError where the plan was changed after the document was asked for."""
        plan = AnnualPlan.objects.select_related("congress__area").get(code=document.subject)
        if document.batch.key != f"plan-{plan.code}-{plans.fingerprint(plan)}":
            raise PaperError("计划在此之后改过，没有生成。请在计划页面重新印制。")
        return cls(plan)

    @property
    def parts(self) -> list[str]:
        """The title in pieces that a line break must not cut."""
        return [f"{self.congress.area.name}人大常委会", f"{self.plan.year}年", "代表工作计划"]

    @property
    def title(self) -> str:
        return "".join(self.parts)

    @property
    def note(self) -> str:
        """题注, in brackets under the title: when and by which meeting, or that it is for discussion."""
        if self.plan.adopted_on is None:
            return "（讨论稿）"
        return f"（{day(self.plan.adopted_on)}{self.plan.meeting}通过）"

    @property
    def number(self) -> str:
        """发文字号; the place for it is left free."""
        return f"{self.congress.document_prefix}〔{self.made_on.year}〕　　号"

    @property
    def made_on(self) -> datetime.date:
        """The day of its adoption; a draft's is the first of its year, so that the same draft gives the same paper."""
        return self.plan.adopted_on or datetime.date(self.plan.year, 1, 1)

    @property
    def annex(self) -> str:
        return f"{self.plan.year}年代表工作安排表"

    def body(self) -> Iterator[Block]:
        """一、总体要求, 二、主要工作 with each item, its time and who answers for it."""
        preface = [line.strip() for line in self.plan.preface.splitlines() if line.strip()]
        if preface:
            yield Block("h2", "一、总体要求")
            yield from (Block("p", line) for line in preface)
        yield Block("h2", f"{'二' if preface else '一'}、主要工作")
        for place, item in enumerate(self.items, 1):
            often = f"，全年{item.count}次" if item.count > 1 else ""
            yield Block(
                "p", f"{_months(item)}{often}，由{item.responsible.name}负责。", f"（{ordinal(place)}）{item.text.rstrip('。；;')}。"
            )

    def rows(self) -> list[list[str]]:
        return [
            [
                str(item.position),
                item.text,
                item.get_kind_display() or "—",
                _months(item),
                str(item.count),
                item.responsible.short_name or item.responsible.name,
            ]
            for item in self.items
        ]


def _months(item: Any) -> str:
    return f"{item.first_month}月" if item.first_month == item.last_month else f"{item.first_month}月至{item.last_month}月"


def build(document: Document) -> dict[str, Any]:
    """The template's context. The same plan gives the same context on every call."""
    sheet = Sheet.of(document)
    return {
        "sheet": sheet,
        "heading_scale": heading_scale(sheet.heading),
        "title_lines": title_lines(sheet.parts),
        "body": list(sheet.body()),
        "rows": sheet.rows(),
        "made_on": sheet.made_on,
        "issued_on": day(sheet.made_on),
    }


def word(document: Document) -> bytes:
    """The .docx, for staff to edit. Same plan, same bytes."""
    sheet = Sheet.of(document)
    made = new_document()
    set_up(made, title=sheet.title, author=sheet.issuer)
    if not sheet.is_draft:
        _masthead(made, sheet)
    for line in title_lines(sheet.parts):
        add_paragraph(made, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    add_paragraph(made, sheet.note, font=KAITI, align=WD_ALIGN_PARAGRAPH.CENTER)
    add_paragraph(made, "")
    for block in sheet.body():
        if block.kind == "h2":
            head = add_paragraph(made, block.text, font=HEITI, indent=True)
            head.style = made.styles["Heading 2"]
            head.paragraph_format.keep_with_next = True
        else:
            paragraph = add_paragraph(made, block.lead, font=KAITI, indent=True)
            add_run(paragraph, block.text, font=FANGSONG)
    add_paragraph(made, "")
    add_paragraph(made, f"附件：{sheet.annex}", indent=True)
    if not sheet.is_draft:
        add_signature(made, sheet.issuer, day(sheet.made_on))
    set_portrait(made.add_section(WD_SECTION.NEW_PAGE))
    add_paragraph(made, "附件", font=HEITI, align=WD_ALIGN_PARAGRAPH.LEFT)
    head = add_paragraph(made, sheet.annex, font=TITLE, size=20, pitch=Pt(30), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    head.paragraph_format.space_after = Pt(8)
    add_table(made, ["序号", "工作内容", "活动形式", "时间", "次数", "责任单位"], sheet.rows(), _WIDTHS, size=10.5, left=(1,))
    if not sheet.is_draft:
        _colophon(made, sheet)
    target = BytesIO()
    made.save(target)
    return steady(target.getvalue(), sheet.made_on)


def _masthead(made: WordDocument, sheet: Sheet) -> None:
    heading = made.paragraphs[0] if made.paragraphs else made.add_paragraph()
    heading.alignment = WD_ALIGN_PARAGRAPH.CENTER
    heading.paragraph_format.space_before, heading.paragraph_format.space_after = Mm(35), Pt(0)
    run = add_run(heading, sheet.heading, font=TITLE, size=round(min(40.0, 425 / len(sheet.heading)) * 2) / 2, squeeze=0)
    run.font.color.rgb = RGBColor(0xE6, 0, 0)
    add_paragraph(made, "")
    add_paragraph(made, "")
    number = add_paragraph(made, sheet.number, align=WD_ALIGN_PARAGRAPH.CENTER)
    number.paragraph_format.space_after = Pt(4)
    add_rule(number, "bottom", 16, "E60000")
    add_paragraph(made, "")
    add_paragraph(made, "")


def _colophon(made: WordDocument, sheet: Sheet) -> None:
    """版记, which staff move to the foot of the last page."""
    add_paragraph(made, "")
    line = add_paragraph(made, "", align=WD_ALIGN_PARAGRAPH.LEFT)
    line.paragraph_format.left_indent = line.paragraph_format.right_indent = Pt(14)
    line.paragraph_format.tab_stops.add_tab_stop(Mm(156) - Pt(14), WD_TAB_ALIGNMENT.RIGHT)
    add_run(line, f"{sheet.issuer}\t{day(sheet.made_on)}印发", font=SONGTI, size=14, squeeze=0)
    add_rule(line, "top", 8, "000000")
    add_rule(add_paragraph(made, "", pitch=Pt(6)), "top", 8, "000000")


def _seen(user: User) -> Q:
    """Whoever sees the plan may read it on paper."""
    return Q(subject__in=AnnualPlan.objects.visible_to(user).values("code")) if user.access.roles else NOBODY


def _office(user: User) -> Q:
    return Q() if user.access.is_office else NOBODY


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(plans.PDF, "年度代表工作计划", _seen, "documents/activities/plan.html", build))
    registry.register(DocumentKind(plans.WORD, "年度代表工作计划（Word 稿）", _office, render=word, content_type=DOCX))
