"""Printing: what is asked for of one suggestion, and of a session, a year or a day of assignment."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from congress.access import may
from congress.enums import CongressLevel, Role
from congress.errors import DomainError
from congress.models import Congress, Document, DocumentBatch, Session, User
from suggestions.models import Handling, Suggestion
from suggestions.services.papers import kinds, many, one
from suggestions.services.papers.scopes import Scope
from suggestions.views.suggestions import found

_ONE = ("form", "reply", "consultation", "dispatch", "reminder", "key")
_DAYS = 8  # days of assignment that are offered
_BATCHES = 8


@require_POST
def print_one(request: HttpRequest, code: str, key: str) -> HttpResponse:
    """Asks for one paper and leads to its progress."""
    suggestion = found(request, code)
    if key not in _ONE:
        raise Http404
    batch = one.request(actor=request.user, suggestion=suggestion, key=key, of=request.POST.get("of", "")[:60])
    return redirect("document_batch", batch.key)


@require_POST
def print_many(request: HttpRequest, key: str) -> HttpResponse:
    """交办清单、交办通知、汇编、年度报告 of the congress and scope that were sent."""
    congress = get_object_or_404(Congress.objects.select_related("area"), area__code=request.POST.get("congress", ""))
    code = request.POST.get("scope", "")[:12]
    match key:
        case "list":
            batch = many.assignment_list(actor=request.user, congress=congress, code=code)
        case "dispatch":
            batch = many.dispatch_letters(actor=request.user, congress=congress, code=code)
        case "booklet":
            batch = many.booklet(actor=request.user, congress=congress, code=code)
        case "report":
            if not code.isdecimal():
                raise DomainError("办理情况报告按年度印制，请选择年度。")
            batch = many.report(actor=request.user, congress=congress, year=int(code))
        case _:
            raise Http404
    return redirect("document_batch", batch.key)


@require_safe
def papers(request: HttpRequest) -> HttpResponse:
    """Choose a session or a year, print what belongs to it; below the last days of assignment, and what was printed."""
    if not request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER):
        raise PermissionDenied
    congresses = _congresses(request.user)
    asked = request.GET.get("congress", "")
    congress = next((each for each in congresses if each.area.code == asked), congresses[0] if congresses else None)
    context: dict[str, Any] = {"congresses": congresses, "congress": congress}
    if congress is not None:
        scopes = _scopes(congress)
        code = request.GET.get("scope", "")
        scope = next((each for each in scopes if each.code == code), scopes[0] if scopes else None)
        context |= {
            "scopes": scopes,
            "scope": scope,
            "counts": _counts(scope) if scope else None,
            "days": _days(congress),
            "batches": _batches(request.user, congress),
            "may_bind": may(request.user, "suggestions.print_yearly", congress),
            "per_volume": many.PER_VOLUME,
        }
    return render(request, "suggestions/papers.html", context)


def _congresses(user: User) -> list[Congress]:
    """Those whose lists the person may print: the office all but the towns', a presidium and a dispatcher their own. One query."""
    own = user.access.area_ids(Role.TOWN_OFFICE, Role.DISPATCHER)
    rows = Congress.objects.select_related("area").order_by("level", "area__code")
    if not user.access.is_office:
        rows = rows.filter(area__in=own)
    found = [each for each in rows if may(user, "suggestions.print_assignments", each)]
    return sorted(found, key=lambda each: each.level != CongressLevel.DISTRICT)


def _scopes(congress: Congress) -> list[Scope]:
    """Sessions and years with accepted suggestions, the newest first. Two queries."""
    accepted = Suggestion.objects.filter(congress=congress, accepted_on__isnull=False)
    sessions = Session.objects.filter(pk__in=accepted.order_by().values("session")).select_related("term__congress__area")
    found = [Scope(congress, f"{each.term.number}-{each.number}", session=each) for each in sessions.order_by("-term__number", "-number")]
    years = sorted({day.year for day in accepted.order_by().dates("accepted_on", "year")}, reverse=True)
    return [*found, *(Scope.parse(congress, f"{year}") for year in years)]


def _counts(scope: Scope) -> dict[str, int]:
    """Two queries."""
    held = scope.suggestions().order_by().aggregate(all=Count("pk"), answered=Count("pk", filter=Q(replied_on__isnull=False)))
    parts = scope.handlings().order_by().aggregate(parts=Count("suggestion", distinct=True), units=Count("unit", distinct=True))
    return {**held, **parts}


def _days(congress: Congress) -> list[dict[str, Any]]:
    """The last days on which something was assigned. One query."""
    rows = Handling.objects.filter(suggestion__congress=congress).order_by().values("assigned_on")
    return list(
        rows.annotate(count=Count("suggestion", distinct=True), units=Count("unit", distinct=True)).order_by("-assigned_on")[:_DAYS]
    )


def _batches(user: User, congress: Congress) -> list[DocumentBatch]:
    told = Document.objects.visible_to(user).filter(
        kind__in=(*kinds.OF_CONGRESS, *kinds.OF_UNITS), subject__startswith=f"{congress.area.code}/"
    )
    rows = DocumentBatch.objects.filter(pk__in=told.order_by().values("batch")).with_progress()
    return list(rows.order_by("-created_at", "-pk")[:_BATCHES])
