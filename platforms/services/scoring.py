"""Self-scores and cross-scores, item by item, each saved as it is given."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from congress.errors import Conflict, DomainError
from congress.services import audit
from platforms.enums import AssignmentState
from platforms.models import CrossAssignment, DeductionRule, ItemScore
from platforms.rules import works_in_assessed_area, works_in_assessing_area
from platforms.services.deductions import deduct_automatically
from platforms.services.guards import locked_assignment, open_round_locked, person, require
from platforms.services.phases import advance


@transaction.atomic
def score_self(*, actor: audit.Actor, item_score: ItemScore, score: Decimal, note: str = "", version: int) -> ItemScore:
    """Keeps the unit's own score of one item. Read ``version`` with the form; the same score again is a no-op.

    Raises DomainError when self-scoring is over or the score is none the table allows, Conflict when somebody else was faster.
    """
    require(actor, works_in_assessed_area, item_score)
    assignment = locked_assignment(item_score.assessment.assignment)
    if assignment.state != AssignmentState.SELF_SCORING:
        raise DomainError(f"{assignment.area}的自评已经提交或截止，不能再修改。")
    new = {"self_score": allowed_score(item_score, score, assignment.round.table.score_step), "self_note": note.strip()}
    return _write(actor, "platforms.score_self", item_score, new, version)


@transaction.atomic
def submit_self(*, actor: audit.Actor, assignment: CrossAssignment, on: datetime.date | None = None) -> CrossAssignment:
    """Hands in the unit's self-scores; after the deadline with the deduction for being late. A second call is a no-op.

    Raises DomainError while items are missing.
    """
    require(actor, works_in_assessed_area, assignment)
    round = open_round_locked(assignment.round)
    assignment = locked_assignment(assignment)
    if assignment.self_submitted_at:
        return assignment
    if assignment.state != AssignmentState.SELF_SCORING:
        raise DomainError(f"自评已于{_day(round.self_scoring_until)}截止，未提交的已按现有内容转入交叉评。")
    _refuse_missing(assignment, "self_score", "自评")
    on = on or timezone.localdate()
    if on > round.self_scoring_until:
        reason = f"自评应于{_day(round.self_scoring_until)}前提交，实际于{_day(on)}提交"
        deduct_automatically(round, DeductionRule.LATE, {assignment: (1, reason)})
    assignment.state = AssignmentState.CROSS_SCORING
    assignment.self_submitted_at, assignment.self_submitted_by = timezone.now(), person(actor)
    assignment.save(update_fields=["state", "self_submitted_at", "self_submitted_by"])
    audit.record(actor, "platforms.submit_self", round, changes={assignment.area.code: [AssignmentState.SELF_SCORING, assignment.state]})
    advance(round=round, on=on)
    return assignment


@transaction.atomic
def score_cross(
    *, actor: audit.Actor, item_score: ItemScore, score: Decimal, reason: str = "", problem: str = "", version: int
) -> ItemScore:
    """Keeps the assessors' score of one item. Read ``version`` with the form; the same score again is a no-op.

    ``reason`` must say why the score departs from the suggestion; ``problem`` goes into the list of what must be put right.
    Raises DomainError when cross-scoring has not begun or is over, when the score is none the table allows or lacks its
    reason; Conflict, naming who scored what and when, when somebody else was faster. Nothing is written then.
    """
    require(actor, works_in_assessing_area, item_score)
    assignment = locked_assignment(item_score.assessment.assignment)
    if assignment.state == AssignmentState.SELF_SCORING:
        raise DomainError(f"{assignment.area}还在自评，提交后才能交叉评分。")
    if assignment.state != AssignmentState.CROSS_SCORING:
        raise DomainError(f"对{assignment.area}的交叉评分已经提交，不能再修改。")
    score = allowed_score(item_score, score, assignment.round.table.score_step)
    suggested = ItemScore.objects.values_list("suggested", flat=True).get(pk=item_score.pk)
    if suggested is not None and score != suggested and not reason.strip():
        raise DomainError(f"“{item_score.item}”系统建议{_plain(suggested)}分，评为{_plain(score)}分，请写明理由。")
    new = {
        "cross_score": score,
        "reason": reason.strip(),
        "problem": problem.strip(),
        "scored_by": person(actor),
        "scored_at": timezone.now(),
    }
    return _write(actor, "platforms.score_cross", item_score, new, version)


@transaction.atomic
def submit_cross(*, actor: audit.Actor, assignment: CrossAssignment, on: datetime.date | None = None) -> CrossAssignment:
    """Hands in the assessors' scores. A second call is a no-op. Raises DomainError while items are missing or self-scoring goes on."""
    require(actor, works_in_assessing_area, assignment)
    round = open_round_locked(assignment.round)
    assignment = locked_assignment(assignment)
    if assignment.state in (AssignmentState.SCORED, AssignmentState.SIGNED_OFF):
        return assignment
    if assignment.state == AssignmentState.SELF_SCORING:
        raise DomainError(f"{assignment.area}还在自评，提交后才能交叉评分。")
    _refuse_missing(assignment, "cross_score", "交叉评")
    assignment.state, assignment.returned_reason = AssignmentState.SCORED, ""
    assignment.cross_submitted_at, assignment.cross_submitted_by = timezone.now(), person(actor)
    assignment.save(update_fields=["state", "returned_reason", "cross_submitted_at", "cross_submitted_by"])
    audit.record(actor, "platforms.submit_cross", round, changes={assignment.area.code: [AssignmentState.CROSS_SCORING, assignment.state]})
    advance(round=round, on=on)
    return assignment


