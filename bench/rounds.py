"""Opening and scoring a round must cost the same per platform, whether a district has 170 or a region 17,000."""

from __future__ import annotations

import datetime
import statistics
from decimal import Decimal

from django.db.models import F
from django.db.models.functions import Coalesce

from bench.district import Scene, add_platforms, add_towns, scene
from bench.harness import Figures, benchmark, seconds, undone
from congress.periods import Period
from congress.services.audit import SYSTEM
from platforms.models import Assessment, AssessmentRound, ItemScore
from platforms.services import phases, rounds, scoring, totals

SMALL, LARGE = 170, 17_000
PER_UNIT = 10  # platforms of one town
SHEETS = 5  # sheets scored item by item in either size, through the service a form calls
OPENED_ON = datetime.date(2026, 8, 20)


@benchmark("round: opening and scoring, per platform, 17,000 platforms against 170", 1.2)
def round_scales() -> Figures:
    where = scene()
    while True:
        small = [_per_platform(where, SMALL) for _ in range(3)]
        large = _per_platform(where, LARGE)
        yield max(large[step] / statistics.median(turn[step] for turn in small) for step in (0, 1))


def _per_platform(where: Scene, count: int) -> tuple[float, float]:
    """Seconds per platform: for opening, closing the self-scoring and reckoning the result; and for scoring its sheet.

    They are compared apart, because the second is much the longer and would hide the first.
    """
    with undone():
        add_platforms(add_towns(where, count // PER_UNIT), count)
        opening = seconds(lambda: rounds.open_round(actor=SYSTEM, period=Period.quarter(2026, 3), on=OPENED_ON, seed="bench"))
        round = AssessmentRound.objects.get(code="2026Q3")
        closing = seconds(lambda: phases.advance(round=round, on=round.self_scoring_until + datetime.timedelta(days=1)))
        scored = seconds(lambda: _score_sheets(round))
        ItemScore.objects.filter(assessment__round=round, cross_score__isnull=True).update(
            cross_score=Coalesce(F("suggested"), F("max_score") * Decimal("0.5"))
        )
        reckoning = seconds(lambda: totals.results(round))
        return (opening + closing + reckoning) / count, scored / SHEETS


def _score_sheets(round: AssessmentRound) -> None:
    for sheet in Assessment.objects.filter(round=round, platform__isnull=False).order_by("pk")[:SHEETS]:
        for line in sheet.scores.select_related("item", "assessment__assignment__round__table"):
            scoring.score_cross(actor=SYSTEM, item_score=line, score=line.max_score, reason="现场查看，情况属实", version=line.version)
