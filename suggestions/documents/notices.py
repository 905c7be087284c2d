"""催办函, 督办通知 and 重点督办通知: what a unit is told about a limit, or about a matter a leader supervises."""

from __future__ import annotations

import datetime
from typing import Any

from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import DOCX, DocumentKind
from congress.models import Document, Organisation
from platforms.documents.numbers import day
from suggestions.documents import access, letters, words
from suggestions.documents.assignments import find
from suggestions.documents.forms import RELATED, load
from suggestions.documents.letters import Letter, Sheet
from suggestions.documents.words import Block
from suggestions.enums import ANSWERING, HandlingState, LimitKind, ReminderKind
from suggestions.models import Clock, Handling, KeySupervision
from suggestions.services.papers import kinds, many

_GONE = (HandlingState.RETURNED, HandlingState.ENDED)
_FEW = 3  # matters that the text names; of more the annex tells
_SHEET = Sheet(
    heads=("序号", "编号", "标　　题", "提出人", "办理事项", "期限", "情况"), widths=(10.5, 20, 43, 25, 18, 19, 20.5), rows=(), left=(2,)
)
# What each limit waits for, as a unit is told.
_DEEDS = {
    LimitKind.SIGN: "签收",
    LimitKind.CONTACT: "与代表联系",
    LimitKind.SUPPORT: "送协办意见",
    LimitKind.ANSWER: "答复代表",
    LimitKind.ANSWER_LONG: "答复代表",
    LimitKind.REHANDLE: "重新办理并答复",
    LimitKind.PUBLISH: "公开答复",
}


def _reminders(document: Document, kind: str) -> tuple[Any, Organisation, datetime.date, list[Any]]:
    congress, (unit_key, code) = find(document)
    unit, on = Organisation.objects.get(pk=unit_key), datetime.datetime.strptime(code, "%Y%m%d").date()
    rows = many.reminders(congress, unit, on, kind).select_related(
        "clock__handling__unit", "clock__suggestion", *(f"clock__suggestion__{name}" for name in RELATED)
    )
    found = list(
        rows.prefetch_related("clock__suggestion__cosigners__mandate__deputy").order_by("clock__due_on", "clock__suggestion__number", "pk")
    )
    if not found:
        raise PaperError("这一天没有催办记录，没有生成。")
    return congress, unit, on, found


def reminder(document: Document) -> Letter:
    """``document.subject`` is area/unit/day."""
    congress, unit, on, rows = _reminders(document, ReminderKind.LATE)
    late = [row for row in rows if row.clock.due_on < on]
    opening = f"你单位承办的{_named(rows)}"
    if len(late) == len(rows):
        opening += "，已超过规定期限，尚未办结。"
    elif late:
        opening += f"，其中{len(late)}项已超过规定期限，其余在期限内，均未办结。"
    else:
        opening += "，尚未办结。"
    demands = [
        Block("p", f"{opening}有关情况见附件。" if len(rows) > 1 else f"{opening}{_stands(rows[0], on)}"),
        *(Block("p", text) for text in _said(rows)),
        Block("p", "请抓紧办理，加强与代表沟通，尽快答复；确有困难不能按期办结的，请说明原因和下一步安排，并按规定申请延期。"),
    ]
    return Letter(
        issuer=words.organ(congress),
        number=f"〔{on.year}〕　　号",
        title=["关于催办", "代表建议的函"],
        to=unit.name,
        body=demands,
        made_on=on,
        on=on,
        annex="催办的代表建议清单" if len(rows) > 1 else "",
        sheet=_sheet(rows, on) if len(rows) > 1 else None,
        copies=_copies(congress),
        keywords="代表建议, 催办",
    )


def supervision(document: Document) -> Letter:
    """The same, when the office supervises: what is to be done until when is told in sterner words."""
    congress, unit, on, rows = _reminders(document, ReminderKind.SUPERVISION)
    opening = f"经研究，对你单位承办的{_named(rows)}实行督办。"
    return Letter(
        issuer=words.organ(congress),
        number=f"〔{on.year}〕　　号",
        title=["关于督办", "代表建议的通知"],
        to=unit.name,
        body=[
            Block("p", f"{opening}有关情况见附件。" if len(rows) > 1 else f"{opening}{_stands(rows[0], on)}"),
            *(Block("p", text) for text in _said(rows)),
            Block(
                "p",
                "请你单位主要负责人亲自研究，明确责任人和完成时限，抓紧办理并答复代表，办理情况及时报告我们。督办情况列入年度承办单位考评。",
            ),
        ],
        made_on=on,
        on=on,
        annex="督办的代表建议清单" if len(rows) > 1 else "",
        sheet=_sheet(rows, on) if len(rows) > 1 else None,
        copies=_copies(congress),
        keywords="代表建议, 督办",
    )


def _named(rows: list[Any]) -> str:
    suggestions = list({row.clock.suggestion_id: row.clock.suggestion for row in rows}.values())
    told = "、".join(f"《{each.title}》（{words.labelled(each)}）" for each in suggestions[:_FEW])
    return f"{told}等{len(suggestions)}件代表建议" if len(suggestions) > _FEW else told


