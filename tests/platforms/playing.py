"""A round played by the people who play it, as far as a test needs."""

from __future__ import annotations

import datetime
from decimal import Decimal

from congress.enums import Role
from congress.models import User
from congress.periods import Period
from platforms.models import AssessmentRound, CrossAssignment, ItemScore
from platforms.services import reviewing, rounds, scoring
from tests.factories import District, Personas, PlatformFactory

QUARTER = Period.quarter(2026, 3)
OPENED_ON = datetime.date(2026, 8, 24)  # a Monday; self-scoring ends on the 31st, cross-scoring on 14 September
IN_TIME = datetime.date(2026, 8, 28)
LATE = datetime.date(2026, 9, 1)
SIGNED_ON = datetime.date(2026, 9, 18)  # a Friday; the Sunday after is worked, so the objection window ends on the 22nd
AFTER = datetime.date(2026, 9, 23)


def make_platforms(district: District, towns: int = 2) -> None:
    """Two platforms for the first towns each: in the town, and in one of its villages. 红星华侨农场 and 城中街道 have none."""
    for number, (town, village) in enumerate([(district.town1, 1), (district.town2, 3)][:towns], start=1):
        PlatformFactory(code=f"PT-{number}1", name=f"{town}代表之家", area=town)
        PlatformFactory(code=f"PT-{number}2", name=f"{district.villages[village]}联络站", area=district.villages[village])


def open_round(personas: Personas, period: Period = QUARTER, on: datetime.date = OPENED_ON, seed: str = "样本") -> AssessmentRound:
    return rounds.open_round(actor=personas.office, period=period, on=on, seed=seed)


def staff_of(area_id: int) -> User:
    """The town's or subdistrict's own official."""
    return User.objects.in_role(Role.TOWN_OFFICE).get(grants__organisation__area=area_id, grants__role=Role.TOWN_OFFICE)


def score_of(round: AssessmentRound, code: str, item: str) -> ItemScore:
    return ItemScore.objects.select_related("item", "assessment__assignment").get(
        assessment__round=round, assessment__code=code, item__code=item
    )


def score_all_self(assignment: CrossAssignment) -> None:
    actor = staff_of(assignment.area_id)
    for row in ItemScore.objects.filter(assessment__assignment=assignment).select_related("item"):
        scoring.score_self(actor=actor, item_score=row, score=row.max_score, version=row.version)


def submit_all_self(round: AssessmentRound, on: datetime.date = IN_TIME) -> None:
    for assignment in round.assignments.all():
        score_all_self(assignment)
        scoring.submit_self(actor=staff_of(assignment.area_id), assignment=assignment, on=on)


def score_all_cross(assignment: CrossAssignment, share: str = "1") -> None:
    """``share`` of every maximum, on the scoring step below; no reason is needed, because the test table has no figures."""
    actor = staff_of(assignment.assessor_id)
    for row in ItemScore.objects.filter(assessment__assignment=assignment).select_related("item"):
        score = row.max_score * Decimal(share) // Decimal("0.5") * Decimal("0.5")
        scoring.score_cross(actor=actor, item_score=row, score=score, version=row.version)


def submit_all_cross(round: AssessmentRound, share: str = "1", on: datetime.date = IN_TIME) -> None:
    for assignment in round.assignments.all():
        score_all_cross(assignment, share)
        scoring.submit_cross(actor=staff_of(assignment.assessor_id), assignment=assignment, on=on)


def sign_all_off(personas: Personas, round: AssessmentRound, on: datetime.date = SIGNED_ON) -> AssessmentRound:
    return reviewing.sign_off(actor=personas.leader, round=round, assignments=round.assignments.all(), meeting="第五十二次主任会议", on=on)


def play_to_objection(personas: Personas, round: AssessmentRound, share: str = "1") -> AssessmentRound:
    submit_all_self(round)
    submit_all_cross(round, share)
    return sign_all_off(personas, round)
