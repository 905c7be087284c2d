"""Deadlines of rounds and rectifications, worked out again when staff change the working calendar."""

from __future__ import annotations

import datetime
from typing import Any

from django.utils import timezone

from congress import deadlines
from congress.services import audit
from congress.services.notices import notify
from congress.workdays import Calendar
from platforms import links
from platforms.models import AssessmentRound, Bulletin, Rectification
from platforms.services.rounds import town_staff

# deadline, what it is counted from, which limit of the score table
_CHAIN = (
    ("self_scoring_until", "opened_on", "self_scoring_limit"),
    ("cross_scoring_until", "self_scoring_until", "cross_scoring_limit"),
    ("sign_off_until", "cross_scoring_until", "sign_off_limit"),
    ("objection_until", "signed_off_on", "objection_limit"),
)


def move_rounds(before: Calendar, now: Calendar, actor: audit.Actor, on: datetime.date | None = None) -> int:
    """Moves the deadlines of rounds under way, and tells the towns. Returns how many deadlines moved.

    A deadline that is past by the day ``on`` (today) stays, and so does one that somebody set by hand: one that is not
    what the calendar ``before`` gave.
    """
    on = on or timezone.localdate()
    moved = 0
    for round in AssessmentRound.objects.unfinished().select_for_update(of=("self",)).select_related("table"):
        old = {field: getattr(round, field) for field, _, _ in _CHAIN}
        new = _worked_out(round, before, now, on)
        changes = audit.difference(old, new)
        if not changes:
            continue
        for field, day in new.items():
            setattr(round, field, day)
        round.save(update_fields=list(new))
        audit.record(actor, "platforms.recompute_deadlines", round, changes=changes)
        notify(
            town_staff([assignment.area for assignment in round.assignments.select_related("area")]),
            text=f"放假安排有变动，{round}的截止日期已重新计算，请查看。",
            url=links.to_round(round),
            key=f"deadlines-{round.code}-{'-'.join(str(day) for day in new.values())}",
        )
        moved += len(changes)
    return moved


def _worked_out(round: AssessmentRound, before: Calendar, now: Calendar, on: datetime.date) -> dict[str, datetime.date | None]:
    """The round's deadlines by the calendar ``now``; as they were where that would put them out of order."""
    old: dict[str, Any] = {field: getattr(round, field) for chain in _CHAIN for field in chain[:2]}
    new = dict(old)
    for field, start, limit in _CHAIN:
        if old[field] is None or old[start] is None or old[field] < on:
            continue
        told = getattr(round.table, limit)
        if before.due(old[start], told).due_on == old[field]:
            new[field] = now.due(new[start], told).due_on
    in_order = new["opened_on"] <= new["self_scoring_until"] <= new["cross_scoring_until"] <= new["sign_off_until"]
    return {field: (new if in_order else old)[field] for field, _, _ in _CHAIN}


def move_rectifications(before: Calendar, now: Calendar, actor: audit.Actor, on: datetime.date | None = None) -> int:
    """Moves the deadlines of what is still to be put right and not past its day. Returns how many moved.

    The printed bulletin stays as it is; the list, the to-dos and the next round go by the new day.
    """
    on = on or timezone.localdate()
    waiting = Rectification.objects.unverified().filter(due_on__gte=on)
    first = Bulletin.objects.filter(version=1, round__in=waiting.order_by().values("round")).select_related("round__table")
    moved = 0
    for bulletin in first.defer("results"):
        limit = bulletin.round.table.rectification_limit
        old, new = before.due(bulletin.issued_on, limit).due_on, now.due(bulletin.issued_on, limit).due_on
        count = waiting.filter(round=bulletin.round, due_on=old).update(due_on=new) if new != old else 0
        if count:
            changes = {"due_on": [str(old), str(new)], "rectifications": [None, count]}
            audit.record(actor, "platforms.recompute_deadlines", bulletin.round, changes=changes)
        moved += count
    return moved


def register() -> None:
    """Called once, when the app is ready."""
    deadlines.register(deadlines.Kept("rounds", "考评截止日期", move_rounds))
    deadlines.register(deadlines.Kept("rectifications", "整改期限", move_rectifications))
