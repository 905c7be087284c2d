"""Score tables: freezing one as a round starts with it, copying one into a new version."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from congress.errors import DomainError
from congress.services import audit
from platforms.enums import Subject
from platforms.models import DeductionRule, Grade, ScoreItem, ScoreTable
from platforms.rules import is_office
from platforms.services.guards import require


def sums(table: ScoreTable) -> dict[str, Decimal]:
    """The maxima summed: of base items by subject ("platform", "area"), and of "bonus" items."""
    totals = {Subject.PLATFORM.value: Decimal(0), Subject.AREA.value: Decimal(0), "bonus": Decimal(0)}
    for item in table.items.all():
        totals["bonus" if item.is_bonus else item.subject] += item.max_score
    return totals


def fault(table: ScoreTable) -> str:
    """Why no round can start with the table, as a sentence, or "" when it can."""
    totals = sums(table)
    if table.platform_weight > 0 and not totals[Subject.PLATFORM]:
        return "平台得分权重大于0，但没有平台的考评项目。"
    if not totals[Subject.AREA]:
        return "没有镇（街道）的考评项目，无法计算镇（街道）得分。"
    if not any(grade.minimum <= 0 for grade in table.grades.all()):
        return "等次不完整：最低一等的最低分应为0。"
    return ""


def freeze(table: ScoreTable | None) -> ScoreTable:
    """Fixes the table for good. Raises DomainError when there is none or no round can start with it. Call in a transaction."""
    if table is None:
        raise DomainError("没有现行的考评细则，不能开始考评。请先在“考评细则”中选定一版为现行。")
    if sentence := fault(table):
        raise DomainError(f"《{table}》{sentence}请修改后再开始考评。")
    if table.frozen_at is None:
        table.frozen_at = timezone.now()
        table.save(update_fields=["frozen_at"])
    return table


@transaction.atomic
def new_version(*, actor: audit.Actor, table: ScoreTable, name: str = "") -> ScoreTable:
    """Copies a table with its items, deductions and grades into the next version, open to change and not yet current."""
    require(actor, is_office)
    number = max(known.version for known in ScoreTable.objects.select_for_update()) + 1
    source = ScoreTable.objects.get(pk=table.pk)
    copy = ScoreTable.objects.get(pk=table.pk)
    copy.pk, copy.version, copy.is_current, copy.frozen_at = None, number, False, None
    copy.name = name or f"{source.name.split('（第')[0]}（第{number}版）"
    copy._state.adding = True
    copy.save()
    models: tuple[Any, ...] = (ScoreItem, DeductionRule, Grade)
    for model in models:
        rows = list(model._default_manager.filter(table=source))
        for row in rows:
            row.pk, row.table = None, copy
        model._default_manager.bulk_create(rows)
    audit.record(actor, "platforms.new_table_version", copy, changes={"from": [None, source.version]}, ref=f"v{number}")
    return copy


@transaction.atomic
def make_current(*, actor: audit.Actor, table: ScoreTable) -> ScoreTable:
    """The next round starts with this table. Rounds that have begun keep theirs. Raises DomainError when no round could start with it."""
    require(actor, is_office)
    if sentence := fault(table):
        raise DomainError(f"《{table}》{sentence}请修改后再设为现行。")
    if not table.is_current:
        ScoreTable.objects.exclude(pk=table.pk).update(is_current=False)
        table.is_current = True
        table.save(update_fields=["is_current"])
        audit.record(actor, "platforms.make_table_current", table, changes={"is_current": [False, True]}, ref=f"v{table.version}")
    return table
