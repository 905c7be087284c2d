"""The suggestions' part of the table. The records are those of ``suggestions_world``; their proposer serves in town1."""

from __future__ import annotations

from tests.access.table import ANYBODY, Action, Page, Table, but

PRINTS = "office town1 town2 street1 farm1 dispatcher"
NEAR = "office leader town1 deputy dispatcher unit"  # who sees what a deputy of town1 proposed and a unit handles


def _printed(key: str, may: str) -> Action:
    """Of the district's congress, which everybody knows of."""
    return Action(
        "suggestions:print_many", (key,), may=may, refused=but(ANYBODY, may), sends={"congress": "district", "scope": "this year"}
    )


PAGES: tuple[Page, ...] = (
    # ---- papers
    Page("suggestions:papers", opens=PRINTS, refused=but(ANYBODY, PRINTS)),
)
ACTIONS: tuple[Action, ...] = (
    # ---- papers
    _printed("list", "office dispatcher"),
    _printed("dispatch", "office dispatcher"),
    _printed("booklet", "office"),
    _printed("report", "office"),
    Action("suggestions:print_one", ("printed suggestion", "form"), may=NEAR),
)
TABLES: tuple[Table, ...] = ()
