"""How far a round is: what has been scored, area by area and sheet by sheet. Reading only, one query each."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, Q, QuerySet

from platforms.enums import AssignmentState, RoundState
from platforms.models import Assessment, AssessmentRound, CrossAssignment, ItemScore

DEPARTS = Q(suggested__isnull=False, cross_score__isnull=False) & ~Q(cross_score=F("suggested"))

_THERE = "assessments__scores__"
_DEPARTS_THERE = Q(**{f"{_THERE}suggested__isnull": False, f"{_THERE}cross_score__isnull": False}) & ~Q(
    **{f"{_THERE}cross_score": F(f"{_THERE}suggested")}
)
_COUNTS = {
    "total": Count("pk"),
    "self_done": Count("self_score"),
    "cross_done": Count("cross_score"),
    "problems": Count("pk", filter=~Q(problem="")),
    "departures": Count("pk", filter=DEPARTS),
}


@dataclass(frozen=True)
class Progress:
    """Items of an area or a sheet, and how many are self-scored, cross-scored, troubled, or scored against the suggestion."""

    total: int = 0
    self_done: int = 0
    cross_done: int = 0
    problems: int = 0
    departures: int = 0

    @property
    def self_missing(self) -> int:
        return self.total - self.self_done

    @property
    def cross_missing(self) -> int:
        return self.total - self.cross_done


def by_sheet(assignment: CrossAssignment) -> dict[int, Progress]:
    """By the primary key of the sheet."""
    rows = ItemScore.objects.filter(assessment__assignment=assignment).order_by().values_list("assessment").annotate(**_COUNTS)
    return {sheet: Progress(*counts) for sheet, *counts in rows}


def of(scores: QuerySet[ItemScore]) -> Progress:
    """Of all these scores together."""
    return Progress(**scores.order_by().aggregate(**_COUNTS))


@dataclass(frozen=True)
class Standing:
    """Where one area's assessment stands, as a line of the round's table shows it."""

    assignment: CrossAssignment
    progress: Progress
    tone: str
    icon: str
    word: str

    @property
    def done(self) -> int:
        """Of the step the unit is in: self-scores, until its assessors have begun."""
        in_self = self.assignment.round.state == RoundState.SELF_SCORING and not self.progress.cross_done
        return self.progress.self_done if in_self or self.assignment.state == AssignmentState.SELF_SCORING else self.progress.cross_done


def standings(round: AssessmentRound, today: datetime.date) -> list[Standing]:
    """All units of the round in the order of the areas, with area, assessor and leader. One query."""
    rows: Iterable[Any] = round.assignments.select_related("area", "assessor", "leader").annotate(
        total=Count("assessments__scores"),
        self_done=Count("assessments__scores__self_score"),
        cross_done=Count("assessments__scores__cross_score"),
        problems=Count("assessments__scores", filter=Q(assessments__scores__problem__gt="")),
        departures=Count("assessments__scores", filter=_DEPARTS_THERE),
    )
    made = []
    for row in rows:
        row.round = round
        made.append(_standing(row, Progress(row.total, row.self_done, row.cross_done, row.problems, row.departures), round, today))
    return made


def _standing(assignment: CrossAssignment, progress: Progress, round: AssessmentRound, today: datetime.date) -> Standing:
    match assignment.state:
        case AssignmentState.SELF_SCORING:
            if today > round.self_scoring_until:
                look = ("bad", "late", "自评逾期")
            elif progress.self_done:
                look = ("warn", "clock", "自评中")
            else:
                look = ("", "wait", "自评未开始")
        case AssignmentState.CROSS_SCORING:
            if round.state == RoundState.SELF_SCORING and not progress.cross_done:
                look = ("ok", "check", "自评已交")
            elif today > round.cross_scoring_until:
                look = ("bad", "late", "交叉评逾期")
            else:
                look = ("info", "run", "交叉评中") if progress.cross_done else ("", "wait", "待交叉评")
        case AssignmentState.SCORED:
            look = ("info", "pen", "待审定")
        case _:
            look = ("ok", "check", "已审定")
    return Standing(assignment, progress, *look)


@dataclass(frozen=True)
class Step:
    """One of a round's five steps. ``stage`` is "done", "now" or ""."""

    label: str
    note: str
    stage: str


def steps(round: AssessmentRound, standings: list[Standing]) -> list[Step]:
    """自评 → 交叉评 → 审定 → 异议 → 通报, each with how far it is or when it ends."""
    order = list(RoundState)
    here = order.index(RoundState(round.state))
    total = len(standings)
    past_self = sum(s.assignment.state != AssignmentState.SELF_SCORING for s in standings)
    past_cross = sum(s.assignment.state in (AssignmentState.SCORED, AssignmentState.SIGNED_OFF) for s in standings)
    signed = sum(s.assignment.state == AssignmentState.SIGNED_OFF for s in standings)
    counts = {RoundState.SELF_SCORING: past_self, RoundState.CROSS_SCORING: past_cross, RoundState.SIGN_OFF: signed}
    until = {
        RoundState.SELF_SCORING: round.self_scoring_until,
        RoundState.CROSS_SCORING: round.cross_scoring_until,
        RoundState.SIGN_OFF: round.sign_off_until,
        RoundState.OBJECTION: round.objection_until,
    }
    made = []
    for position, state in enumerate(order):
        stage = "done" if position < here or round.state == RoundState.PUBLISHED else "now" if position == here else ""
        day = until.get(state)
        if state == round.state and state in counts:
            note = f"{counts[state]}/{total} 家"
        elif day:
            note = f"{day.month}月{day.day}日"
        else:
            note = "审定后开始" if state == RoundState.OBJECTION else "" if stage else "异议期满后"
        made.append(Step("通报" if state == RoundState.PUBLISHED else RoundState(state).label, note, stage))
    return made


def current_limit(round: AssessmentRound) -> datetime.date | None:
    """The last day of the step the round is in."""
    return {
        RoundState.SELF_SCORING: round.self_scoring_until,
        RoundState.CROSS_SCORING: round.cross_scoring_until,
        RoundState.SIGN_OFF: round.sign_off_until,
        RoundState.OBJECTION: round.objection_until,
    }.get(RoundState(round.state))


def sheets_of(assignment: CrossAssignment) -> list[tuple[Assessment, Progress]]:
    """The area's own sheet first, then its platforms', each with its progress."""
    counted = by_sheet(assignment)
    sheets = assignment.assessments.select_related("area", "platform").order_by(F("platform").asc(nulls_first=True), "code")
    return [(sheet, counted.get(sheet.pk, Progress())) for sheet in sheets]
