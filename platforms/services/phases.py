"""The round's way from self-scoring to the objection window. Each step is taken when its time has come, by whoever is there first."""

from __future__ import annotations

import datetime
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from congress.enums import Role
from congress.models import User
from congress.services import audit
from congress.services.audit import SYSTEM
from congress.services.notices import notify
from congress.workdays import Calendar
from platforms import links
from platforms.enums import AssignmentState, RoundState, Subject
from platforms.models import AssessmentRound, CrossAssignment, DeductionRule, ItemScore, Rectification
from platforms.services.deductions import deduct_automatically
from platforms.services.guards import locked_round, move_round
from platforms.services.rounds import town_staff
from platforms.services.suggesting import Suggestions

_AT_ONCE = 500


@transaction.atomic
def advance(*, round: AssessmentRound, on: datetime.date | None = None, actor: audit.Actor = SYSTEM) -> AssessmentRound:
    """Takes the round as far as it has come by the day ``on`` (today); nothing when it has to wait.

    - self-scoring ends when every unit has submitted, or when the deadline is past: a sheet not submitted is closed with
      its missing self-scores left empty, and the unit gets the deduction for being late;
    - cross-scoring ends when every unit is scored. Nobody's score is made up, so a late assessor holds the round up;
      rectifications overdue by then cost their deduction;
    - sign-off ends when every unit is signed off; the objection window then opens and lasts ``objection_limit``.

    Publishing is the office's own act: ``publishing.publish``.
    """
    round = locked_round(round)
    on = on or timezone.localdate()
    if round.state == RoundState.SELF_SCORING:
        _end_self_scoring(round, on, actor)
    if round.state == RoundState.CROSS_SCORING:
        _end_cross_scoring(round, on, actor)
    if round.state == RoundState.SIGN_OFF:
        _end_sign_off(round, on, actor)
    return round


def _end_self_scoring(round: AssessmentRound, on: datetime.date, actor: audit.Actor) -> None:
    waiting = list(round.assignments.filter(state=AssignmentState.SELF_SCORING).select_for_update(of=("self",)).select_related("area"))
    if waiting and on <= round.self_scoring_until:
        return
    late = (1, f"至{_day(round.self_scoring_until)}截止未提交自评")
    deduct_automatically(round, DeductionRule.LATE, dict.fromkeys(waiting, late))
    for assignment in waiting:
        assignment.state = AssignmentState.CROSS_SCORING
    CrossAssignment.objects.bulk_update(waiting, ["state"], batch_size=200)
    refresh_suggestions(round)
    move_round(round, RoundState.CROSS_SCORING)
    changes = {"state": [RoundState.SELF_SCORING, RoundState.CROSS_SCORING], "closed": [None, [a.area.code for a in waiting]]}
    audit.record(actor, "platforms.end_self_scoring", round, changes=changes)
    notify(
        town_staff([a.assessor for a in round.assignments.select_related("assessor")]),
        text=f"{round}自评已结束，请于{_day(round.cross_scoring_until)}前完成交叉评分。",
        url=links.to_round(round),
        key=f"cross-scoring-{round.code}",
    )


def _end_cross_scoring(round: AssessmentRound, on: datetime.date, actor: audit.Actor) -> None:
    if round.assignments.filter(state__in=[AssignmentState.SELF_SCORING, AssignmentState.CROSS_SCORING]).exists():
        return
    _deduct_unrectified(round, on)
    move_round(round, RoundState.SIGN_OFF)
    audit.record(actor, "platforms.end_cross_scoring", round, changes={"state": [RoundState.CROSS_SCORING, RoundState.SIGN_OFF]})
    notify(
        User.objects.in_role(Role.LEADER),
        text=f"{round}交叉评分已全部提交，请于{_day(round.sign_off_until)}前审定。",
        url=links.to_round(round),
        key=f"sign-off-{round.code}",
    )


def _end_sign_off(round: AssessmentRound, on: datetime.date, actor: audit.Actor) -> None:
    if round.assignments.exclude(state=AssignmentState.SIGNED_OFF).exists():
        return
    until = Calendar.load().due(on, round.table.objection_limit).due_on
    move_round(round, RoundState.OBJECTION, signed_off_on=on, objection_until=until)
    audit.record(
        actor,
        "platforms.end_sign_off",
        round,
        changes={"state": [RoundState.SIGN_OFF, RoundState.OBJECTION], "objection_until": [None, str(until)]},
    )
    notify(
        town_staff([a.area for a in round.assignments.select_related("area")]),
        text=f"{round}已审定。对本单位得分有异议的，请于{_day(until)}前提出。",
        url=links.to_round(round),
        key=f"objection-{round.code}",
    )


def _deduct_unrectified(round: AssessmentRound, on: datetime.date) -> None:
    """Takes points off for what earlier rounds found and nobody has reported as put right in time (未整改，每项扣分)."""
    assignments = {a.area_id: a for a in round.assignments.select_related("area")}
    overdue: dict[int, list[str]] = {}
    for rectification in Rectification.objects.overdue(on).filter(area__in=list(assignments)).exclude(round=round):
        overdue.setdefault(rectification.area_id, []).append(rectification.code)
    found = {
        assignments[area]: (len(codes), f"整改逾期未完成{len(codes)}项：{'、'.join(codes[:10])}{'等' if len(codes) > 10 else ''}")
        for area, codes in overdue.items()
    }
    deduct_automatically(round, DeductionRule.UNRECTIFIED, found)


def refresh_suggestions(round: AssessmentRound) -> int:
    """Asks the figures again, so that assessors see what towns have put in order since the round opened; answers how many changed.

    Items that have a cross-score keep the suggestion they were scored against.
    """
    items = {item.pk: item for item in round.table.items.exclude(figure="")}
    rows = ItemScore.objects.filter(assessment__round=round, item__in=list(items), cross_score__isnull=True)
    known = list(rows.values_list("pk", "item_id", "assessment__platform_id", "assessment__area_id", "suggested", "figure_value"))
    ids: dict[str, list[int]] = {
        Subject.PLATFORM: sorted({platform for _, _, platform, _, _, _ in known if platform}),
        Subject.AREA: sorted({area for _, _, platform, area, _, _ in known if not platform}),
    }
    suggestions = Suggestions(items.values(), ids, round.period, round.table.score_step)
    changed: dict[tuple[Decimal | None, Decimal | None], list[int]] = {}
    for pk, item, platform, area, suggested, value in known:
        new = suggestions.of(items[item], platform or area)
        if new != (suggested, value):
            changed.setdefault(new, []).append(pk)
    for (suggested, value), keys in changed.items():
        for start in range(0, len(keys), _AT_ONCE):
            ItemScore.objects.filter(pk__in=keys[start : start + _AT_ONCE]).update(suggested=suggested, figure_value=value)
    return sum(map(len, changed.values()))


def _day(day: datetime.date) -> str:
    return f"{day.month}月{day.day}日"