def _stands(row: Any, on: datetime.date) -> str:
    clock = row.clock
    deed = _DEEDS.get(clock.kind, clock.get_kind_display())
    assigned = f"该件于{day(clock.handling.assigned_on)}交办，" if clock.handling else ""
    return f"{assigned}应当于{day(clock.due_on)}前{deed}{_late(clock, on)}。"


def _late(clock: Clock, on: datetime.date) -> str:
    over = (on - clock.due_on).days
    return f"，至今已超期{over}日" if over > 0 else ""


def _said(rows: list[Any]) -> list[str]:
    """What the office wrote when it reminded; words that only repeat the title are left out."""
    told = dict.fromkeys(row.text.strip() for row in rows if row.sent_by_id)
    titles = {f"请抓紧办理：{row.clock.suggestion.title}" for row in rows}
    return [text for text in told if text and text not in titles]


def _sheet(rows: list[Any], on: datetime.date) -> Sheet:
    lines = []
    for place, row in enumerate(rows, start=1):
        clock, suggestion = row.clock, row.clock.suggestion
        over = (on - clock.due_on).days
        stands = f"超期{over}日" if over > 0 else f"还有{-over}日" if over else "当日到期"
        lines.append(
            [
                str(place),
                words.labelled(suggestion),
                suggestion.title,
                words.proposers(suggestion),
                _DEEDS.get(clock.kind, clock.get_kind_display()),
                f"{clock.due_on:%Y.%-m.%-d}",
                stands,
            ]
        )
    return Sheet(_SHEET.heads, _SHEET.widths, lines, _SHEET.left)


def _copies(congress: Any) -> str:
    office = words.dispatcher(congress)
    return f"{office}。" if office else ""


# ---- a key suggestion


def key_notice(document: Document) -> Letter:
    """``document.subject`` is the suggestion's code. Told to the units that answer, and to those that support them."""
    row = load(document.subject)
    key = KeySupervision.objects.select_related("leader").filter(suggestion=row).first()
    if key is None:
        raise PaperError("这件建议没有确定为重点督办，没有生成。")
    parts = [part for part in Handling.objects.filter(suggestion=row).select_related("unit").order_by("pk") if part.state not in _GONE]
    answering = [part.unit.name for part in parts if part.role in ANSWERING]
    support = [part.unit.name for part in parts if part.role not in ANSWERING]
    due = max(
        (
            clock.due_on
            for clock in Clock.objects.filter(
                handling__in=[part.pk for part in parts if part.role in ANSWERING],
                kind__in=[LimitKind.ANSWER, LimitKind.ANSWER_LONG, LimitKind.REHANDLE],
            )
        ),
        default=None,
    )
    who = (
        f"由{words.listed(answering)}主办"
        if len(answering) == 1
        else f"由{words.listed(answering)}分别办理"
        if answering
        else "承办单位待交办"
    )
    helped = f"，{words.listed(support)}协办" if support else ""
    until = f"，并于{day(due)}前答复代表" if due else ""
    return Letter(
        issuer=words.organ(row.congress),
        number=f"〔{key.decided_on.year}〕　　号",
        title=["关于", f"重点督办{words.occasion(row)}", f"{words.number(row)}{words.noun(row)}", "的通知"],
        to=words.listed([*answering, *support]) or words.dispatcher(row.congress) or "各承办单位",
        body=[
            Block(
                "p",
                f"{day(key.decided_on)}，{key.meeting}研究确定，将{words.proposers(row)}提出的《{row.title}》（{words.number(row)}）"
                f"列为{key.year}年重点督办建议，由{key.leader.name}领衔督办，{who}{helped}。现将有关事项通知如下。",
            ),
            Block("p", f"承办单位主要负责人负总责，制定办理方案，明确措施、责任人和完成时限{until}。", "一、加强领导。", "hei"),
            Block("p", "办理过程中充分听取代表意见，重要节点邀请代表参加；办理情况、遇到的困难及时报告督办领导。", "二、主动沟通。", "hei"),
            Block("p", "适时通过召开督办会、现场点评、代表评议、现场视察、面对面沟通等方式督办，请做好准备。", "三、配合督办。", "hei"),
            Block("p", "答复中承诺的事项列入承诺台账跟踪落实，办理结果列入年度承办单位考评。", "四、注重实效。", "hei"),
        ],
        made_on=key.decided_on,
        on=key.decided_on,
        copies=_copies(row.congress),
        keywords="代表建议, 重点督办",
    )


def register() -> None:
    """Called once, when the app is ready."""
    for key, word_key, title, may, build in (
        (kinds.REMINDER, kinds.REMINDER_WORD, "催办函", access.of_unit, reminder),
        (kinds.SUPERVISION, kinds.SUPERVISION_WORD, "督办通知", access.of_unit, supervision),
        (kinds.KEY_NOTICE, kinds.KEY_NOTICE_WORD, "重点督办通知", access.supervised, key_notice),
    ):
        registry.register(DocumentKind(key, title, may, letters.TEMPLATE, letters.pdf(build)))
        registry.register(DocumentKind(word_key, f"{title}（Word 稿）", may, render=letters.word(build), content_type=DOCX))
