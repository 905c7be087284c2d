"""What workers do for deputies' records."""

from __future__ import annotations

from celery import shared_task

from deputies.services import privacy


@shared_task(name="deputies.tasks.forget_voters")
def forget_voters() -> int:
    """Deletes voters whose time is over. Returns how many."""
    return privacy.forget_voters()
