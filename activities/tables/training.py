"""Training as tables: the year's batches, the towns' coverage, the deputies behind it, and what earned the hours."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.urls import reverse
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from activities.figures.training import Coverage, Progress, Record
from activities.models import TrainingBatch
from congress import charts
from congress.enums import CongressLevel
from congress.models import Area
from congress.periods import Period
from congress.tables import Column, Table, addresses, link
from congress.templatetags.frame import cn_date, tag
from deputies.models import Deputy

NONE = Progress()


_LEVELS = {CongressLevel.CITY: "市人大代表", CongressLevel.DISTRICT: "区（县）人大代表", CongressLevel.TOWN: "镇人大代表"}


def of_level(level: str) -> str:
    """Whom a batch is for, of all levels or of one."""
    return _LEVELS[CongressLevel(level)] if level else "各级人大代表"


def state_of(batch: TrainingBatch, done: Progress, today: datetime.date) -> SafeString:
    """How far a batch has come, as colour, icon and word."""
    if done.is_held:
        return tag("ok", "check", "已举办")
    if done.held:
        return tag("info", "run", "进行中")
    if done.coming:
        return tag("info", "clock", "已安排")
    if (batch.year, batch.planned_month) < (today.year, today.month):
        return tag("bad", "late", "逾期未办")
    return tag("", "wait", "待安排")


def batches_table(found: Mapping[int, Progress], today: datetime.date) -> Table[TrainingBatch]:
    """Rows come with area and organiser. Made per page."""
    to_batch = addresses("activities:batch")

    def name(batch: TrainingBatch) -> SafeString:
        return SafeString(f'{link(to_batch(batch.code), batch.name, "strong")}<br><span class="muted small">{escape(batch.code)}</span>')

    def whom(batch: TrainingBatch) -> str:
        return f"{batch.area.name}，{of_level(batch.level)}"

    def done(batch: TrainingBatch) -> Progress:
        return found.get(batch.pk, NONE)

    def days(batch: TrainingBatch) -> SafeString | str:
        number = done(batch).held
        return link(f"{to_batch(batch.code)}#days", number) if number else "0"

    def came(batch: TrainingBatch) -> SafeString:
        number = done(batch).people
        shown = link(f"{to_batch(batch.code)}#people", number) if number else SafeString("0")
        return SafeString(f'{shown}<span class="muted">／{batch.places}</span>')

    def hours(batch: TrainingBatch) -> SafeString:
        return SafeString(f'{charts.plain(done(batch).hours)}<span class="muted">／{charts.plain(batch.hours)}</span>')

    return Table(
        "培训班次",
        [
            Column("班次", name, is_heading=True),
            Column("专题", lambda batch: batch.topic),
            Column("面向", whom),
            Column("组织单位", lambda batch: batch.organiser.short_name or batch.organiser.name),
            Column("计划月份", lambda batch: f"{batch.planned_month}月", css="nowrap"),
            Column("已举办（次）", days, css="num"),
            Column("参训／计划（人）", came, css="num"),
            Column("学时／计划", hours, css="num"),
            Column("进度", lambda batch: state_of(batch, done(batch), today), is_labelled=False),
        ],
    )


def coverage_table(found: Mapping[int, Coverage], period: Period, level: str, total: Coverage) -> Table[Area]:
    """One row a town; each number leads to its deputies. Towns below the whole are marked as low."""
    deputies = reverse("activities:training_deputies")

    def number(area: Area, value: int, **asked: str) -> SafeString | str:
        query = {"area": area.code, "period": period.code, **asked, **({"level": level} if level else {})}
        return link(f"{deputies}?{urlencode(query)}", value) if value else "0"

    def rate(area: Area) -> SafeString:
        coverage = found[area.pk]
        bar = charts.share(coverage.share, is_low=coverage.share < total.share, width=160)
        return SafeString(f'<span class="share">{bar}<span>{percent(coverage)}</span></span>')

    return Table(
        "参训覆盖",
        [
            Column("镇（街道）", lambda area: area.name, is_heading=True, css="strong"),
            Column("在任代表", lambda area: number(area, found[area.pk].total), css="num"),
            Column("已参训", lambda area: number(area, found[area.pk].covered, trained="yes"), css="num"),
            Column("未参训", lambda area: number(area, found[area.pk].left, trained="no"), css="num"),
            Column("覆盖率", rate),
        ],
    )


def percent(coverage: Coverage) -> str:
    return f"{charts.plain(round(coverage.share * 100, 1))}%" if coverage.total else "—"


def deputies_table(found: Mapping[int, Record], towns: Mapping[int, str], levels: Mapping[int, str], period: Period) -> Table[Deputy]:
    """Deputies with what the period holds of each. Made per page."""
    to_deputy = addresses("deputies:detail")
    to_hours = addresses("activities:training_hours")

    def name(deputy: Deputy) -> SafeString:
        return SafeString(
            f'{link(to_deputy(deputy.code), deputy.name, "strong")}<br><span class="muted small">{escape(deputy.code)}</span>'
        )

    def hours(deputy: Deputy) -> SafeString | str:
        earned = found[deputy.pk].hours
        return link(f"{to_hours(deputy.code)}?{urlencode({'period': period.code})}", charts.plain(earned)) if earned else "0"

    def stands(deputy: Deputy) -> SafeString:
        return tag("ok", "check", "已参训") if found[deputy.pk].days else tag("warn", "wait", "未参训")

    return Table(
        "参训情况",
        [
            Column("代表", name, is_heading=True),
            Column("层级", lambda deputy: levels.get(deputy.pk, "")),
            Column("所属镇（街道）", lambda deputy: towns.get(deputy.pk, "")),
            Column("单位及职务", lambda deputy: deputy.position or "—", css="wide"),
            Column("参训（次）", lambda deputy: str(found[deputy.pk].days), css="num"),
            Column("学时", hours, css="num"),
            Column("最近一次", lambda deputy: cn_date(found[deputy.pk].last_on) or "—", css="nowrap"),
            Column("情况", stands, is_labelled=False),
        ],
    )


@dataclass(frozen=True)
class Earned:
    """One line of a deputy's hours: a training she was present at, or a material she learned from."""

    on: datetime.date
    title: str
    url: str
    way: str
    hours: Decimal


def earned_table() -> Table[Earned]:
    ways: dict[str, tuple[str, str]] = {"到会": ("ok", "check"), "自学": ("info", "file")}

    def way(row: Any) -> SafeString:
        return tag(*ways[row.way], row.way)

    return Table(
        "学时明细",
        [
            Column("内容", lambda row: link(row.url, row.title, "strong") if row.url else row.title, is_heading=True),
            Column("日期", lambda row: cn_date(row.on), css="nowrap"),
            Column("方式", way, is_labelled=False),
            Column("学时", lambda row: charts.plain(row.hours), css="num"),
        ],
    )
