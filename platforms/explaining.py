"""怎么算的: how suggested scores, totals, ranks and grades were worked out, in steps a person can check."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from congress import figures
from platforms.enums import SuggestionMethod
from platforms.models import AssessmentRound, ItemScore


def plain(number: Decimal) -> str:
    """2.50 as "2.5", 10.00 as "10"."""
    return f"{number.normalize():f}"


@dataclass(frozen=True)
class Suggested:
    """A suggested score with the number it came from. ``records`` is the address of the list that proves it, or ""."""

    score: Decimal
    label: str
    value: str
    records: str
    steps: tuple[str, ...]


def suggestion(item_score: ItemScore, round: AssessmentRound, step: Decimal) -> Suggested | None:
    """How the suggestion of this score came about, or None when there is none (暂无系统建议)."""
    item, value = item_score.item, item_score.figure_value
    if item_score.suggested is None or value is None:
        return None
    figure = figures.find(item.figure)
    label, unit = (figure.label, figure.unit) if figure else (item.figure, "")
    shown = f"{plain(value * 100)}%" if not unit and item.full_at <= 1 else f"{plain(value)}{f' {unit}' if unit else ''}"
    full = f"{plain(item.full_at * 100)}%" if not unit and item.full_at <= 1 else f"{plain(item.full_at)}{f' {unit}' if unit else ''}"
    maximum = plain(item_score.max_score)
    if item.method == SuggestionMethod.THRESHOLD:
        rule = f"达到 {full} 得满分 {maximum} 分，否则不得分"
        result = f"{label} {shown}，{'已达到' if value >= item.full_at else '未达到'}，建议 {plain(item_score.suggested)} 分"
    else:
        rule = f"满分 {maximum} 分，{label}达到 {full} 得满分，不足的按比例"
        result = f"{maximum} ×（{shown} ÷ {full}），按 {plain(step)} 分一档取整，建议 {plain(item_score.suggested)} 分"
    records = figure.records(item_score.assessment.code, round.period, item.figure_argument) if figure else ""
    return Suggested(item_score.suggested, label, shown, records, (rule, result))


def ranking(table: dict[str, Any]) -> list[str]:
    """How totals, ranks and grades are worked out, from the table as a result keeps it."""
    weight, cap = Decimal(str(table["platform_weight"])), Decimal(str(table["bonus_cap"]))
    grades = [(grade["name"], Decimal(str(grade["minimum"]))) for grade in table["grades"]]
    said = []
    for position, (name, minimum) in enumerate(grades):
        above = plain(grades[position - 1][1])
        if position == 0:
            said.append(f"{plain(minimum)} 分以上{name}")
        elif minimum > 0:
            said.append(f"{plain(minimum)} 分以上、不足 {above} 分{name}")
        else:
            said.append(f"不足 {above} 分{name}")
    return [
        f"得分＝自身项目得分率 × 100 × {plain(1 - weight)} ＋ 所属平台平均分 × {plain(weight)} ＋ 加分（最多 {plain(cap)} 分）− 扣分",
        "没有平台的镇（街道），只按自身项目计算",
        "得分相同的并列，其后名次顺延",
        "，".join(said),
        "考评组不评本镇（街道），由抽签确定的另一个镇（街道）评分，常委会领导审定",
    ]
