"""What workers do for suggestions."""

from __future__ import annotations

from celery import shared_task

from suggestions.services import promises, reminding


@shared_task(name="suggestions.tasks.send_reminders")
def send_reminders() -> int:
    """The morning's reminders; safe to run again."""
    return reminding.send_due() + promises.remind_due()