def allowed_score(item_score: ItemScore, score: Decimal, step: Decimal) -> Decimal:
    """The score as it is kept. Raises DomainError outside 0 to the maximum, or between the table's steps."""
    maximum = item_score.max_score
    if not score.is_finite() or not 0 <= score <= maximum:
        raise DomainError(f"“{item_score.item}”应在0至{_plain(maximum)}分之间。")
    if score != maximum and score % step:
        raise DomainError(f"“{item_score.item}”按{_plain(step)}分为一档打分，不能打{_plain(score)}分。")
    return score


def _refuse_missing(assignment: CrossAssignment, field: str, what: str) -> None:
    missing = ItemScore.objects.filter(assessment__assignment=assignment, **{f"{field}__isnull": True}).count()
    if missing:
        raise DomainError(f"还有{missing}个项目没有{what}分，补齐后才能提交。")


def _write(actor: audit.Actor, action: str, item_score: ItemScore, new: dict[str, Any], version: int) -> ItemScore:
    """Writes against the version the person saw, so that of two who score one item at once exactly one wins."""
    now = ItemScore.objects.select_related("item", "scored_by", "assessment__area", "assessment__platform").get(pk=item_score.pk)
    said = [field for field in new if field not in ("scored_by", "scored_at")]
    changes = audit.difference({field: getattr(now, field) for field in said}, {field: new[field] for field in said})
    if not changes:
        return now
    if not ItemScore.objects.filter(pk=now.pk, version=version).update(version=version + 1, **new):
        raise _conflict(now, "cross_score" if "cross_score" in new else "self_score")
    for field, value in new.items():
        setattr(now, field, value)
    now.version = version + 1
    audit.record(actor, action, now, changes=changes, ref=f"{now.assessment.code}.{now.item.code}")
    return now


def _conflict(now: ItemScore, field: str) -> Conflict:
    score = getattr(now, field)
    shown = "尚未评分" if score is None else f"{_plain(score)}分"
    if field == "cross_score" and now.scored_by and now.scored_at:
        at = timezone.localtime(now.scored_at)
        return Conflict(f"{now.scored_by}已于{at.month}月{at.day}日{at:%H:%M}将“{now.item}”评为{shown}，您的评分没有保存。请核对后再评。")
    return Conflict(f"“{now.item}”刚才已由他人修改，现为{shown}，您的评分没有保存。请核对后再评。")


def _plain(number: Decimal) -> str:
    """2.50 as "2.5", 10.00 as "10"."""
    return f"{number.normalize():f}"


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"
