"""What rounds add to the frame: navigation, and the round under way on the home desk."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone

from congress import navigation, panels
from congress.models import User
from platforms import progress
from platforms.enums import RoundState
from platforms.models import AssessmentRound
from platforms.rules import ASSESSING


def _has_role(user: User) -> bool:
    return bool(user.access.roles)


def _rectifies(user: User) -> bool:
    return user.access.is_district_staff or user.access.has(*ASSESSING)


def _current(request: HttpRequest, subject: Any) -> dict[str, Any] | None:
    """The latest round under way, for those who work on it. Three queries."""
    user: User = request.user  # type: ignore[assignment]
    if not _rectifies(user):
        return None
    round = AssessmentRound.objects.visible_to(user).unfinished().select_related("table").order_by("-year", "-quarter").first()
    if round is None:
        return None
    today = timezone.localdate()
    standings = progress.standings(round, today)
    areas = user.access.area_ids(*ASSESSING)
    return {
        "round": round,
        "steps": progress.steps(round, standings),
        "limit": progress.current_limit(round),
        "standings": standings,
        "sees_all": user.access.is_district_staff,
        "linked": {s.assignment.pk for s in standings if {s.assignment.area_id, s.assignment.assessor_id} & areas},
        "before": AssessmentRound.objects.published().before(round).values_list("code", flat=True).first(),
        "waiting_to_publish": round.state == RoundState.OBJECTION and round.objection_until is not None and today > round.objection_until,
    }


def register() -> None:
    """Called once, when the app is ready."""
    navigation.register(navigation.Entry("platforms", "季度考评", "platforms:rounds", _has_role))
    navigation.register(navigation.Entry("platforms", "整改清单", "platforms:rectifications", _rectifies))
    panels.register(panels.Panel("home", "round", "platforms/rounds/home_panel.html", _current))
