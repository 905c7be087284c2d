from platforms.admin import platforms, standards, tables  # noqa: F401 — each registers its tables
