"""The activities' part of the table: one block a topic. The records are those of ``activities_world``."""

from __future__ import annotations

from tests.access.table import DISTRICT, TOWN1, WITH_ROLE, Action, Page, Table

PAGES: tuple[Page, ...] = (
    # ---- activities
    # ---- training
    # ---- plans
    # ---- duties: a town's for its staff, a deputy's for herself; the district sees all
    Page("activities:duties"),
    Page("activities:duty_rows"),
    Page("activities:duty_rows_xlsx"),
    Page("activities:duty_matrix"),
    Page("activities:duty_rule", ("receptions",), opens=WITH_ROLE),
    Page("activities:duty_subject", ("six-topics", TOWN1), opens=f"{DISTRICT} town1"),
    Page("activities:duty_subject", ("voter-contacts", "deputy of town1"), opens=f"{DISTRICT} town1 deputy"),
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
    Table("activities_dutyrule", looks="office", changes="office", adds="office"),
    # ---- receptions
    # ---- forums
    # ---- booklets
)
