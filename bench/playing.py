"""Rounds at any stage with any number of platforms, without playing them score by score."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db.models import F

from bench.district import Scene, add_platforms
from congress.models import Area
from congress.periods import Period
from congress.services.audit import SYSTEM
from platforms.models import AssessmentRound, CrossAssignment, ItemScore, Platform, Rectification
from platforms.services import phases, rounds

OPENED_ON = datetime.date(2026, 8, 20)


def open_round(where: Scene, platforms: int, units: list[Area] | None = None) -> AssessmentRound:
    """A round in self-scoring with so many platforms, shared out among the units or the district's four towns."""
    add_platforms(units or list(where.district.towns), platforms)
    return rounds.open_round(actor=SYSTEM, period=Period.quarter(2026, 3), on=OPENED_ON, seed="bench")


def to_cross_scoring(round: AssessmentRound) -> AssessmentRound:
    """Self-scored and handed in by everybody."""
    ItemScore.objects.filter(assessment__round=round).update(self_score=F("max_score"))
    return phases.advance(round=round, on=round.self_scoring_until + datetime.timedelta(days=1))


def to_objection(round: AssessmentRound) -> AssessmentRound:
    """Scored, the platforms' first items too low and with a problem; signed off by everybody."""
    round = to_cross_scoring(round)
    scores = ItemScore.objects.filter(assessment__round=round)
    scores.update(cross_score=F("max_score"))
    scores.filter(assessment__platform__isnull=False, item__position=1).update(cross_score=Decimal(0), problem="资料不全")
    CrossAssignment.objects.filter(round=round).update(state="signed_off")
    return phases.advance(round=round, on=round.sign_off_until)


def add_rectifications(where: Scene, count: int) -> None:
    """What must be put right, spread over the district's platforms; makes a round and one platform if there are none."""
    round = AssessmentRound.objects.filter(code="2026Q3").first() or open_round(where, 1)
    platforms = list(Platform.objects.order_by("pk")[:50])
    item = round.table.items.filter(subject="platform").first()
    Rectification.objects.bulk_create(
        [
            Rectification(
                code=f"ZGB-{n:05d}",
                round=round,
                area_id=platforms[n % len(platforms)].unit_id,
                platform=platforms[n % len(platforms)],
                item=item,
                problem=f"第 {n} 件：资料不全，未及时归档",
                due_on=datetime.date(2026, 11, 1) + datetime.timedelta(days=n % 60),
            )
            for n in range(count)
        ],
        batch_size=2000,
    )
