"""What an import will do: each row created, updated, unchanged or rejected, with every cell that changes."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from congress.documents.fonts import unprintable
from congress.imports import values
from congress.imports.table import Table

CREATED, UPDATED, UNCHANGED = "created", "updated", "unchanged"


@dataclass(slots=True)
class Record:
    """One row of the file: ``given`` holds the cells that say something, under their fields' names."""

    number: int
    given: dict[str, Any]
    raw: list[Any]
    ok: bool = True


@dataclass(slots=True)
class Rejection:
    """Why a row can't be imported. ``column`` is what the file calls it."""

    row: int | None
    column: str
    value: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"row": self.row, "column": self.column, "value": self.value, "reason": self.reason}


@dataclass(slots=True)
class PlannedRow:
    """What becomes of one row. ``key`` is the record's public code; ``before`` and ``after`` hold only the fields that change, FKs as primary keys."""

    number: int
    action: str
    key: str
    label: str
    before: dict[str, Any] = field(default_factory=dict)
    after: dict[str, Any] = field(default_factory=dict)


@dataclass
class Plan:
    """The whole import, before anything is written. ``work`` is what the resource's ``write`` needs."""

    table: Table
    labels: dict[str, str]
    rows: list[PlannedRow] = field(default_factory=list)
    rejected: list[Rejection] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    work: Any = None

    def reject(self, record: Record, name: str, reason: str) -> None:
        """Adds a reason against a row; ``name`` is the field at fault."""
        record.ok = False
        index = self.table.columns.get(name)
        raw = record.raw[index] if index is not None and index < len(record.raw) else ""
        self.rejected.append(Rejection(record.number, self.table.headings.get(name, self.labels.get(name, "")), values.shown(raw), reason))

    @property
    def counts(self) -> dict[str, int]:
        found = Counter(row.action for row in self.rows)
        return {action: found[action] for action in (CREATED, UPDATED, UNCHANGED)}

    @property
    def changes_nothing(self) -> bool:
        return not self.rejected and all(row.action == UNCHANGED for row in self.rows)

    @property
    def changed_rows(self) -> list[PlannedRow]:
        return [row for row in self.rows if row.action != UNCHANGED]

    @property
    def rejected_rows(self) -> list[int]:
        """Numbers of the rows with at least one reason, in the order of the file."""
        return sorted({rejection.row for rejection in self.rejected if rejection.row is not None})

    def warn_of_unprintable(self) -> None:
        """Notes names that no font of the product can print. No reason to reject: the office may add a font of its own."""
        for row in self.changed_rows:
            for name in ("name", "short_name"):
                if missing := unprintable(row.after.get(name) or ""):
                    self.notes.append(f"第 {row.number} 行“{row.after[name]}”中的“{missing}”没有字体可印，印制前请增加字体或核对用字。")

    @property
    def fingerprint(self) -> str:
        """Tells whether two plans would change the same cells: a preview is confirmed only while it still holds."""
        told = hashlib.sha256()
        for row in self.rows:
            told.update(repr((row.number, row.action, row.key, row.before, row.after)).encode())
        return told.hexdigest()[:32]
