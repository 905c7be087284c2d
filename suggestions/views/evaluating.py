"""The deputy's judgement on a page of its own: the answer to read, and six big words to choose from."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import prefetch_related_objects
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from congress.access import may
from congress.errors import DomainError
from suggestions.enums import Grade, SuggestionState
from suggestions.forms.evaluating import EvaluateForm
from suggestions.models import Suggestion
from suggestions.services import evaluating
from suggestions.services.judges import judge_of, judging, replies_of, unjudged
from suggestions.tables.suggestions import number_of, state_tag
from suggestions.views.actions.evaluating import own_seats
from suggestions.views.suggestions import found


@require_http_methods(["GET", "HEAD", "POST"])
def evaluate(request: HttpRequest, code: str) -> HttpResponse:
    """For the deputy herself; for the organ that runs the matter to enter what a deputy wrote on paper."""
    suggestion = found(request, code)
    if not may(request.user, "suggestions.evaluate_reply", suggestion):
        raise PermissionDenied
    seats = own_seats(request.user, suggestion)
    on_paper = not seats and may(request.user, "suggestions.close_suggestion", suggestion)
    if on_paper:
        seats = judging(suggestion)
    waiting = [seat for seat in seats if unjudged(suggestion, seat)]
    if not waiting:
        messages.info(request, _why_not(request, suggestion))
        return redirect("suggestions:detail", code)
    replies = [reply for reply in replies_of(suggestion) if any(reply in unjudged(suggestion, seat) for seat in waiting)]
    prefetch_related_objects(replies, "files")
    form = EvaluateForm(request.POST or None, replies=replies, mandates=waiting)
    if request.method == "POST" and form.is_valid():
        try:
            evaluating.evaluate(actor=request.user, **form.judgement())
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            after = Suggestion.objects.get(pk=suggestion.pk)
            messages.success(request, _said(after, form.cleaned_data["result"]))
            return redirect("suggestions:detail", code)
    context = {
        "suggestion": suggestion,
        "state": state_tag(suggestion.state),
        "number": number_of(suggestion),
        "replies": replies,
        "form": form,
        "on_paper": on_paper,
        "who": waiting[0].deputy if len(waiting) == 1 else None,
        "judge": judge_of(suggestion),
    }
    return render(request, "suggestions/evaluate.html", context, status=422 if form.errors else 200)


def _why_not(request: HttpRequest, suggestion: Suggestion) -> str:
    for seat in (suggestion.proposer, *(row.mandate for row in suggestion.cosigners.all())):
        if seat.deputy.user_id == request.user.pk:
            try:
                evaluating.refuse_ended(suggestion, seat)
            except DomainError as refusal:
                return str(refusal)
    return "现在没有等待评价的答复。"


def _said(suggestion: Suggestion, result: str) -> str:
    match suggestion.state:
        case SuggestionState.CLOSED:
            return "评价已记下，这件建议办结。"
        case SuggestionState.REHANDLING:
            return "评价已记下，已交承办单位重新办理。"
        case SuggestionState.CONVENED:
            return "评价已记下，由代表工委召集研究。"
    return f"评价已记下：{Grade(result).label}。"
