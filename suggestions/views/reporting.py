"""Year-end reports of units (办理情况报告): who has handed one in, the report itself, and what the deliberation said."""

from __future__ import annotations

import calendar
import datetime
import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from congress import figures, listing
from congress.access import may
from congress.context import frame_of
from congress.enums import Role
from congress.errors import DomainError
from congress.models import Organisation
from congress.periods import Period
from congress.views import stored
from suggestions.forms.appraising import DeliberationForm, ReportForm
from suggestions.models import UnitReport
from suggestions.services import reporting as service
from suggestions.services.appraising import ANSWERED
from suggestions.services.profiles import profile_of
from suggestions.views.supervising import year_of, years_around

_METHODS = ["GET", "HEAD", "POST"]
STATES = (("none", "未报送"), ("in", "已报送"), ("done", "已审议"))


def _units(request: HttpRequest, year: int) -> QuerySet[Organisation]:
    """Those whose reports the person may know of: all, the area's, or her own."""
    access, rows = request.user.access, service.units_of(year)
    if access.is_district_staff:
        return rows
    own = rows.filter(pk__in=access.organisation_ids(Role.HANDLING_UNIT, Role.DISPATCHER))
    return own | rows.filter(area__in=access.area_ids(Role.DISPATCHER))


def due_on(request: HttpRequest, year: int) -> datetime.date | None:
    """The last day of the month by which the congress's rules want the year's reports."""
    home = frame_of(request).congress
    if home is None:
        return None
    month = profile_of(home).reports_month
    return datetime.date(year, month, calendar.monthrange(year, month)[1])


@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """Every unit that had suggestions in the year, with its report or without."""
    if not may(request.user, "suggestions.view_reports"):
        raise PermissionDenied
    year = year_of(request)
    kept = {row.unit_id: row for row in UnitReport.objects.visible_to(request.user).filter(year=year)}
    units = list(_units(request, year))
    states = {unit.pk: _state(kept.get(unit.pk)) for unit in units}
    state = request.GET.get("state", "")
    listed = [unit for unit in units if not state or states[unit.pk] == state]
    page = listing.page_of(request, listed)
    period = Period.year(year)
    answered = figures.values(ANSWERED, [unit.pk for unit in page.object_list], period)
    context = {
        "page": page,
        "rows": [
            (unit, kept.get(unit.pk), states[unit.pk], int(answered.get(unit.pk, 0)), figures.find(ANSWERED).records(unit.code, period, ""))
            for unit in page.object_list
        ],
        "tabs": [("", "全部", len(units)), *((key, label, sum(found == key for found in states.values())) for key, label in STATES)],
        "state": state,
        "year": year,
        "years": years_around(year),
        "due_on": due_on(request, year),
    }
    response = render(request, "suggestions/reports/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _state(row: UnitReport | None) -> str:
    return "none" if row is None else "done" if row.deliberated_on else "in"


@require_http_methods(_METHODS)
def report(request: HttpRequest, year: int, code: str) -> HttpResponse:
    """One unit's report: posted with ``do``, the file, or what the deliberation said."""
    if not may(request.user, "suggestions.view_reports"):
        raise PermissionDenied
    unit = get_object_or_404(_units(request, year), code=code)
    row = UnitReport.objects.visible_to(request.user).filter(unit=unit, year=year).select_related("uploaded_by").first()
    may_hand_in = may(request.user, "suggestions.hand_in_report", unit) and (row is None or row.deliberated_on is None)
    may_deliberate = may(request.user, "suggestions.deliberate_report")
    files, words = ReportForm(), DeliberationForm(initial=_said(row))
    refused = False
    if request.method == "POST":
        do = request.POST.get("do", "file")
        allowed = may(request.user, "suggestions.hand_in_report", unit) if do == "file" else may_deliberate
        if not allowed:
            raise PermissionDenied
        if do == "file":
            form = files = ReportForm(request.POST, request.FILES)
        else:
            if row is None:
                raise Http404("还没有报送报告")
            form = words = DeliberationForm(request.POST)
        if form.is_valid():
            try:
                said = _hand_in(request, unit, year, form.cleaned_data) if do == "file" else _deliberate(request, row, form.cleaned_data)
            except DomainError as refusal:
                form.add_error(None, str(refusal))
            else:
                messages.success(request, said)
                return redirect(service.to_report(unit, year))
        refused = True
    context = {
        "unit": unit,
        "year": year,
        "row": row,
        "files": files if may_hand_in or refused else None,
        "words": words if may_deliberate and row is not None else None,
        "due_on": due_on(request, year),
        "is_late": row is None and (due_on(request, year) or datetime.date.max) < timezone.localdate(),
    }
    return render(request, "suggestions/reports/detail.html", context, status=422 if refused else 200)


def _said(row: UnitReport | None) -> dict[str, Any]:
    if row is None or row.deliberated_on is None:
        return {"on": timezone.localdate()}
    return {"on": row.deliberated_on, "text": row.deliberation}


def _hand_in(request: HttpRequest, unit: Organisation, year: int, data: dict[str, Any]) -> str:
    service.hand_in(actor=request.user, unit=unit, year=year, upload=data["file"])
    return "已报送。审议以前可以重新上传。"


def _deliberate(request: HttpRequest, row: UnitReport | None, data: dict[str, Any]) -> str:
    assert row is not None
    service.deliberate(actor=request.user, report=row, **data)
    return "已保存审议意见，承办单位会看到。"


@require_safe
def report_file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(get_object_or_404(UnitReport.objects.visible_to(request.user), pk=pk))
