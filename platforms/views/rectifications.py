"""What must be put right: the list, one item, reporting, verifying, sending back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.services.files import ACCEPT
from congress.views.areas import home_units
from platforms.enums import RectificationState
from platforms.forms.rounds import RectificationReportForm, ReturnForm
from platforms.models import AssessmentRound, Rectification
from platforms.rules import works_in_rectifying_area
from platforms.services import evidence
from platforms.services import rectifications as services
from platforms.tables import RECTIFICATION_FIELDS, rectification_state, rectifications_table

_LATE = "late"
OPEN_FIRST = ("state", "due_on", "code")  # open, reported, verified: the alphabet has them in the order of the work


@require_safe
def rectifications(request: HttpRequest) -> HttpResponse:
    """``?unit=``, ``?round=``, ``?state=`` (open, reported, verified, or late) and ``?q=`` narrow the list."""
    today = timezone.localdate()
    asked = {name: request.GET.get(name, "").strip() for name in ("unit", "round", "state", "q")}
    seen = Rectification.objects.visible_to(request.user)
    rows = seen
    if asked["unit"]:
        rows = rows.filter(area__code=asked["unit"])
    if asked["round"]:
        rows = rows.filter(round__code=asked["round"])
    if asked["q"]:
        rows = rows.filter(Q(problem__contains=asked["q"]) | Q(platform__name__contains=asked["q"]) | Q(item__name__contains=asked["q"]))
    overdue = Q(state=RectificationState.OPEN, due_on__lt=today)
    counts = dict(rows.order_by().values_list("state").annotate(Count("pk")))
    counts |= {"": sum(counts.values()), _LATE: rows.filter(overdue).count()}
    if asked["state"] == _LATE:
        rows = rows.filter(overdue)
    elif asked["state"] in RectificationState.values:
        rows = rows.filter(state=asked["state"])
    page = listing.page_of_values(request, rows.order_by(*OPEN_FIRST), RECTIFICATION_FIELDS)
    tabs = [("", "全部"), (_LATE, "已超期"), *((state.value, state.label) for state in RectificationState)]
    context = {
        "asked": asked,
        "tabs": [(key, label, counts.get(key, 0)) for key, label in tabs],
        "units": home_units(),
        "rounds": AssessmentRound.objects.visible_to(request.user),
        "page": page,
        "table": rectifications_table(page, request=request, today=today),
    }
    response = render(request, "platforms/rounds/rectifications.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _found(request: HttpRequest, code: str) -> Rectification:
    rows = Rectification.objects.visible_to(request.user).select_related("area", "platform", "item", "round", "reported_by", "verified_by")
    return get_object_or_404(rows, code=code)


@require_safe
def rectification(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


@require_POST
def report(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    if not works_in_rectifying_area.test(request.user, found):
        raise PermissionDenied
    form = RectificationReportForm(request.POST)
    if form.is_valid():
        try:
            uploads = evidence.examine_all(request.FILES.getlist("files"))
            services.report(actor=request.user, rectification=found, text=form.cleaned_data["report"])
            evidence.attach(actor=request.user, target=found, uploads=uploads)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "整改情况已报告，等待复核。")
            return redirect("platforms:rectification", code)
    return _page(request, found, report=form)


@require_POST
def verify(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    if not may(request.user, "platforms.review_rectification", found):
        raise PermissionDenied
    services.verify(actor=request.user, rectification=found)
    messages.success(request, "已复核，该项整改完成。")
    return redirect("platforms:rectification", code)


@require_POST
def send_back(request: HttpRequest, code: str) -> HttpResponse:
    found = _found(request, code)
    if not may(request.user, "platforms.review_rectification", found):
        raise PermissionDenied
    form = ReturnForm(request.POST)
    if form.is_valid():
        try:
            services.send_back(actor=request.user, rectification=found, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已退回{found.area}，整改期限不变。")
            return redirect("platforms:rectification", code)
    return _page(request, found, back=form)


def _page(request: HttpRequest, found: Rectification, report: Any = None, back: Any = None) -> HttpResponse:
    context = {
        "rectification": found,
        "may_report": may(request.user, "platforms.report_rectification", found),
        "may_verify": may(request.user, "platforms.verify_rectification", found),
        "report_form": report or RectificationReportForm(initial={"report": found.report}),
        "return_form": back or ReturnForm(),
        "files": found.evidence.visible_to(request.user),
        "sheet_code": found.platform.code if found.platform else found.area.code,
        "state": rectification_state(found.state, found.due_on, timezone.localdate()),
        "accept": ACCEPT,
    }
    return render(request, "platforms/rounds/rectification.html", context, status=422 if report or back else 200)
