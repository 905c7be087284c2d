"""The year's end: what comes next for key suggestions, a sample of answers scored, and units' reports."""

from __future__ import annotations

import datetime
import io

from django.core.files.base import ContentFile
from django.utils import timezone
from docx import Document

from platforms.demo import pictures
from suggestions.demo.cast import Cast
from suggestions.enums import SuggestionState, SupervisionMethod
from suggestions.models import KeySupervision
from suggestions.services import reporting, spot_checks, supervising

_NOTES = (
    (95, "有数据、有时间表，答到了点子上。"),
    (88, "回应具体，建议补充责任人。"),
    (76, "原则性表述偏多。"),
    (91, "已到现场核实，情况属实。"),
)
_RESULT = "列出的事项已按时间表完成，代表到现场看过，表示满意。后续管护由承办单位纳入日常工作，代表工委半年后再看一次。"
_REPORTED = 3  # units that have handed in their reports; the others are still to
_AHEAD = datetime.timedelta(days=12)


def make(cast: Cast) -> None:
    _supervisions(cast)
    _checks(cast)
    _reports(cast)


def _supervisions(cast: Cast) -> None:
    """A photo of each last event; the first that is settled has its result, those under way a next day."""
    is_told = False
    for row in KeySupervision.objects.select_related("suggestion__congress", "leader").order_by("pk"):
        event = row.events.order_by("-on").first()
        if event is not None:
            caption, data = pictures.draw(cast.random, 1)
            photo = ContentFile(data, name=f"{caption}.jpg")
            supervising.change_event(
                actor=cast.office,
                event=event,
                method=event.method,
                on=event.on,
                place=event.place,
                minutes=event.minutes,
                photos=[photo],
            )
        if row.suggestion.state != SuggestionState.CLOSED:
            supervising.plan_next(actor=cast.office, supervision=row, method=SupervisionMethod.MEETING, on=timezone.localdate() + _AHEAD)
        elif event is not None and not is_told:
            is_told = True
            supervising.conclude(actor=row.leader, supervision=row, result=_RESULT)


def _checks(cast: Cast) -> None:
    """A sample of this year's answers; three of four are scored."""
    today, congress = timezone.localdate(), cast.session.term.congress
    drawn = spot_checks.draw(actor=cast.office, congress=congress, year=today.year, until=today, per_unit=2, seed="364215")
    for number, reply in enumerate(spot_checks.sample(drawn)):
        if number % 4 != 3:
            score, note = _NOTES[number % len(_NOTES)]
            spot_checks.score(actor=cast.office, reply=reply, score=score, note=note)


def _reports(cast: Cast) -> None:
    """The first units have reported on this year; the first report was deliberated."""
    today = timezone.localdate()
    for number, unit in enumerate(reporting.units_of(today.year).filter(pk__in=list(cast.people))[:_REPORTED]):
        word, file = Document(), io.BytesIO()
        word.add_heading(f"{unit.name}关于{today.year}年代表建议办理情况的报告", 1)
        word.add_paragraph("主要负责人领办，逐件与代表面商；列入计划的事项已定时间表，办理结果向代表通报。")
        word.save(file)
        upload = ContentFile(file.getvalue(), name=f"{unit.short_name or unit.name}办理情况报告.docx")
        report = reporting.hand_in(actor=cast.people[unit.pk], unit=unit, year=today.year, upload=upload)
        if not number:
            reporting.deliberate(
                actor=cast.office, report=report, text="办理工作扎实。列入计划的事项要逐项销号，明年年中再报告一次。", on=today
            )
