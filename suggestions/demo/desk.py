"""What staff keep beside the matters: templates of assignment, saved filters, spot checks of answers."""

from __future__ import annotations

from suggestions.demo.cast import Cast
from suggestions.enums import HandlingRole, ReplyState
from suggestions.models import AssignmentTemplate, Reply
from suggestions.services import appraising, filters

_TEMPLATES = (
    ("农村道路", "traffic", ("finance",), "请在汛期前提出办理方案，与代表面商后答复。"),
    ("老旧小区改造", "housing", ("finance", "urban"), "涉及资金的请先与财政部门衔接，逐个小区列出时间表。"),
    ("学校和学位", "edu", ("housing", "hr"), "请与代表面商，并答复新学年能够落实的事项。"),
)
_FILTERS = (("本周到期", "due=week"), ("交通局在办", "state=open&unit={unit}"))
_NOTES = (
    (95, "有数据、有时间表，答到了点子上。"),
    (88, "回应具体，建议补充责任人。"),
    (76, "原则性表述偏多。"),
    (91, "已到现场核实，情况属实。"),
)
_CHECKED = 24  # every second of so many


def make(cast: Cast) -> None:
    for name, lead, supports, instruction in _TEMPLATES:
        row = AssignmentTemplate.objects.create(name=name, instruction=instruction)
        row.answering.set([cast.unit(lead)])
        row.supporting.set([cast.unit(key) for key in supports])
    for name, query in _FILTERS:
        filters.save_filter(user=cast.office, name=name, query=query.format(unit=cast.unit("traffic").code))
    sent = Reply.objects.filter(
        state=ReplyState.SENT, round=1, handling__role=HandlingRole.LEAD, handling__suggestion__session=cast.session
    ).select_related("handling__suggestion")
    for number, reply in enumerate(sent.order_by("pk")[:_CHECKED:2]):
        score, note = _NOTES[number % len(_NOTES)]
        appraising.spot_check(actor=cast.office, reply=reply, score=score, note=note)
