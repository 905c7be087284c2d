"""Deadlines that apps keep in their own tables, and how they are worked out again when the calendar changes.

An app registers one ``Kept`` for each kind in ``AppConfig.ready()``. ``congress.services.calendar`` calls
``recompute_all`` whenever staff enter or remove days.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from congress.services.audit import Actor
from congress.workdays import Calendar


@dataclass(frozen=True)
class Kept:
    """One kind of stored deadline.

    ``recompute(before, now, actor)`` works the unfinished ones out again, leaves the audit rows of those that moved and
    returns how many moved. A stored day that differs from what the calendar ``before`` gave was set by hand and stays. It
    runs inside the caller's transaction and is safe to call twice.
    """

    key: str
    label: str
    recompute: Callable[[Calendar, Calendar, Actor], int]


_kept: dict[str, Kept] = {}


def register(kept: Kept) -> None:
    """Adds a kind. Raises ValueError when the key is taken by another one."""
    if _kept.get(kept.key, kept) != kept:
        raise ValueError(f"deadlines {kept.key!r} are registered twice")
    _kept[kept.key] = kept


def recompute_all(before: Calendar, actor: Actor) -> dict[str, int]:
    """Works out every unfinished deadline by the calendar as it is now. Returns label → how many moved, where some did."""
    now = Calendar.load()
    moved = {kept.label: kept.recompute(before, now, actor) for kept in _kept.values()}
    return {label: count for label, count in moved.items() if count}
