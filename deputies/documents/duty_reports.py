"""What is printed of a duty report: slips with a code, the announced result, and the written report as a Word file."""

from __future__ import annotations

import datetime
import re
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING, Any

import segno
from django.conf import settings
from django.db.models import CharField, Q
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from docx import Document as new_document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from congress import charts
from congress.charts import Bar
from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, NOBODY, DocumentKind
from congress.documents.steady import steady
from congress.documents.titles import title_lines
from congress.documents.word import FANGSONG, HEITI, KAITI, TITLE, add_paragraph, set_up
from congress.enums import Role
from congress.models import Congress, Document
from deputies.enums import BallotGrade
from deputies.models import DutyReport, DutyReportMeeting
from deputies.places import joined
from deputies.services import ballots, duty_reports
from deputies.services.ballots import ReportCount

if TYPE_CHECKING:
    from congress.models import User

PER_PAGE = 10
_NAMED = 4  # deputies a slip has room for
_RANGE = re.compile(r"duty-slips-.+-(\d+)-(\d+)\Z")
_HEADINGS = re.compile(r"[一二三四五六七八九十]+、")
_SUBHEADINGS = re.compile(r"（[一二三四五六七八九十]+）")


# ---- who may print


def _of_own_area(user: User, field: str) -> Q:
    """The office, and the staff of the electoral district's town."""
    if user.access.is_office:
        return Q()
    found = NOBODY
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        found |= Q(**{f"{field}__startswith": path})
    return found


def _slips_of(user: User) -> Q:
    if user.access.is_office:
        return Q()
    return Q(subject__in=DutyReportMeeting.objects.filter(_of_own_area(user, "electoral_district__area__path")).values("code"))


def _results_of(user: User) -> Q:
    """A result was announced before the voters: everyone who holds a role."""
    return Q() if user.access.roles else NOBODY


def _reports_of(user: User) -> Q:
    if user.access.is_office:
        return Q()
    own = Q(mandate__deputy__user=user) | _of_own_area(user, "meeting__electoral_district__area__path")
    return Q(subject__in=DutyReport.objects.filter(own).annotate(key=Cast("pk", CharField())).values("key"))


# ---- slips


def slips(document: Document) -> dict[str, Any]:
    """The context of a sheet of slips; the batch's key names the first and the last. Raises PaperError where the server's
    secret key is no longer the one the slips were made with."""
    match = _RANGE.match(document.batch.key)
    if match is None:
        raise ValueError(f"batch {document.batch.key!r} names no slips")
    meeting = _meeting(document)
    rows = list(meeting.slips.filter(number__range=(int(match[1]), int(match[2]))).order_by("number"))
    if not rows:
        raise PaperError("这批选票已经作废，不再印制。")
    congress = Congress.objects.home()
    codes = []
    for slip in rows:
        token = ballots.token_of(meeting, slip.number)
        if ballots.hash_of(token) != slip.token_hash:
            raise PaperError("系统密钥更换过，这批选票已不能使用。请先改为纸质选票，再改回扫码，重新生成。")
        codes.append(_qr(f"{settings.SITE_URL.rstrip('/')}{reverse('deputies:ballot', args=[token])}"))
    return {
        "meeting": meeting,
        "title": document.title,
        "congress": congress,
        "day": _day(meeting.planned_on),
        "made_on": meeting.planned_on,
        "names": _names([report.mandate.deputy.name for report in meeting.reports.all()]),
        "pages": [codes[start : start + PER_PAGE] for start in range(0, len(codes), PER_PAGE)],
    }


def _names(names: Sequence[str]) -> str:
    return "、".join(names) if len(names) <= _NAMED else f"{'、'.join(names[: _NAMED - 1])}等{len(names)}名"


def _qr(address: str) -> SafeString:
    """The address as a drawing, with a quarter of it to spare for a crease."""
    target = BytesIO()
    segno.make(address, error="q", micro=False).save(target, kind="svg", xmldecl=False, svgns=False, omitsize=True, border=2)
    return SafeString(target.getvalue().decode().strip())  # SECURITY: made of our own address, nothing in it was typed


# ---- the result


def result(document: Document) -> dict[str, Any]:
    """The context of the sheet that is signed and put up. Raises PaperError before the announcement."""
    meeting = _meeting(document)
    if meeting.announced_at is None:
        raise PaperError("评议结果还没有宣布，不能印制。")
    counted = ballots.results(meeting)
    announced = timezone.localtime(meeting.announced_at)
    congress = Congress.objects.home()
    return {
        "meeting": meeting,
        "congress": congress,
        "title": "代表述职评议结果",
        "where": joined(meeting.electoral_district.area.name, meeting.electoral_district.name, ""),
        "held_on": _day(meeting.held_on),
        "announced": f"{_day(announced.date())} {announced:%H:%M}",
        "made_on": announced.date(),
        "grades": [grade.label for grade in BallotGrade],
        "reports": [_told(each) for each in counted],
        "names": "、".join(each.report.mandate.deputy.name for each in counted),
    }


