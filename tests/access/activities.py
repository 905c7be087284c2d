"""The activities' part of the table: one block a topic. The records are those of ``activities_world``."""

from __future__ import annotations

from tests.access.table import Action, Page, Table

PAGES: tuple[Page, ...] = (
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties
    # ---- receptions
    # ---- forums
    # ---- booklets
)

ACTIONS: tuple[Action, ...] = (
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties
    # ---- receptions
    # ---- forums
    # ---- booklets
)

TABLES: tuple[Table, ...] = (
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties
    # ---- receptions
    # ---- forums
    # ---- booklets
)
