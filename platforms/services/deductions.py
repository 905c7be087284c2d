"""Points taken off an area: by the office, or by the clock for what a rule's trigger finds."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction

from congress.errors import DomainError
from congress.services import audit
from platforms.models import AssessmentRound, CrossAssignment, Deduction, DeductionRule
from platforms.rules import is_office
from platforms.services.guards import open_round_locked, person, require


@transaction.atomic
def deduct(*, actor: audit.Actor, assignment: CrossAssignment, rule: DeductionRule, count: int = 1, reason: str) -> Deduction:
    """Takes the rule's points off, ``count`` times. The same rule for the same reason again is a no-op.

    Raises DomainError when the round is published, the rule belongs to another table, or there is no reason.
    """
    require(actor, is_office)
    round = open_round_locked(assignment.round)
    reason = reason.strip()
    if rule.table_id != round.table_id:
        raise DomainError("该扣分规则不属于本次考评所用的考评细则。")
    if count < 1:
        raise DomainError("扣分次数至少为1。")
    if not reason:
        raise DomainError("请写明扣分事由。")
    if known := assignment.deductions.filter(rule=rule, reason=reason, count=count).first():
        return known
    deduction = Deduction.objects.create(assignment=assignment, rule=rule, count=count, reason=reason, entered_by=person(actor))
    audit.record(actor, "platforms.deduct", round, changes={assignment.area.code: [None, f"{rule.name}×{count}"]}, reason=reason)
    return deduction


@transaction.atomic
def remove_deduction(*, actor: audit.Actor, deduction: Deduction) -> None:
    """Takes a deduction back, an automatic one too. Removing it twice is a no-op. Raises DomainError when the round is published."""
    require(actor, is_office)
    round = open_round_locked(deduction.assignment.round)
    removed, _ = Deduction.objects.filter(pk=deduction.pk).delete()
    if removed:
        changes = {deduction.assignment.area.code: [f"{deduction.rule.name}×{deduction.count}", None]}
        audit.record(actor, "platforms.remove_deduction", round, changes=changes, reason=deduction.reason)


def deduct_automatically(round: AssessmentRound, trigger: str, found: Mapping[CrossAssignment, tuple[int, str]]) -> list[Deduction]:
    """Enters what the clock found, (count, reason) by assignment, once per assignment and trigger, in a constant number of queries.

    Nothing when the table has no rule with that trigger. Called inside the transaction that holds the lock of the round or
    of the one assignment.
    """
    rule = DeductionRule.objects.filter(table=round.table_id, trigger=trigger).order_by("position").first()
    if rule is None or not found:
        return []
    entered = set(Deduction.objects.filter(rule=rule, is_automatic=True, assignment__round=round).values_list("assignment_id", flat=True))
    made = Deduction.objects.bulk_create(
        Deduction(assignment=assignment, rule=rule, count=count, reason=reason[:300], is_automatic=True)
        for assignment, (count, reason) in found.items()
        if assignment.pk not in entered
    )
    if made:
        changes = {deduction.assignment.area.code: [None, f"{rule.name}×{deduction.count}"] for deduction in made}
        audit.record(audit.SYSTEM, "platforms.deduct", round, changes=changes, reason=made[0].reason if len(made) == 1 else "")
    return made
