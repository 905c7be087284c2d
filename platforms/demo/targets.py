"""Where each unit should end up in each quarter, and the scores that bring it there.

Scores of items with a suggestion mostly follow it, as they do in life; the units' own items and the reception days, which
have no suggestion yet, are chosen so that the total comes to the target.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from random import Random

from platforms.demo.words import ABOVE, FOUND
from platforms.models import CrossAssignment, ItemScore

# Totals of 2026Q1, Q2 and Q3. Two units tie in the third quarter; the objection upheld there comes on top.
TOTALS = {
    "青溪镇": ("93.5", "94", "96.5"),
    "城东街道": ("95", "95", "94"),
    "南圩镇": ("90.5", "91.5", "92.5"),
    "临江街道": ("86.5", "88", "92.5"),
    "大榕镇": ("89", "92", "90"),
    "松山镇": ("84", "85.5", "86.5"),
    "平岭镇": ("81", "83.5", "87"),
    "红棉华侨农场": ("82", "83", "84"),
    "河西街道": ("80.5", "84", "83.5"),
    "石埠镇": ("79", "80", "81.5"),
    "河口镇": ("78.5", "77", "79"),
    "沙冲镇": ("71.5", "72.5", "74"),
}
BONUS = {
    "青溪镇": ("3", "1"), "城东街道": ("3", "3"), "南圩镇": ("2.5", "1"), "临江街道": ("3", "0"), "大榕镇": ("1.5", "0"), "松山镇": ("1", "0"),
    "平岭镇": ("1", "0"), "红棉华侨农场": ("2", "0"), "河西街道": ("0.5", "0"), "石埠镇": ("0.5", "0"), "河口镇": ("0", "0"), "沙冲镇": ("0", "0"),
}  # fmt: skip
_HALF, _ZERO = Decimal("0.5"), Decimal(0)
_FREE = "P14"
_WEAK = {"A01": 3, "A02": 4, "A03": 2, "A04": 5, "A05": 3, "A06": 5}


@dataclass
class Given:
    """What the assessors give one item."""

    row: ItemScore
    score: Decimal
    reason: str = ""
    problem: str = ""

    @property
    def missing(self) -> Decimal:
        return self.row.max_score - self.score


@dataclass
class _Sheets:
    own: list[Given] = field(default_factory=list)
    bonus: list[Given] = field(default_factory=list)
    platforms: dict[int, list[Given]] = field(default_factory=lambda: defaultdict(list))


def scores(random: Random, assignment: CrossAssignment, rows: list[ItemScore], quarter: int, deduction: Decimal) -> list[Given]:
    """A score for every row of the assignment's sheets; reasons where one departs from its suggestion."""
    name = assignment.area.name
    sheets = _Sheets()
    for row in rows:
        if row.item.is_bonus:
            sheets.bonus.append(_bonus(row, name))
        elif row.assessment.platform_id is None:
            sheets.own.append(Given(row, row.max_score))
        else:
            sheets.platforms[row.assessment_id].append(_on_site(random, row, Decimal(TOTALS[name][quarter - 1])))
    _reach(random, sheets, Decimal(TOTALS[name][quarter - 1]) + deduction)
    given = [*sheets.own, *sheets.bonus, *(each for sheet in sheets.platforms.values() for each in sheet)]
    for each in given:
        _explain(random, each)
    return given


def _bonus(row: ItemScore, name: str) -> Given:
    publicity, honour = BONUS[name]
    return Given(row, {"B01": Decimal(publicity), "B03": Decimal(honour)}.get(row.item.code, row.suggested or _ZERO))


def _on_site(random: Random, row: ItemScore, total: Decimal) -> Given:
    """The suggestion, or now and then a little beside it; reception days after how good the unit is."""
    if row.suggested is None:
        share = (total - 38) / 56 + Decimal(random.randint(-6, 8)) / 100
        steps = (row.max_score * min(max(share, Decimal("0.5")), Decimal(1)) / _HALF).to_integral_value()
        return Given(row, steps * _HALF)
    score = row.suggested
    luck = random.random()
    if luck < 0.025 and score >= 1:
        score -= _HALF if random.random() < 0.7 else 1
    elif luck > 0.992 and score <= row.max_score - _HALF:
        score += _HALF
    return Given(row, score)


def _reach(random: Random, sheets: _Sheets, total: Decimal) -> None:
    """Takes points off the unit's own items, then evens out on the reception days, until the total is as near as steps allow."""
    of_platforms = [
        sum((each.score for each in sheet), _ZERO) / sum((each.row.max_score for each in sheet), _ZERO) * 100
        for sheet in sheets.platforms.values()
    ]
    base = total - sum((each.score for each in sheets.bonus), _ZERO)
    possible = sum((each.row.max_score for each in sheets.own), _ZERO)
    mean = sum(of_platforms, _ZERO) / len(of_platforms)
    wanted = min(max(2 * base - mean, Decimal(45)), Decimal(100)) / 100 * possible
    steps = int((possible - wanted) / _HALF)
    while steps:
        each = random.choices(sheets.own, [_WEAK.get(each.row.item.code, 1) for each in sheets.own])[0]
        if each.score > each.row.max_score * Decimal("0.4"):
            each.score -= _HALF
            steps -= 1
    own = sum((each.score for each in sheets.own), _ZERO) / possible * 100
    short = 2 * base - own - mean  # of the platforms' mean, in per cent
    days = [each for sheet in sheets.platforms.values() for each in sheet if each.row.item.code == _FREE]
    one = (
        _HALF / sum(each.row.max_score for each in next(iter(sheets.platforms.values()))) * 100 / len(sheets.platforms)
    )  # what half a point on one platform's reception day does to the mean
    for each in days * 4:
        if short >= one / 2 and each.missing:
            each.score, short = each.score + _HALF, short - one
        elif short <= -one / 2 and each.score > each.row.max_score / 2:
            each.score, short = each.score - _HALF, short + one


def _explain(random: Random, each: Given) -> None:
    """A reason where the score departs from its suggestion; a problem where a good part of the points is lost."""
    texts = FOUND.get(each.row.item.code)
    suggested = each.row.suggested
    if suggested is not None and each.score > suggested:
        each.reason = random.choice(ABOVE)
    if texts is None or not each.missing:
        return
    reason, problem = random.choice(texts)
    if suggested is not None and each.score < suggested:
        each.reason, each.problem = reason, problem
    elif each.score < each.row.max_score * Decimal("0.6") or (suggested is None and random.random() < 0.08):
        each.problem = problem
