"""What staff keep beside the matters: templates of assignment, saved filters, and what the year's end asks for."""

from __future__ import annotations

from suggestions.demo import year_end
from suggestions.demo.cast import Cast
from suggestions.models import AssignmentTemplate
from suggestions.services import filters

_TEMPLATES = (
    ("农村道路", "traffic", ("finance",), "请在汛期前提出办理方案，与代表面商后答复。"),
    ("老旧小区改造", "housing", ("finance", "urban"), "涉及资金的请先与财政部门衔接，逐个小区列出时间表。"),
    ("学校和学位", "edu", ("housing", "hr"), "请与代表面商，并答复新学年能够落实的事项。"),
)
_FILTERS = (("本周到期", "due=week"), ("交通局在办", "state=open&unit={unit}"))


def make(cast: Cast) -> None:
    for name, lead, supports, instruction in _TEMPLATES:
        row = AssignmentTemplate.objects.create(name=name, instruction=instruction)
        row.answering.set([cast.unit(lead)])
        row.supporting.set([cast.unit(key) for key in supports])
    for name, query in _FILTERS:
        filters.save_filter(user=cast.office, name=name, query=query.format(unit=cast.unit("traffic").code))
    year_end.make(cast)
