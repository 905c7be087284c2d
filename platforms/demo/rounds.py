"""Three quarters of cross-assessment, through the services, each step on the day it would have been taken."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from congress.models import Notification, User
from congress.periods import Period
from platforms.demo import targets
from platforms.demo.clock import on_day
from platforms.demo.people import People
from platforms.demo.targets import Given
from platforms.demo.words import NOTES, OBJECTIONS, REPORTS, RETURNED
from platforms.enums import CheckState, ObjectionState
from platforms.models import AssessmentRound, CrossAssignment, ItemScore, Rectification, StandardCheck
from platforms.services import publishing, rectifications, reviewing, rounds, scoring


@dataclass(frozen=True)
class Quarter:
    period: Period
    opened: date
    signed: date
    published: date | None
    meeting: str
    number: str
    objection: tuple[str, str, str] | None = None  # unit, item, outcome


QUARTERS = (
    Quarter(
        Period.quarter(2026, 1),
        date(2026, 3, 16),
        date(2026, 4, 13),
        date(2026, 4, 20),
        "区八届人大常委会第四十六次主任会议",
        "榕人办发〔2026〕9号",
    ),
    Quarter(
        Period.quarter(2026, 2),
        date(2026, 6, 15),
        date(2026, 7, 13),
        date(2026, 7, 20),
        "区八届人大常委会第四十九次主任会议",
        "榕人办发〔2026〕18号",
        ("红棉华侨农场", "A04", ObjectionState.DISMISSED),
    ),
    Quarter(
        Period.quarter(2026, 3),
        date(2026, 9, 14),
        date(2026, 10, 16),
        None,
        "区八届人大常委会第五十二次主任会议",
        "",
        ("平岭镇", "P14", ObjectionState.UPHELD),
    ),
)
_LATE = {"2026Q1": "松山镇"}  # hands in its self-scores a day after the deadline
_BY_HAND = 1  # platforms of a unit that are scored item by item, as people do it
_SLOW = ("沙冲镇", "河口镇")  # leave a part of their lists undone


def make(random: Random, people: People) -> None:
    for quarter in QUARTERS:
        round = _assess(random, quarter, people)
        if quarter.published:
            with on_day(quarter.published, 9, 30):
                publishing.publish(actor=people.office, round=round, number=quarter.number, issued_on=quarter.published)
            _put_right(random, round, quarter.published, people)
    transaction.on_commit(_date_notices)


def _assess(random: Random, quarter: Quarter, people: People) -> AssessmentRound:
    with on_day(quarter.opened, 9):
        round = rounds.open_round(actor=people.office, period=quarter.period, seed=f"demo-{quarter.period.code}")
        assignments = list(round.assignments.select_related("round__table", "area", "assessor"))
        for turn, assignment in enumerate(assignments):
            rounds.appoint_leader(actor=people.office, assignment=assignment, leader=people.leaders[turn % len(people.leaders)])
    late = _LATE.get(round.code)
    overdue = dict(Rectification.objects.overdue(quarter.signed).order_by().values_list("area").annotate(Count("pk")))
    given: dict[int, list[Given]] = {}
    for turn, assignment in enumerate(sorted(assignments, key=lambda each: each.area.name == late)):
        is_late = assignment.area.name == late
        deduction = Decimal(is_late) + 2 * overdue.get(assignment.area_id, 0)
        given[assignment.pk] = targets.scores(random, assignment, _rows(assignment), quarter.period.number, deduction)
        with on_day(round.self_scoring_until + timedelta(days=1 if is_late else -(turn % 3)), 10 + turn % 6):
            _score_self(random, given[assignment.pk], people.town_users[assignment.area_id])
            scoring.submit_self(actor=people.town_users[assignment.area_id], assignment=assignment)
    for turn, assignment in enumerate(assignments):
        with on_day(round.cross_scoring_until - timedelta(days=4 - turn // 3), 15, turn):
            _score_cross(given[assignment.pk], people.town_users[assignment.assessor_id])
            scoring.submit_cross(actor=people.town_users[assignment.assessor_id], assignment=assignment)
    with on_day(quarter.signed, 16):
        round = reviewing.sign_off(actor=people.leaders[0], round=round, assignments=assignments, meeting=quarter.meeting)
    if quarter.objection:
        _object(quarter, round, people)
    return round


def _rows(assignment: CrossAssignment) -> list[ItemScore]:
    rows = (
        ItemScore.objects.filter(assessment__assignment=assignment)
        .select_related("item", "assessment")
        .order_by("assessment__code", "item__position")
    )
    for row in rows:
        row.assessment.assignment = assignment
    return list(rows)


def _score_self(random: Random, given: list[Given], actor: User) -> None:
    """A unit sees itself a little better than others do."""
    for each in given:
        kinder = each.score + random.choice((0, 0, 0, 1, 1, 2)) * Decimal("0.5") if each.missing else each.score
        each.row.self_score, each.row.self_note, each.row.version = min(kinder, each.row.max_score), random.choice(NOTES), 1
    for each in given:
        if not _is_extra(each.row) and each.row.self_score is not None:
            scoring.score_self(actor=actor, item_score=each.row, score=each.row.self_score, note=each.row.self_note, version=0)
    _write_extra(given, ["self_score", "self_note", "version"])


def _score_cross(given: list[Given], actor: User) -> None:
    for each in given:
        if not _is_extra(each.row):
            scoring.score_cross(actor=actor, item_score=each.row, score=each.score, reason=each.reason, problem=each.problem, version=1)
        each.row.cross_score, each.row.reason, each.row.problem = each.score, each.reason, each.problem
        each.row.scored_by, each.row.scored_at, each.row.version = actor, timezone.now(), 2
    _write_extra(given, ["cross_score", "reason", "problem", "scored_by", "scored_at", "version"])


def _is_extra(row: ItemScore) -> bool:
    """The unit's further platforms. Their scores are written at once: singly they were half of what loading the demo takes."""
    return row.assessment.platform_id is not None and int(row.assessment.code.rpartition("-")[2]) > _BY_HAND


