"""Where a to-do or a notice leads, in one place, because services and to-dos know no views."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

if TYPE_CHECKING:
    from platforms.models import AssessmentRound, Rectification


def to_round(round: AssessmentRound) -> str:
    return reverse("platforms:round", args=[round.code])


def to_area(round_code: str, area_code: str) -> str:
    """The assessment of one area: its own sheet and its platforms'."""
    return reverse("platforms:round_area", args=[round_code, area_code])


def to_rectification(rectification: Rectification) -> str:
    return reverse("platforms:rectification", args=[rectification.code])
