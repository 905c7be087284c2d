"""What workers do for activities: one block a topic."""

from __future__ import annotations

from celery import shared_task

from activities.services import activities_calendar, duties

# ---- activities


@shared_task(name="activities.tasks.remind_activities")
def remind_activities() -> int:
    """Reminds the deputies expected at what begins soon. Returns how many activities that are."""
    return activities_calendar.remind()


# ---- duties


@shared_task(name="activities.tasks.remind_duties")
def remind_duties() -> int:
    """Reminds those who are behind of a duty at half-time and before the end. Returns how many people."""
    return duties.remind()
