"""Sign-off by the leading official, and what a unit may object to afterwards."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from congress.services.notices import notify
from platforms import links
from platforms.enums import AssignmentState, ObjectionState, RoundState
from platforms.models import AssessmentRound, CrossAssignment, ItemScore, Objection
from platforms.rules import is_leader, is_office, works_in_assessed_area
from platforms.services.guards import locked_assignment, open_round_locked, person, require
from platforms.services.phases import advance
from platforms.services.rounds import town_staff
from platforms.services.scoring import allowed_score


@transaction.atomic
def sign_off(
    *,
    actor: audit.Actor,
    round: AssessmentRound,
    assignments: Iterable[CrossAssignment],
    meeting: str = "",
    on: datetime.date | None = None,
) -> AssessmentRound:
    """Signs off the scores of the given areas; with the last of them the objection window opens.

    ``meeting`` names the meeting that decided (如：区八届人大常委会第五十二次主任会议). Those already signed off are left as
    they are. Raises DomainError before all units are scored, or when one of the areas has been sent back.
    """
    require(actor, is_leader)
    round = open_round_locked(round)
    chosen = {assignment.pk for assignment in assignments}
    rows = list(round.assignments.filter(pk__in=chosen).select_for_update(of=("self",)).select_related("area"))
    open_rows = [row for row in rows if row.state != AssignmentState.SIGNED_OFF]
    if not open_rows:
        return round
    if round.state in (RoundState.SELF_SCORING, RoundState.CROSS_SCORING):
        raise DomainError("各单位的交叉评分还没有全部提交，不能审定。")
    if unfinished := [row.area.name for row in open_rows if row.state != AssignmentState.SCORED]:
        raise DomainError(f"{'、'.join(unfinished)}已退回重评，提交后才能审定。")
    CrossAssignment.objects.filter(pk__in=[row.pk for row in open_rows]).update(
        state=AssignmentState.SIGNED_OFF, signed_off_at=timezone.now(), signed_off_by=person(actor)
    )
    if meeting.strip():
        round.meeting = meeting.strip()
        round.save(update_fields=["meeting"])
    audit.record(
        actor,
        "platforms.sign_off",
        round,
        changes={"areas": [None, [row.area.code for row in open_rows]], "meeting": [None, round.meeting]},
    )
    return advance(round=round, on=on, actor=actor)


@transaction.atomic
def send_back(*, actor: audit.Actor, assignment: CrossAssignment, reason: str) -> CrossAssignment:
    """Gives one area's scores back to its assessors, who are told why. A second call is a no-op.

    Raises DomainError without a reason, before all units are scored, or once the area is signed off.
    """
    require(actor, is_leader)
    round = open_round_locked(assignment.round)
    assignment = locked_assignment(assignment)
    reason = reason.strip()
    if not reason:
        raise DomainError("请写明退回的理由。")
    if assignment.state == AssignmentState.CROSS_SCORING and assignment.returned_reason == reason:
        return assignment
    if round.state != RoundState.SIGN_OFF or assignment.state != AssignmentState.SCORED:
        raise DomainError(f"{assignment.area}现为“{assignment.get_state_display()}”，不能退回。")
    assignment.state, assignment.returned_reason = AssignmentState.CROSS_SCORING, reason
    assignment.save(update_fields=["state", "returned_reason"])
    audit.record(
        actor, "platforms.send_back", round, changes={assignment.area.code: [AssignmentState.SCORED, assignment.state]}, reason=reason
    )
    notify(
        town_staff([assignment.assessor]),
        text=f"对{assignment.area}的评分已退回：{reason}"[:200],
        url=links.to_area(round.code, assignment.area.code),
        key=f"sent-back-{round.code}-{assignment.area.code}-{timezone.now():%Y%m%d%H%M%S}",
    )
    return assignment


@transaction.atomic
def raise_objection(*, actor: audit.Actor, item_score: ItemScore, text: str, on: datetime.date | None = None) -> Objection:
    """A unit objects to one of its items, once, within the window. The same objection again is a no-op.

    Raises DomainError outside the window, without a text, or when the item has been objected to.
    """
    require(actor, works_in_assessed_area, item_score)
    round = open_round_locked(item_score.assessment.round)
    text = text.strip()
    if round.state != RoundState.OBJECTION or round.objection_until is None:
        raise DomainError("还没有进入异议期，审定后才能提出异议。")
    if (on or timezone.localdate()) > round.objection_until:
        raise DomainError(f"异议期已于{_day(round.objection_until)}截止，不能再提出异议。")
    if not text:
        raise DomainError("请写明异议的内容。")
    if known := Objection.objects.filter(item_score=item_score).first():
        if known.text == text:
            return known
        raise DomainError(f"“{item_score.item}”已由{known.raised_by}提出异议，不能重复提出。")
    objection = Objection.objects.create(item_score=item_score, text=text, raised_by=person(actor))
    audit.record(actor, "platforms.raise_objection", objection, ref=f"{round.code}.{item_score.assessment.code}.{item_score.item.code}")
    notify(
        User.objects.in_role(Role.OFFICE),
        text=f"{item_score.assessment.area}对“{item_score.item}”的得分提出异议，请答复。",
        url=links.to_area(round.code, item_score.assessment.area.code),
        key=f"objection-raised-{objection.pk}",
    )
    return objection


@transaction.atomic
def decide_objection(*, actor: audit.Actor, objection: Objection, state: str, decision: str, score: Decimal | None = None) -> Objection:
    """The office answers. ``state`` is UPHELD, with the new ``score`` of the item, or DISMISSED. The same answer again is a no-op.

    Raises DomainError without an answer or a fitting score, or when it has been answered otherwise.
    """
    require(actor, is_office)
    item_score = objection.item_score
    round = open_round_locked(item_score.assessment.round)
    objection = (
        Objection.objects.select_for_update(of=("self",)).select_related("raised_by", "decided_by", "item_score__item").get(pk=objection.pk)
    )
    decision = decision.strip()
    if objection.state != ObjectionState.RAISED:
        if (objection.state, objection.decision) == (state, decision):
            return objection
        raise DomainError(f"该异议已由{objection.decided_by}答复（{objection.get_state_display()}），请刷新后查看。")
    if state not in (ObjectionState.UPHELD, ObjectionState.DISMISSED):
        raise DomainError("请选择采纳或者维持原评分。")
    if not decision:
        raise DomainError("请写明答复的内容。")
    before = item_score.final_score
    if state == ObjectionState.UPHELD:
        if score is None:
            raise DomainError("采纳异议的，请填写该项目的新得分。")
        item_score = ItemScore.objects.select_related("item").get(pk=item_score.pk)
        item_score.decided_score = allowed_score(item_score, score, round.table.score_step)
        item_score.version += 1
        item_score.save(update_fields=["decided_score", "version"])
    objection.state, objection.decision = state, decision
    objection.decided_by, objection.decided_at = person(actor), timezone.now()
    objection.save(update_fields=["state", "decision", "decided_by", "decided_at"])
    changes = {"state": [ObjectionState.RAISED, state], "score": [str(before), str(item_score.final_score)]}
    ref = f"{round.code}.{item_score.assessment.code}.{item_score.item.code}"
    audit.record(actor, "platforms.decide_objection", objection, changes=changes, ref=ref)
    notify(
        [objection.raised_by],
        text=f"对“{item_score.item}”的异议已答复：{objection.get_state_display()}。",
        url=links.to_area(round.code, item_score.assessment.area.code),
        key=f"objection-decided-{objection.pk}",
    )
    return objection


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"