def _write_extra(given: list[Given], fields: list[str]) -> None:
    ItemScore.objects.bulk_update([each.row for each in given if _is_extra(each.row)], fields, batch_size=500)


def _object(quarter: Quarter, round: AssessmentRound, people: People) -> None:
    unit, item, outcome = quarter.objection or ("", "", "")
    text, answer = OBJECTIONS[outcome == ObjectionState.DISMISSED]
    rows = ItemScore.objects.filter(assessment__round=round, assessment__area__name=unit, item__code=item).select_related(
        "item", "assessment__area"
    )
    row = min(rows, key=lambda each: each.cross_score or 0)
    score = min((row.cross_score or Decimal(0)) + Decimal("0.5"), row.max_score)
    with on_day(quarter.signed + timedelta(days=3), 11):
        objection = reviewing.raise_objection(actor=people.town_users[row.assessment.area_id], item_score=row, text=text)
    with on_day(quarter.signed + timedelta(days=4), 17):
        reviewing.decide_objection(
            actor=people.office,
            objection=objection,
            state=outcome,
            decision=answer.format(score=f"{score.normalize():f}"),
            score=score if outcome == ObjectionState.UPHELD else None,
        )


def _put_right(random: Random, round: AssessmentRound, published: date, people: People) -> None:
    """Most is reported and verified in time and shows in the standards. Of the last quarter a part waits, is sent back, or is overdue."""
    is_last = round.quarter == 2
    of_unit: Counter[str] = Counter()
    for turn, found in enumerate(Rectification.objects.filter(round=round).select_related("area", "item", "platform").order_by("code")):
        name, place = found.area.name, of_unit[found.area.name]
        of_unit[name] += 1
        if is_last and place == 0 and name in _SLOW:
            continue
        is_slow = name == _SLOW[0] and place < 2  # too late for the next quarter, which takes points off
        day = published + timedelta(days=100 if is_slow else random.randint(8, 26))
        town, text = people.town_users[found.area_id], random.choice(REPORTS)
        _report(found, town, day, text)
        if turn % 14 == 9:
            with on_day(day + timedelta(days=1), 16):
                rectifications.send_back(actor=people.office, rectification=found, reason=RETURNED)
            if is_last:
                continue
            _report(found, town, day + timedelta(days=3), text)
        if is_last and turn % 9 == 4:
            continue
        with on_day(day + timedelta(days=4), 15, turn % 60):
            rectifications.verify(actor=people.office, rectification=found)
        if found.platform_id and found.item.figure == "platforms.standard_item":
            StandardCheck.objects.filter(platform=found.platform_id, item__code=found.item.figure_argument).update(
                state=CheckState.MET, note=""
            )


def _report(found: Rectification, town: User, day: date, text: str) -> None:
    with on_day(day, 10, 20):
        rectifications.report(actor=town, rectification=found, text=text.format(day=f"{day.month}月{day.day}日", problem=found.problem))


def _date_notices() -> None:
    """Notices go out when everything is stored; they get the day they speak of, and count as read."""
    for quarter in reversed(QUARTERS):
        with on_day(quarter.published or quarter.signed, 17):
            at = timezone.now()
        told = Notification.objects.filter(key__contains=quarter.period.code) if quarter.published else Notification.objects.all()
        told.update(created_at=at, read_at=at)
