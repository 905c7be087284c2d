from platforms.admin import platforms, standards  # noqa: F401 — each registers its tables
