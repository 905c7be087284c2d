"""The charts, mark by mark: what a page or a printed sheet gets."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest

from congress.charts import Bar, Point, bars, change, columns, plain, scale, share, trend

FACES = "黑体,SimHei,'Noto Sans SC','Noto Sans CJK SC',sans-serif"
ROWS = [Bar("江平镇", Decimal("96.8"), "96.8（1）"), Bar("甲<乙", 55, tone="low")]
POINTS = [Point("一 季", 86.5, 83.9), Point("二季", None, 84), Point("三季", 88.1, None), Point("四季", 85, 86.5)]


def test_bars_on_a_page():
    assert bars("得分", ROWS, ticks=[0, 100], bands=[(90, 100, "优秀")], mean=Decimal("87.4"), width=400) == (
        '<svg class="chart" viewBox="0 0 400 102" role="img"><title>得分：江平镇96.8（1），甲&lt;乙55；平均87.4</title>'
        '<path class="c-axis" d="M50 24V80"/><text x="50" y="96" text-anchor="middle">0</text>'
        '<path class="c-axis" d="M322 24V80"/><text x="322" y="96" text-anchor="middle">100</text>'
        '<text x="308.4" y="14" text-anchor="middle">优秀</text>'
        '<text x="42" y="43" text-anchor="end">江平镇</text><rect class="c-now" x="50" y="29" width="263.3" height="18" rx="2"/>'
        '<text x="330" y="43" text-anchor="start">96.8（1）</text>'
        '<text x="42" y="71" text-anchor="end">甲&lt;乙</text><rect class="c-low" x="50" y="57" width="149.6" height="18" rx="2"/>'
        '<text x="330" y="71" text-anchor="start">55</text>'
        '<path class="c-mean" d="M287.7 24V80"/></svg>'
    )


def test_bars_on_paper():
    assert bars("得分", [Bar("江平镇", 96.8)], width=400, paper=True) == (
        f'<svg class="chart" viewBox="0 0 400 36" role="img" font-family="{FACES}" font-size="14"><title>得分：江平镇96.8</title>'
        '<text x="42" y="23" text-anchor="end">江平镇</text><rect fill="#333" x="50" y="9" width="298.5" height="18"/>'
        '<text x="366.4" y="23" text-anchor="start">96.8</text></svg>'
    )


def test_a_value_above_the_scale_widens_it():
    drawn = bars("得分", [Bar("甲", 110), Bar("乙", 55)], width=400)
    assert re.findall(r'<rect class="c-now" x="22" y="\d+" width="([\d.]+)"', drawn) == ["344.8", "172.4"]


def test_a_trend_with_a_gap_and_a_line_to_compare():
    drawn = trend("近四季", POINTS, name="甲镇", other="平均", width=400)
    assert drawn.startswith(
        '<svg class="chart" viewBox="0 0 400 180" role="img"><title>近四季：一季86.5，平均83.9；二季无，平均84；三季88.1；四季85，平均86.5</title>'
        '<path class="c-axis" d="M34 140H392"/><text x="28" y="145" text-anchor="end">80</text>'
    )
    assert '<path class="c-mean" d="M78.8 100.2L168.2 99.2"/><path class="c-line" d="M257.8 57.4L347.2 89"/>' in drawn
    # the higher value has its number above, the lower one below
    assert '<circle class="c-now" cx="78.8" cy="73.7" r="4"/><text x="78.8" y="65.7" text-anchor="middle">86.5</text>' in drawn
    assert '<rect class="c-bar" x="344.2" y="70.7" width="6" height="6"/><text x="347.2" y="65.7" text-anchor="middle">86.5</text>' in drawn
    assert '<text x="78.8" y="157" text-anchor="middle">一</text><text x="78.8" y="174" text-anchor="middle">季</text>' in drawn
    assert drawn.count("<circle") == 4  # three values and the legend


def test_a_trend_without_values_is_an_empty_frame():
    assert trend("近四季", [], name="甲镇").count("<circle") == 1


def test_change_from_the_quarter_before():
    assert change("青溪镇本季", now=Decimal("96.5"), before=94, mean=88.3, low=70) == (
        '<svg class="chart" viewBox="0 0 400 24" role="img"><title>青溪镇本季96.5，此前94</title><path class="c-axis" d="M5 12h390"/>'
        '<path class="c-mean" d="M242.9 0v24"/><path class="c-link" d="M317 12H349.5"/>'
        '<circle class="c-old" cx="317" cy="12" r="4.5"/><circle class="c-now" cx="349.5" cy="12" r="6"/></svg>'
    )


def test_change_without_a_quarter_before():
    assert change("青溪镇本季", now=60, low=70, is_low=True) == (
        '<svg class="chart" viewBox="0 0 400 24" role="img"><title>青溪镇本季60</title><path class="c-axis" d="M5 12h390"/>'
        '<circle class="c-low" cx="5" cy="12" r="6"/></svg>'
    )


def test_scale_over_a_column_of_changes():
    assert scale([70, 80, 100], low=70) == (
        '<svg class="chart" viewBox="0 0 400 16" aria-hidden="true"><text x="5" y="13" text-anchor="start">70</text>'
        '<text x="135" y="13" text-anchor="middle">80</text><text x="395" y="13" text-anchor="end">100</text></svg>'
    )


def test_share_of_the_whole():
    assert share(Decimal("0.58"), is_low=True) == (
        '<svg class="chart" viewBox="0 0 200 12" aria-hidden="true"><rect class="c-bar" x="0" y="1" width="200" height="10" rx="2"/>'
        '<rect class="c-low" x="0" y="1" width="116" height="10" rx="2"/></svg>'
    )


def test_columns_over_the_quarters():
    assert columns("人均活动", [1, 2], top=2, mean=1.5) == (
        '<svg class="chart" viewBox="0 0 22 74" role="img"><title>人均活动：1，2</title>'
        '<rect class="c-bar" x="0" y="36" width="8" height="36"/><rect class="c-now" x="11" y="0" width="8" height="72"/>'
        '<path class="c-mean" d="M0 18h22"/><path class="c-axis" d="M0 72.5h22"/></svg>'
    )


@pytest.mark.parametrize("paper", [False, True])
def test_every_chart_is_well_formed_and_coloured_in_one_way_only(paper: bool):
    drawn = [
        bars("得分", ROWS, ticks=[0, 60], bands=[(90, 100, "优秀")], mean=80, paper=paper),
        trend("近四季", POINTS, name="甲镇", other="平均", paper=paper),
        change("甲镇", now=90, before=80, mean=85, paper=paper),
        scale([0, 100], paper=paper),
        share(0.5, paper=paper),
        columns("活动", [1, 2], top=2, mean=1, paper=paper),
    ]
    for svg in drawn:
        root = ElementTree.fromstring(svg)
        for mark in list(root):
            if mark.tag in {"rect", "circle", "path"}:
                assert ("class" in mark.attrib, "fill" in mark.attrib) == (not paper, paper)
        assert ", " not in root.get("font-family", "")


@pytest.mark.parametrize(("value", "words"), [(90, "90"), (Decimal("88.50"), "88.5"), (0, "0"), (87.456, "87.46"), (100.0, "100")])
def test_values_are_printed_plainly(value, words: str):
    assert plain(value) == words
