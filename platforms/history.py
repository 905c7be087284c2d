"""A platform's scores over the published rounds, as the bulletins gave them, corrections included."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal

from platforms.enums import RoundState
from platforms.models import AssessmentRound, Correction, ItemScore, Platform, ScoreItem
from platforms.services import totals

Line = tuple[ScoreItem, Decimal | None]


@dataclass(frozen=True)
class Past:
    """The platform's score in one round, and of how much of it the bonus is."""

    round: AssessmentRound
    score: Decimal
    bonus: Decimal


def scores_of(platform: Platform) -> list[Past]:
    """The newest first, as many as ``totals.HISTORY``. Two queries."""
    rows = ItemScore.objects.filter(assessment__platform=platform, assessment__round__state=RoundState.PUBLISHED)
    corrected = dict(Correction.objects.filter(item_score__in=rows).order_by("bulletin__version").values_list("item_score_id", "score"))
    lines: dict[AssessmentRound, list[Line]] = defaultdict(list)
    for row in rows.select_related("item", "assessment__round").order_by("-assessment__round__year", "-assessment__round__quarter"):
        lines[row.assessment.round].append((row.item, corrected.get(row.pk, row.final_score)))
    return [_past(round, scores) for round, scores in list(lines.items())[: totals.HISTORY]]


def _past(round: AssessmentRound, lines: list[Line]) -> Past:
    bonus = sum((score or Decimal(0) for item, score in lines if item.is_bonus), Decimal(0))
    return Past(round, totals.rounded(totals.percentage(lines) + bonus), bonus)
