"""One suggestion: the life of a matter, each party seeing its part, and what can be done with it now."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe

from congress.access import may
from congress.errors import DomainError
from congress.workdays import for_request
from suggestions.enums import EDITABLE, ClockState, HandlingRole, HandlingState, LimitKind
from suggestions.forms.actions import ActionForm
from suggestions.models import Clock, ClockEvent, Consultation, Cosigner, Extension, Handling, Reply, Suggestion
from suggestions.querysets.inbox import in_review
from suggestions.services.profiles import profile_of
from suggestions.services.replacing import why_left
from suggestions.tables.lights import clock_html
from suggestions.tables.suggestions import number_of, state_tag
from suggestions.views.actions import ALL, BY_KEY, Action
from suggestions.views.thread import thread_of

_COSIGNERS = Prefetch("cosigners", Cosigner.objects.select_related("mandate__deputy", "mandate__area"))
_ASKED = Prefetch("extensions", Extension.objects.filter(is_open=True), to_attr="open_extensions")
_TALKS = Prefetch("consultations", Consultation.objects.select_related("deputy").order_by("on", "pk"))
_SENT = Prefetch(
    "replies",
    Reply.objects.sent().select_related("reply_class").prefetch_related("evaluations").order_by("round"),
    to_attr="sent_replies",
)
_PARTS = (
    Handling.objects.with_staff()
    .annotate(is_in_review=in_review())
    .select_related("unit", "claimed_by")
    .prefetch_related(_ASKED, _TALKS, _SENT)
)
_HANDLINGS = Prefetch("handlings", _PARTS.order_by("pk"))
_TRACE = Prefetch("events", ClockEvent.objects.select_related("actor").order_by("pk"))
_CLOCKS = Prefetch("clocks", Clock.objects.select_related("handling__unit").prefetch_related(_TRACE).order_by("due_on", "pk"))
_RELATED = (
    *(
        "congress__area",
        "congress__suggestion_rules",
        "term__congress",
        "session",
        "category",
        "proposer__deputy",
        "proposer__area",
        "delegation",
    ),
    *("proposed_unit", "created_by", "merged_into", "forum_item__forum", "key_supervision__leader"),
)
# Limits that are the units' own affair, and not for the deputies.
_INNER_LIMITS = (LimitKind.RETURN, LimitKind.REASSIGN, LimitKind.SUPPORT)
_ORDER = {HandlingRole.LEAD: 0, HandlingRole.SEPARATE: 1, HandlingRole.SUPPORT: 2}
_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


def found(request: HttpRequest, code: str, *, clocks: bool = False) -> Suggestion:
    """The suggestion with what every action asks of it: its cosigners; its handlings with what their units wait for, whom they
    talked with and what they answered (``sent_replies``, with their evaluations); how the deputies' judgement stands
    (``with_judgement``); and with ``clocks`` those, and their traces, which the steps of the page ask for.

    Raises Http404 for those who may not know of it. At most seven queries, nine with clocks.
    """
    rows = Suggestion.objects.visible_to(request.user).with_judgement().select_related(*_RELATED)
    return get_object_or_404(rows.prefetch_related(_COSIGNERS, _HANDLINGS, *([_CLOCKS] if clocks else [])), code=code)


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    return page(request, found(request, code, clocks=True))


@require_POST
def act(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """One step; a refusal stands on its form, with what was typed."""
    action, suggestion = BY_KEY.get(key), found(request, code, clocks=True)
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
            if request.POST.get("back") == "requests":
                return redirect("suggestions:requests")
            # The page lets go of what was kept on the device for this step.
            return redirect(f"{reverse('suggestions:detail', args=[code])}?{urlencode({'done': key})}")
    return page(request, found(request, code, clocks=True), action, form)


def page(request: HttpRequest, suggestion: Suggestion, refused: Action | None = None, form: ActionForm | None = None) -> HttpResponse:
    """The page; ``refused`` is the step that could not be taken, with its form as it was sent."""
    user = request.user
    is_named = may(user, "suggestions.see_names", suggestion)
    actions: list[tuple[Action, Any]] = []
    for action in ALL:
        if action is refused:
            actions.append((action, form))
        elif action.is_open(user, suggestion):
            actions.append((action, None if action.page else action.form_for(user, suggestion)))
    handlings = sorted(suggestion.handlings.all(), key=lambda row: (row.state in _GONE, _ORDER[HandlingRole(row.role)], row.pk))
    sees_inner = may(user, "suggestions.see_inner_steps", suggestion)
    context = {
        "suggestion": suggestion,
        "sees_inner": sees_inner,
        "state": state_tag(suggestion.state),
        "number": number_of(suggestion),
        "is_named": is_named,
        "may_read_versions": _may_read_versions(user, suggestion),
        "cosigners": suggestion.cosigners.all() if is_named else [],
        "files": suggestion.files.all() if is_named else [],
        "handlings": [(row, why_left(row) if sees_inner else "") for row in handlings],
        "clocks": _clocks(request, suggestion),
        "merged": suggestion.merged.all(),
        "thread": thread_of(user, suggestion, is_named=is_named),
        "actions": actions,
        "refused": refused,
        "draft_done": _done(suggestion, request.GET.get("done", "")),
    }
    return render(request, "suggestions/detail.html", context, status=422 if refused else 200)


def _may_read_versions(user: Any, suggestion: Suggestion) -> bool:
    return may(user, "suggestions.hand_in_suggestion", suggestion) or may(user, "suggestions.examine_suggestion", suggestion)


def _clocks(request: HttpRequest, suggestion: Suggestion) -> list[tuple[bool, str, SafeString]]:
    """Whether it still runs, whose it is, and how it stands; the units' own limits only for staff and units. Two queries."""
    sees_all = may(request.user, "suggestions.see_inner_steps", suggestion)
    clocks = [clock for clock in suggestion.clocks.all() if sees_all or clock.kind not in _INNER_LIMITS]
    if not clocks:
        return []
    yellow, calendar = profile_of(suggestion.congress).yellow_workdays, for_request(request)
    told = [
        (
            clock.state != ClockState.STOPPED,
            clock.handling.unit.name if clock.handling else "",
            clock_html(clock, yellow, calendar, trace=clock.events.all() if sees_all else ()),
        )
        for clock in clocks
    ]
    return sorted(told, key=lambda each: not each[0])


def _done(suggestion: Suggestion, key: str) -> str:
    """What the device need not keep any longer: the step just taken, and the sheet once its text is frozen."""
    names = [f"suggestion-{suggestion.code}-{key}"] if key in BY_KEY else []
    if suggestion.state not in EDITABLE:
        names += [f"suggestion-{suggestion.code}", f"examine-{suggestion.code}"]
    return " ".join(names)
