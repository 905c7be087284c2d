"""A deputy's dossier (履职档案), its print, and the batch of many deputies' dossiers."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress.access import may
from congress.document_tables import batches_table
from congress.errors import DomainError
from congress.models import DocumentBatch
from congress.periods import Period
from deputies.documents.dossier import peers_of
from deputies.enums import DutyState
from deputies.forms.dossiers import BatchForm
from deputies.models import Deputy
from deputies.services import dossiers
from deputies.services.dossiers import Dossier

TERM = "term"  # what the address calls 本届
_YEARS = 6
_SHOWN = 5  # lines of a section that has a list of its own
_NEWEST = 5
_STATES = {DutyState.MET: ("ok", "check"), DutyState.OPEN: ("info", "run"), DutyState.SHORT: ("warn", "alert")}


def _deputy(request: HttpRequest, code: str) -> Deputy:
    """The deputy with her mandates. 404 where she may not be seen, PermissionDenied where her dossier may not."""
    seen = Deputy.objects.visible_to(request.user).filter(code=code).values("pk")
    deputy = get_object_or_404(dossiers.with_mandates().filter(pk__in=seen))
    if not may(request.user, "deputies.view_dossier", deputy):
        raise PermissionDenied
    return deputy


def _this_year() -> Period:
    return Period.year(timezone.localdate().year)


def _term(deputy: Deputy) -> Period | None:
    """From the day the first of her present mandates began until today; of somebody who left, her last mandate."""
    today = timezone.localdate()
    began = [mandate for mandate in deputy.mandates.all() if mandate.starts_on <= today]
    present = [mandate for mandate in began if mandate.ends_on is None or mandate.ends_on > today]
    if present:
        return Period.span(min(mandate.starts_on for mandate in present), today)
    last = max(began, key=lambda mandate: mandate.ends_on or today, default=None)
    return Period.span(last.starts_on, max(last.ends_on or today, last.starts_on)) if last else None


def _asked(deputy: Deputy, code: str) -> tuple[Period, str]:
    """The period asked for, this year where none was, and a sentence where what was asked is none or has not begun."""
    if code == TERM:
        return _term(deputy) or _this_year(), ""
    try:
        period = Period.parse(code) if code else _this_year()
    except ValueError:
        return _this_year(), f"“{code}”不是时段，已显示本年度的履职档案。"
    if period.start > timezone.localdate():
        return _this_year(), f"{period}还没有开始，已显示本年度的履职档案。"
    return period, ""


def _choices(deputy: Deputy, period: Period) -> list[tuple[str, str, bool]]:
    """Code, name and whether it is shown: the years since she was first elected, the term, and the period asked for."""
    today, term = timezone.localdate(), _term(deputy)
    first = min((mandate.starts_on.year for mandate in deputy.mandates.all()), default=today.year)
    years = [Period.year(year) for year in range(today.year, max(first, today.year - _YEARS + 1) - 1, -1)]
    found = [(year.code, year.label, year == period) for year in years]
    if term:
        found.append((TERM, f"本届（{term.start.year}年起）", term == period))
    return found if any(shown for *_, shown in found) else [(period.code, period.label, True), *found]


@require_safe
def dossier(request: HttpRequest, code: str) -> HttpResponse:
    """``?period=`` is a year by default, ``term``, or any other period's code."""
    deputy = _deputy(request, code)
    asked = request.GET.get("period", "").strip()
    period, wrong = _asked(deputy, asked)
    found = dossiers.collect([deputy], period)[deputy.pk]
    context = {
        "deputy": deputy,
        "dossier": found,
        "period": period,
        "wrong_period": wrong,
        "choices": (choices := _choices(deputy, period)),
        "words": next(label for _, label, shown in choices if shown),
        "is_own": deputy.user_id == request.user.pk,
        "figs": [{"label": each.label, "value": each.value.normalize(), "unit": each.unit, "url": each.url} for each in found.numbers],
        **_points(found),
        "duties": [(each, *_STATES[each.fulfilment.state]) for each in found.duties],
        "parts": [(part, part.lines[-_SHOWN:][::-1] if part.url else part.lines[::-1]) for part in found.parts if part.lines],
        "without": "、".join(part.section.title for part in found.parts if not part.lines),
    }
    return render(request, "deputies/dossiers/dossier.html", context)


def _points(found: Dossier) -> dict[str, object]:
    tables = [
        (levels, standing, list(zip(standing.scored, found.records_of(standing), strict=True))) for levels, standing in found.point_tables
    ]
    return {"tables": tables, "peers": [peers_of(standing) for standing in found.standings]}


@require_POST
def print_dossier(request: HttpRequest, code: str) -> HttpResponse:
    """Asks for the dossier on paper and leads to where it appears."""
    deputy = _deputy(request, code)
    period, _ = _asked(deputy, request.POST.get("period", "").strip())
    batch = dossiers.request_dossier(actor=request.user, deputy=deputy, period=period)
    return redirect("document_batch", key=batch.key)


@require_http_methods(["GET", "HEAD", "POST"])
def batch(request: HttpRequest) -> HttpResponse:
    """Year and area for which all deputies' dossiers are printed; town staff choose among their own areas."""
    if not may(request.user, "deputies.print_dossiers"):
        raise PermissionDenied
    form = BatchForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        asked = form.cleaned_data
        try:
            made = dossiers.request_dossiers(actor=request.user, period=asked["period"], area=asked["area"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("document_batch", key=made.key)
    seen = DocumentBatch.objects.visible_to(request.user).filter(key__startswith=f"{dossiers.DOSSIER}-").order_by("-created_at", "-pk")
    keys = list(seen.values_list("pk", flat=True)[:_NEWEST])
    newest = DocumentBatch.objects.filter(pk__in=keys).with_progress().select_related("requested_by").order_by("-created_at", "-pk")
    context = {"form": form, "table": batches_table().render(newest) if keys else ""}
    return render(request, "deputies/dossiers/batch.html", context, status=422 if form.errors else 200)
