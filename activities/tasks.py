"""What workers do for activities: one block a topic."""

from __future__ import annotations

from celery import shared_task

from activities.enums import RotaState
from activities.services import activities_calendar, duties, receptions, rota

# ---- activities


@shared_task(name="activities.tasks.remind_activities")
def remind_activities() -> int:
    """Reminds the deputies expected at what begins soon. Returns how many activities that are."""
    return activities_calendar.remind()


# ---- receptions


@shared_task(name="activities.tasks.draw_rota")
def draw_rota(rota_id: int) -> None:
    """Draws one rota; does nothing when another worker has it or it is drawn. Tries again after a passing fault."""
    if rota.draw(rota_id) == RotaState.WAITING:
        draw_rota.apply_async((rota_id,), countdown=5)


@shared_task(name="activities.tasks.resume_rotas")
def resume_rotas() -> int:
    """Sends again what a killed worker or a lost message left undrawn. Returns how many."""
    found = rota.unfinished_without_worker()
    for rota_id in found:
        draw_rota.delay(rota_id)
    return len(found)


@shared_task(name="activities.tasks.announce_receptions")
def announce_receptions() -> int:
    """Puts up the notices that are due. Returns how many."""
    return receptions.announce_due()


# ---- duties


@shared_task(name="activities.tasks.remind_duties")
def remind_duties() -> int:
    """Reminds those who are behind of a duty at half-time and before the end. Returns how many people."""
    return duties.remind()
