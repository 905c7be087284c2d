"""Duty reports as tables: the meetings, the deputies who have or have not reported, and the coverage by town."""

from __future__ import annotations

import datetime
from collections.abc import Container, Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from congress import charts
from congress.models import Area
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from deputies.enums import DutyReportState
from deputies.figures.duty_reports import Coverage
from deputies.models import DutyReportMeeting, Mandate

_TONES = {
    DutyReportState.PLANNED: ("info", "clock"),
    DutyReportState.HELD: ("warn", "wait"),
    DutyReportState.ANNOUNCED: ("ok", "check"),
}


def state_tag(state: str) -> SafeString:
    return tag(*_TONES[DutyReportState(state)], DutyReportState(state).label)


def meetings_table() -> Table[DutyReportMeeting]:
    """Rows come with ``electoral_district__area`` and ``reports__mandate__deputy``. Made per page."""
    to_meeting = addresses("deputies:duty_report")

    def name(meeting: DutyReportMeeting) -> SafeString:
        day = cn_date(meeting.held_on or meeting.planned_on)
        return SafeString(f'{link(to_meeting(meeting.code), day, "strong")}<br><span class="muted small">{escape(meeting.code)}</span>')

    def who(meeting: DutyReportMeeting) -> str:
        return "、".join(f"{each.mandate.deputy.name}{'' if each.is_on_site else '（书面）'}" for each in meeting.reports.all())

    def voters(meeting: DutyReportMeeting) -> str:
        return "—" if meeting.voters_present is None else str(meeting.voters_present)

    return Table(
        "述职会",
        [
            Column("日期", name, is_heading=True),
            Column("选区", lambda meeting: meeting.electoral_district.where),
            Column("述职代表", who, css="wide"),
            Column("到会选民", voters, css="num"),
            Column("测评", lambda meeting: meeting.get_method_display(), css="nowrap"),
            Column("状态", lambda meeting: state_tag(meeting.state), is_labelled=False),
        ],
    )


def deputies_table(least: int, day: datetime.date, known: Container[int]) -> Table[Mandate]:
    """Mandates of ``duty_coverage.mandates_on``, with deputy, term, area and electoral district. Made per page.

    ``known`` are the deputies (ids) whose own pages the person may open.
    """
    to_deputy = addresses("deputies:detail")
    meetings = reverse("deputies:duty_reports")

    def name(mandate: Any) -> SafeString:
        deputy = mandate.deputy
        shown = link(to_deputy(deputy.code), deputy.name, "strong") if deputy.pk in known else f"<b>{escape(deputy.name)}</b>"
        return SafeString(f'{shown}<br><span class="muted small">{escape(deputy.code)}</span>')

    def held(mandate: Any) -> SafeString | str:
        if not mandate.reports_held:
            return "0"
        query = urlencode({"deputy": mandate.deputy.code, "coverage": "counted", "since": str(mandate.starts_on), "until": str(day)})
        return link(f"{meetings}?{query}", mandate.reports_held)

    def stands(mandate: Any) -> SafeString:
        return tag("ok", "check", "已述职") if mandate.reports_held >= least else tag("warn", "wait", "未述职")

    return Table(
        "届内述职情况",
        [
            Column("代表", name, is_heading=True),
            Column("届次", lambda mandate: str(mandate.term)),
            Column("所属镇（街道）", lambda mandate: mandate.area.name),
            Column("选区", lambda mandate: str(mandate.electoral_district or "未登记")),
            Column("现场述职（次）", held, css="num"),
            Column("最近一次", lambda mandate: cn_date(mandate.last_report) or "—"),
            Column("情况", stands, is_labelled=False),
        ],
    )


def coverage_table(found: Mapping[int, Coverage], day: datetime.date, total: Coverage) -> Table[Area]:
    """One row a town; each number leads to its deputies. Towns below the whole are marked as low."""
    deputies = reverse("deputies:duty_deputies")

    def number(area: Area, value: int, **asked: str) -> SafeString | str:
        return link(f"{deputies}?{urlencode({'area': area.code, **asked, 'on': str(day)})}", value) if value else "0"

    def rate(area: Area) -> SafeString:
        coverage = found[area.pk]
        bar = charts.share(coverage.share, is_low=coverage.share < total.share, width=160)
        return SafeString(f'<span class="share">{bar}<span>{percent(coverage)}</span></span>')

    return Table(
        "届内述职覆盖率",
        [
            Column("镇（街道）", lambda area: area.name, is_heading=True, css="strong"),
            Column("在任区、镇代表", lambda area: number(area, found[area.pk].total), css="num"),
            Column("已述职", lambda area: number(area, found[area.pk].covered, covered="yes"), css="num"),
            Column("未述职", lambda area: number(area, found[area.pk].left, covered="no"), css="num"),
            Column("覆盖率", rate),
        ],
    )


def percent(coverage: Coverage) -> str:
    return f"{charts.plain(round(coverage.share * 100, 1))}%" if coverage.total else "—"
