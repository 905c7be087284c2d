from congress.admin import calendar  # noqa: F401  registers its tables
