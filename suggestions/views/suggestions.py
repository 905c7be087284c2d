"""One suggestion: the life of a matter, each party seeing its part, and what can be done with it now."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from congress.errors import DomainError
from suggestions.forms.actions import ActionForm
from suggestions.models import Cosigner, Handling, Suggestion
from suggestions.views.actions import ALL, BY_KEY, Action

_COSIGNERS = Prefetch("cosigners", Cosigner.objects.select_related("mandate__deputy", "mandate__area"))
_HANDLINGS = Prefetch("handlings", Handling.objects.select_related("unit", "claimed_by").order_by("role", "pk"))


def found(request: HttpRequest, code: str) -> Suggestion:
    """The suggestion with what every action asks of it. Raises Http404 for those who may not know of it. Three queries."""
    rows = Suggestion.objects.visible_to(request.user).select_related(
        "congress__area",
        "term__congress",
        "session",
        "category",
        "proposer__deputy",
        "proposer__area",
        "delegation",
        "proposed_unit",
        "created_by",
    )
    return get_object_or_404(rows.prefetch_related(_COSIGNERS, _HANDLINGS), code=code)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, found(request, code))


@require_POST
def act(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step; a refusal stands on its form, with what was typed."""
    action, suggestion = BY_KEY.get(key), found(request, code)
    if action is None or action.run is None:
        raise Http404
    if not action.may(request.user, suggestion):
        raise PermissionDenied
    form = action.form_for(request.user, suggestion, request.POST, request.FILES)
    if form.is_valid():
        try:
            done = action.run(request.user, suggestion, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect("suggestions:detail", code)
    return page(request, found(request, code), action, form)


def page(request: HttpRequest, suggestion: Suggestion, refused: Action | None = None, form: ActionForm | None = None) -> HttpResponse:
    """The page; ``refused`` is the step that could not be taken, with its form as it was sent."""
    steps = suggestion.steps.select_related("actor", "unit")
    if not (request.user.access.is_district_staff or request.user.access.roles & {"town_office", "dispatcher", "handling_unit"}):
        steps = steps.filter(is_inner=False)
    actions: list[tuple[Action, Any]] = []
    for action in ALL:
        if action is refused:
            actions.append((action, form))
        elif action.is_open(request.user, suggestion):
            actions.append((action, None if action.page else action.form_for(request.user, suggestion)))
    context = {"suggestion": suggestion, "steps": steps, "actions": actions, "refused": refused}
    return render(request, "suggestions/detail.html", context, status=422 if refused else 200)
