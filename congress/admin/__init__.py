from congress.admin import accounts, areas, audit, calendar, terms  # noqa: F401 — each registers its tables