def _told(each: ReportCount) -> dict[str, Any]:
    deputy = each.report.mandate.deputy
    return {
        "name": deputy.name,
        "term": str(each.report.mandate.term),
        "way": "现场述职" if each.report.is_on_site else "书面述职",
        "rows": [
            {
                "aspect": row.aspect.name,
                "counts": [row.counts[grade] for grade in BallotGrade],
                "total": row.total,
                "rate": percent(row.share(BallotGrade.SATISFIED)),
            }
            for row in each.aspects
        ],
        "sums": [each.counts[grade] for grade in BallotGrade],
        "total": sum(each.counts.values()),
        "rate": percent(each.satisfied),
        "chart": chart(each, paper=True, width=820),
    }


def chart(each: ReportCount, *, paper: bool = False, width: int = 600) -> SafeString:
    """满意率 by aspect as bars, the same on the projector and on paper."""
    rows = [Bar(row.aspect.name, row.share(BallotGrade.SATISFIED) * 100, percent(row.share(BallotGrade.SATISFIED))) for row in each.aspects]
    return charts.bars(f"{each.report.mandate.deputy}各方面满意率", rows, width=width, paper=paper)


def summary_chart(counted: Sequence[ReportCount]) -> SafeString:
    """满意率 over all aspects, a bar for each deputy."""
    rows = [Bar(each.report.mandate.deputy.name, each.satisfied * 100, percent(each.satisfied)) for each in counted]
    return charts.bars("各代表满意率", rows, width=360)


def percent(share: float) -> str:
    """0.925 as 92.5%."""
    return f"{charts.plain(round(share * 100, 1))}%"


# ---- the written report


def word(document: Document) -> bytes:
    """The written report as .docx. Raises PaperError where the text was emptied since. Same text, same bytes."""
    rows = DutyReport.objects.select_related("meeting__electoral_district", "mandate__deputy", "mandate__term__congress")
    report = rows.get(pk=document.subject)
    if not report.text.strip():
        raise PaperError("述职报告现在没有内容，没有生成。请写好后重新导出。")
    made = new_document()
    deputy = report.mandate.deputy
    set_up(made, title="向选民的述职报告", author=deputy.name)
    for line in title_lines(["向选民的", "述职报告"]):
        add_paragraph(made, line, font=TITLE, size=22, pitch=Pt(33), align=WD_ALIGN_PARAGRAPH.CENTER, squeeze=0)
    day = report.meeting.held_on or report.meeting.planned_on
    for line in (f"{report.mandate.term}代表　{deputy.name}", f"（{_day(day)}）"):
        add_paragraph(made, line, font=KAITI, align=WD_ALIGN_PARAGRAPH.CENTER)
    add_paragraph(made, "")
    for number, line in enumerate(filter(None, (line.strip() for line in report.text.splitlines()))):
        heading = HEITI if _HEADINGS.match(line) else KAITI if _SUBHEADINGS.match(line) and len(line) < 30 else ""
        greeting = number == 0 and line.endswith(("：", ":"))
        paragraph = add_paragraph(made, line, indent=not greeting, font=heading or FANGSONG)
        paragraph.paragraph_format.keep_with_next = bool(heading)
    target = BytesIO()
    made.save(target)
    return steady(target.getvalue(), day)


def _meeting(document: Document) -> DutyReportMeeting:
    rows = DutyReportMeeting.objects.select_related("electoral_district__area", "electoral_district__term__congress")
    return rows.prefetch_related("reports__mandate__deputy", "aspects").get(code=document.subject)


def _day(day: datetime.date | None) -> str:
    return f"{day.year}年{day.month}月{day.day}日" if day else ""


def register() -> None:
    """Called once, when the app is ready."""
    for kind in (
        DocumentKind(ballots.SLIPS, "述职评议扫码选票", _slips_of, "documents/deputies/duty_slips.html", slips),
        DocumentKind(duty_reports.RESULT, "述职评议结果", _results_of, "documents/deputies/duty_result.html", result),
        DocumentKind(duty_reports.WORD, "述职报告（Word 稿）", _reports_of, render=word, content_type=DOCX),
    ):
        registry.register(kind)
