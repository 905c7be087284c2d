"""A first draft of a written duty report: the outline of the rules, filled with the deputy's own registered figures."""

from __future__ import annotations

import datetime

from congress.charts import plain
from congress.periods import Period
from deputies.models import DutyReport
from deputies.services import points
from deputies.services.duty_reports import current_rule
from deputies.services.points import Counted

_NONE = "（系统中还没有登记的履职记录，请自行填写。）"


def draft(report: DutyReport, *, until: datetime.date) -> str:
    """The text to start from, with a sentence for each year of the mandate up to ``until``. Writes nothing.

    Asks every figure about deputies once a year of the mandate. Wants ``mandate`` with deputy, term and electoral district.
    """
    mandate = report.mandate
    seat = mandate.electoral_district or report.meeting.electoral_district
    filled = {
        "届次": str(mandate.term),
        "姓名": mandate.deputy.name,
        "选区": f"{mandate.area.name}{seat.name}" if not seat.name.startswith(mandate.area.name) else seat.name,
        "履职数据": "\n".join(sentences(mandate.deputy_id, mandate.starts_on, until)) or _NONE,
    }
    text = current_rule().report_template
    for name, words in filled.items():
        text = text.replace(f"〔{name}〕", words)
    return text


def sentences(deputy_id: int, since: datetime.date, until: datetime.date) -> list[str]:
    """A sentence for each year in which something is registered, the earliest first: the numbers of her dossiers."""
    found = []
    for number in range(since.year, until.year + 1):
        told = points.numbers(deputy_id, Counted([deputy_id], Period.year(number)))
        parts = [f"{figure.label}{plain(value)}{figure.unit}" for figure, value in told if value]
        if parts:
            found.append(f"{number}年，{'，'.join(parts)}。")
    return found
