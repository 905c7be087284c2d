"""Examination of what was handed in: the text, the check-list, and earlier ones like it beside."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from congress.access import may
from congress.errors import DomainError
from suggestions.enums import Outcome, SuggestionState
from suggestions.forms.examining import ExamineForm
from suggestions.services import examining
from suggestions.tables.suggestions import state_tag
from suggestions.views.proposing import alike
from suggestions.views.suggestions import found


@require_http_methods(["GET", "HEAD", "POST"])
def examine(request: HttpRequest, code: str) -> HttpResponse:
    suggestion = found(request, code)
    if not may(request.user, "suggestions.examine_suggestion", suggestion):
        raise PermissionDenied
    if request.method != "POST" and suggestion.state != SuggestionState.SUBMITTED:
        return redirect("suggestions:detail", code)
    form = ExamineForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            suggestion = examining.examine(actor=request.user, suggestion=suggestion, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _said(suggestion.number, Outcome(form.cleaned_data["outcome"])))
            return redirect("suggestions:detail", code)
    context = {
        "suggestion": suggestion,
        "state": state_tag(suggestion.state),
        "form": form,
        "alike": alike(request, suggestion.title, suggestion),
        "files": suggestion.files.all(),
        "earlier": suggestion.examinations.select_related("examined_by").prefetch_related("grounds"),
    }
    return render(request, "suggestions/examine.html", context, status=422 if form.errors else 200)


def _said(number: int | None, outcome: Outcome) -> str:
    if outcome == Outcome.ACCEPT:
        return f"已受理，编为第{number}号，请交办。"
    return f"已记为“{outcome.label}”，已通知代表。"
