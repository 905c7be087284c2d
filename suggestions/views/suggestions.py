"""One suggestion: the life of a matter, each party seeing its part."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from suggestions.models import Suggestion


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    rows = Suggestion.objects.visible_to(request.user).select_related("proposer__deputy", "term__congress", "category")
    suggestion = get_object_or_404(rows, code=code)
    steps = suggestion.steps.select_related("actor", "unit")
    if not (request.user.access.is_district_staff or request.user.access.roles & {"town_office", "dispatcher", "handling_unit"}):
        steps = steps.filter(is_inner=False)
    return render(request, "suggestions/detail.html", {"suggestion": suggestion, "steps": steps})
