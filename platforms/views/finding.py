"""Finding what an address names, among what the person may see: 404 for the rest."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, QueryDict
from django.shortcuts import get_object_or_404

from congress.access import may
from congress.models import User
from platforms.enums import RoundState
from platforms.models import Assessment, AssessmentRound, CrossAssignment, ItemScore
from platforms.rules import ASSESSING


def round_at(request: HttpRequest, code: str, **annotations: Any) -> AssessmentRound:
    rounds = AssessmentRound.objects.visible_to(request.user).select_related("table", "congress__area").annotate(**annotations)
    return get_object_or_404(rounds, code=code)


def assignment_at(request: HttpRequest, code: str, area: str) -> CrossAssignment:
    assignments = CrossAssignment.objects.visible_to(request.user).select_related("round__table", "area", "assessor", "leader")
    return get_object_or_404(assignments, round__code=code, area__code=area)


def sheet_at(request: HttpRequest, code: str, sheet: str) -> Assessment:
    sheets = Assessment.objects.visible_to(request.user).select_related(
        "round__table", "area", "platform", "assignment__area", "assignment__assessor", "assignment__round"
    )
    return get_object_or_404(sheets, round__code=code, code=sheet)


def score_at(request: HttpRequest, code: str, sheet: str, item: str) -> ItemScore:
    scores = ItemScore.objects.visible_to(request.user).select_related(
        "item",
        "scored_by",
        "assessment__area",
        "assessment__platform",
        "assessment__assignment__area",
        "assessment__assignment__assessor",
        "assessment__assignment__round__table",
        "assessment__round",
    )
    return get_object_or_404(scores, assessment__round__code=code, assessment__code=sheet, item__code=item)


def require(request: HttpRequest, permission: str, record: Any = None) -> None:
    if not may(request.user, permission, record):
        raise PermissionDenied


def sees_cross_scores(user: User, assignment: CrossAssignment) -> bool:
    """The assessed unit learns its scores when they are signed off; the assessors and the district know them before."""
    if user.access.is_district_staff or assignment.round.state in (RoundState.OBJECTION, RoundState.PUBLISHED):
        return True
    return assignment.assessor_id in user.access.area_ids(*ASSESSING)


def posted(request: HttpRequest) -> QueryDict | None:
    """What a form binds to: the posted data, even when it is empty, and nothing on a first look."""
    return request.POST if request.method == "POST" else None
