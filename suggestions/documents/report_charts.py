"""The charts of the yearly report, drawn on the server."""

from __future__ import annotations

from typing import TYPE_CHECKING

from congress import charts
from congress.charts import Bar, Point
from platforms.documents.numbers import percent
from suggestions.figures import yearly
from suggestions.figures.yearly import Rate
from suggestions.models import Reply

if TYPE_CHECKING:
    from suggestions.documents.report import Report

_YEARS = 5  # of the trend
RATES = (
    ("timeliness", "按期答复率"),
    ("consultation", "面商率"),
    ("satisfaction", "满意率"),
    ("settlement", "办成率"),
    ("fulfilment", "落实率"),
)


def charts_of(report: Report) -> list[tuple[str, str, str]]:
    """(heading, SVG, note): the rates side by side, the classes of answers, the categories, and the years."""
    told = report.told
    bars_of_rates = [
        Bar(name, round(float(found.share) * 100, 1), report.rate(found), "mid" if found.total < report.least else "now")
        for key, name in RATES
        if (found := told.rates[key]).share is not None
    ]
    drawn: list[tuple[str, str, str]] = []
    ticks = (0, 25, 50, 75, 100)
    if bars_of_rates:
        drawn.append((f"{report.year}年主要指标（%）", charts.bars(f"{report.year}年主要指标", bars_of_rates, ticks=ticks, paper=True), ""))
    total = sum(count for _, count in told.classes.values())
    if total:
        bars = [Bar(f"{code}类", count, f"{count}件，{percent(Rate(count, total).share)}") for code, (_, count) in told.classes.items()]
        drawn.append(
            ("答复类别（件）", charts.bars("答复类别", bars, high=max(count for _, count in told.classes.values()), paper=True), "")
        )
    counted = [(name, count) for name, count, *_ in report.categories if count]
    if counted:
        bars = [Bar(name, count, f"{count}件") for name, count in counted]
        drawn.append(("受理件数（按类别）", charts.bars("受理件数", bars, high=max(count for _, count in counted), paper=True), ""))
    points = _trend(report)
    if len([point for point in points if point.value is not None]) > 1:
        svg = charts.trend("历年满意率和办成率", points, name="办成率", other="满意率", step=20, paper=True)
        drawn.append(("历年满意率和办成率（%）", svg, "注：红色实线为办成率，灰色虚线为满意率。"))
    return drawn


def _trend(report: Report) -> list[Point]:
    first = (
        Reply.objects.sent()
        .filter(handling__suggestion__congress=report.congress, sent_on__lte=report.period.end)
        .order_by("sent_on")
        .values_list("sent_on", flat=True)
        .first()
    )
    if first is None:
        return []
    years = range(max(first.year, report.year - _YEARS + 1), report.year + 1)
    return [Point(f"{year}年", _hundred(settled), _hundred(content)) for year, content, settled in yearly.history(report.congress, years)]


def _hundred(found: Rate) -> float | None:
    return None if found.share is None else round(float(found.share) * 100, 1)
