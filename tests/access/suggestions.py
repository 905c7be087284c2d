"""The suggestions' part of the table. The records are those of ``suggestions_world``; their proposer serves in town1."""

from __future__ import annotations

from tests.access.table import Action, Page, Table

PAGES: tuple[Page, ...] = ()
ACTIONS: tuple[Action, ...] = ()
TABLES: tuple[Table, ...] = ()
