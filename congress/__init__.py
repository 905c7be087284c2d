"""The ground floor: settings, areas, accounts, access, audit, calendar, figures, documents, home."""

from congress.celery import app as celery_app

__all__ = ["celery_app"]
