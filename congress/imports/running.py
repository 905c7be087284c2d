"""The one way to do an import, for the page and for the command: read, plan, and write all or nothing."""

from __future__ import annotations

import hashlib
from typing import Any, BinaryIO

from django.db import IntegrityError, transaction

from congress.errors import Conflict, DomainError
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan
from congress.imports.reading import open_sheets
from congress.imports.resource import SheetResource
from congress.imports.table import Table
from congress.services import audit

_AUDITED_CELLS = 1_000


def read(resource: SheetResource, source: BinaryIO, filename: str) -> Table:
    """The file's table of this kind. Raises UnreadableFile."""
    return resource.find_table(open_sheets(source, filename))


def preview(resource: SheetResource, source: BinaryIO, filename: str) -> Plan:
    """What the import would do. Writes nothing."""
    plan = resource.plan(read(resource, source, filename))
    plan.warn_of_unprintable()
    return plan


def run(*, actor: audit.Actor, resource: SheetResource, source: BinaryIO, filename: str, expected: str = "") -> Plan:
    """Imports the file: everything, or nothing when one row is rejected.

    A file that changes nothing writes nothing, not even an audit row, so it is safe to run twice. ``expected`` is the
    fingerprint of the plan a person confirmed; when another change came between, Conflict is raised and nothing written.
    """
    resource.actor = actor
    table = read(resource, source, filename)
    try:
        with transaction.atomic():
            plan = resource.plan(table)
            if expected and plan.fingerprint != expected:
                raise Conflict("预览之后数据有了变化，请核对新的预览后再确认。")
            if plan.rejected or plan.changes_nothing:
                return plan
            resource.write(plan, actor)
            source.seek(0)
            digest = hashlib.sha256(source.read()).hexdigest()
            audit.record(
                actor,
                "congress.import_file",
                changes=_audited(resource, plan),
                ref=resource.key,
                reason=f"{filename[-120:]} SHA-256 {digest}",
            )
            return plan
    except IntegrityError:
        raise DomainError("写入时与他人刚保存的数据冲突，没有写入任何内容。请重新预览后再试。") from None


def _audited(resource: SheetResource, plan: Plan) -> dict[str, Any]:
    """Counts, and [before, after] of the changed cells of known records, as many as a row of the trail can bear."""
    changes: dict[str, Any] = {action: [0, count] for action, count in plan.counts.items() if action != UNCHANGED}
    for row in plan.rows:
        if row.action != UPDATED:
            continue
        for column, old, new in resource.cells(row):
            if len(changes) > _AUDITED_CELLS:
                changes["…"] = [None, "其余变更从略"]
                return changes
            changes[f"第 {row.number} 行 {row.label} {column}"] = [old, new]
    return changes


def outcome(plan: Plan, *, written: bool) -> dict[str, Any]:
    """The stable answer of ``import_file``: with a rejection nothing was created or updated, whatever the plan was."""
    counts = plan.counts
    if written and plan.rejected:
        counts = counts | {CREATED: 0, UPDATED: 0}
    return {**counts, "rejected": [rejection.as_dict() for rejection in plan.rejected]}
