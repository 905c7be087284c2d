"""Files of the quarterly assessment, and the place kept for suggestions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet

from activities.booklets import Entry, Part, Source, told
from activities.sources.common import cn, days, filled
from congress.models import Area
from congress.periods import Period
from platforms.enums import RoundState
from platforms.models import Assessment, Bulletin, Rectification

RESERVED = "待建议督办启用后收录"


def _published(period: Period) -> QuerySet[Any]:
    """Sheets of rounds whose bulletin was issued in the period."""
    issued = Bulletin.objects.filter(version=1, **days(period, "issued_on"))
    return Assessment.objects.filter(round__state=RoundState.PUBLISHED, round__in=issued.values("round"), round__bulletins__version=1)


def _facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    rows = _published(period)
    return [
        told(rows.filter(platform__isnull=True), what="round", record="round_id", path="area__path", on="round__bulletins__issued_on"),
        told(rows, what="round", record="round_id", path="platform__area__path", on="round__bulletins__issued_on"),
    ]


def _read(area: Area, period: Period, argument: str) -> Part:
    here = Q(area__path__startswith=area.path, platform__isnull=True) | Q(platform__area__path__startswith=area.path)
    rounds = _published(period).filter(here).values("round")
    rows = Bulletin.objects.filter(round__in=rounds, version=1).select_related("round").order_by("issued_on", "pk")
    own = Q(area__path__startswith=area.path, platform__isnull=True) | Q(platform__area__path__startswith=area.path)
    faults: dict[int, list[Rectification]] = {}
    for fault in Rectification.objects.filter(own, round__in=rounds).select_related("item", "platform").order_by("code"):
        faults.setdefault(fault.round_id, []).append(fault)
    return Part("季度考评", tuple(_entry(row, area, faults.get(row.round_id, [])) for row in rows))


def _entry(row: Bulletin, area: Area, faults: list[Rectification]) -> Entry:
    scores = [
        f"{each['name']}{each['score']}分，第{each['rank']}名，{each['grade']}"
        for each in row.results.get("areas", [])
        if each["code"] == area.code
    ]
    return Entry(
        ("round", row.round_id),
        row.issued_on,
        str(row.round),
        filled(
            ("通报", f"{row.number or '（未编文号）'}，{cn(row.issued_on)}"),
            ("得分名次", "；".join(scores)),
            *(
                (f"整改{number}", f"{fault.platform or area}，{fault.item.name}：{fault.problem}\n{fault.get_state_display()}，期限{cn(fault.due_on)}")
                for number, fault in enumerate(faults, start=1)
            ),
        ),
    )  # fmt: skip


def _nothing(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    return []


def _later(area: Area, period: Period, argument: str) -> Part:
    return Part("议案建议", note=RESERVED)


SOURCES = (
    Source("assessments", "季度考评", _facts, _read),
    Source("suggestions", "议案建议", _nothing, _later, is_reserved=True),
)
