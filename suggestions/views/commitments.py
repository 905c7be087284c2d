"""The ledger of promises (承诺台账), and one promise: what the unit reports, and what the deputy says of it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.access import may
from congress.context import frame_of
from congress.enums import Role
from congress.errors import DomainError
from congress.models import Organisation
from congress.periods import Period
from congress.services import audit
from congress.services.files import XLSX
from congress.views import stored
from congress.views.areas import home_units
from suggestions.enums import HANDLES, CommitmentState
from suggestions.forms.commitments import JudgeForm, ReportForm
from suggestions.models import Commitment, CommitmentPhoto
from suggestions.querysets import CommitmentQuerySet
from suggestions.querysets.filtering import NO_CATEGORY, period_of
from suggestions.services import evaluating
from suggestions.services.judges import in_force, judge_of
from suggestions.tables.commitments import FIELDS, commitment_due, commitment_tag, commitments_sheet, commitments_table
from suggestions.tables.suggestions import number_of, state_tag

PENDING, ALL, LATE = "pending", "all", "late"
FILTERS = ("area", "unit", "due", "q", "level", "category")
_SEES = (Role.DEPUTY, Role.LEADER, Role.HANDLING_UNIT, Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER)
_REPORTABLE = (CommitmentState.OPEN, CommitmentState.NOT_KEPT)


def _asked(request: HttpRequest) -> dict[str, str]:
    asked = {name: request.GET.get(name, "").strip() for name in FILTERS}
    state = request.GET.get("state", "").strip()
    return {**asked, "state": state if state in (*CommitmentState.values, ALL) else PENDING}


def _filtered(request: HttpRequest, asked: dict[str, str]) -> CommitmentQuerySet:
    rows = Commitment.objects.visible_to(request.user)
    if asked["area"]:
        rows = rows.filter(reply__handling__suggestion__proposer__area__path__contains=f"{asked['area']}/")
    if asked["unit"]:
        rows = rows.filter(reply__handling__unit__code=asked["unit"])
    if asked["level"]:
        rows = rows.filter(reply__handling__suggestion__congress__level=asked["level"])
    if asked["category"] == NO_CATEGORY:
        rows = rows.filter(reply__handling__suggestion__category=None)
    elif asked["category"].isdecimal():
        rows = rows.filter(reply__handling__suggestion__category=int(asked["category"]))
    if asked["due"] == LATE:
        rows = rows.late_on(timezone.localdate())
    elif period := period_of(asked["due"]):
        rows = rows.filter(due_on__range=(period.start, period.end))
    if words := asked["q"]:
        title = Q(reply__handling__suggestion__title__contains=words)
        rows = rows.filter(title | Q(text__contains=words) | Q(code__startswith=words))
    return rows


def _cut(rows: CommitmentQuerySet, state: str) -> CommitmentQuerySet:
    """The tab, in its order: what is open by its day, what is done the newest first."""
    if state in (CommitmentState.KEPT, ALL):
        rows = rows if state == ALL else rows.filter(state=state)
        return rows.order_by(F("due_on").desc(), "-pk")
    return (rows.pending() if state == PENDING else rows.filter(state=state)).order_by("due_on", "pk")


@require_safe
def commitment_list(request: HttpRequest) -> HttpResponse:
    asked = _asked(request)
    rows = _filtered(request, asked)
    counts = rows.order_by().aggregate(**{state.value: Count("pk", filter=Q(state=state)) for state in CommitmentState})
    total = sum(counts.values())
    counts = {**counts, ALL: total, PENDING: total - counts[CommitmentState.KEPT]}
    page = listing.page_of_values(request, _cut(rows, asked["state"]), FIELDS)
    in_hand = frame_of(request).in_hand
    context: dict[str, Any] = {
        "asked": asked,
        "filtered": any(asked[name] for name in FILTERS),
        "tabs": [(key, label, counts[key]) for key, label in ((PENDING, "未了结"), *CommitmentState.choices, (ALL, "全部"))],
        "page": page,
        "table": commitments_table(page.object_list, request=request),
        "dues": _dues(asked["due"]),
        "may_export": request.user.access.has(*_SEES),
        **({} if in_hand else {"units": home_units(), "organisations": _organisations()}),
    }
    response = render(request, "suggestions/commitments/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _organisations() -> Any:
    return Organisation.objects.active().filter(kind__in=HANDLES).order_by("code")


def _dues(asked: str) -> list[tuple[str, str]]:
    """What the day can be asked by; a period that came with a link stays among them."""
    year = Period.year(timezone.localdate().year)
    offered = [(year.code, "本年到期"), (LATE, "已超期"), (year.previous.code, "上年到期")]
    period = period_of(asked)
    return offered if period is None or asked in dict(offered) else [*offered, (asked, f"{period.label}到期")]


@require_safe
def commitments_xlsx(request: HttpRequest) -> HttpResponse:
    """The list's rows as a workbook; the export is recorded."""
    if not request.user.access.has(*_SEES):
        raise PermissionDenied
    asked = _asked(request)
    rows = _cut(_filtered(request, asked), asked["state"]).values_list(*FIELDS, named=True)
    data, count = commitments_sheet(rows)
    audit.record(request.user, "suggestions.export_commitments", changes={"rows": [None, count]})
    response = HttpResponse(data, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(True, "承诺台账.xlsx")
    return response


# ---- one promise


def _found(request: HttpRequest, code: str) -> Commitment:
    related = ("reply__handling__unit", "reply__handling__suggestion__congress__area")
    rows = Commitment.objects.visible_to(request.user).select_related(*related, "reply__handling__suggestion__proposer__deputy")
    return get_object_or_404(rows, code=code)


def _may_report(request: HttpRequest, row: Commitment) -> bool:
    return may(request.user, "suggestions.handle_suggestion", row.reply.handling)


def _may_judge(request: HttpRequest, row: Commitment) -> bool:
    suggestion = row.reply.handling.suggestion
    judge = judge_of(suggestion)
    is_judge = judge is not None and in_force(judge) and judge.deputy.user_id == request.user.pk
    return is_judge or may(request.user, "suggestions.close_suggestion", suggestion)


@require_safe
def commitment(request: HttpRequest, code: str) -> HttpResponse:
    return _page(request, _found(request, code))


@require_POST
def report(request: HttpRequest, code: str) -> HttpResponse:
    row = _found(request, code)
    if not _may_report(request, row):
        raise PermissionDenied
    form = ReportForm(request.POST, request.FILES)
    if form.is_valid():
        try:
            evaluating.report_commitment(actor=request.user, commitment=row, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已报告，已请代表评价。")
            return redirect("suggestions:commitment", code)
    return _page(request, row, report_form=form)


@require_POST
def judge(request: HttpRequest, code: str) -> HttpResponse:
    row = _found(request, code)
    if not may(request.user, "suggestions.evaluate_reply", row.reply.handling.suggestion):
        raise PermissionDenied
    form = JudgeForm(request.POST)
    if form.is_valid():
        try:
            row = evaluating.judge_commitment(actor=request.user, commitment=row, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            said = "评价已记下，这项承诺了结。" if row.state == CommitmentState.KEPT else "评价已记下，承办单位继续落实后再次报告。"
            messages.success(request, said)
            return redirect("suggestions:commitment", code)
    return _page(request, row, judge_form=form)


def _page(
    request: HttpRequest, row: Commitment, report_form: ReportForm | None = None, judge_form: JudgeForm | None = None
) -> HttpResponse:
    is_refused = bool(report_form or judge_form)
    if report_form is None and row.state in _REPORTABLE and _may_report(request, row):
        report_form = ReportForm()
    may_judge = _may_judge(request, row)
    if judge_form is None and row.state == CommitmentState.REPORTED and may_judge:
        judge_form = JudgeForm()
    suggestion = row.reply.handling.suggestion
    deputy = judge_of(suggestion)
    context = {
        "row": row,
        "state": commitment_tag(row.state),
        "due": commitment_due(row, request),
        "suggestion": suggestion,
        "number": number_of(suggestion),
        "suggestion_state": state_tag(suggestion.state),
        "photos": row.photos.all(),
        "report_form": report_form,
        "judge_form": judge_form,
        "on_paper": may_judge and (deputy is None or deputy.deputy.user_id != request.user.pk),
    }
    return render(request, "suggestions/commitments/detail.html", context, status=422 if is_refused else 200)


# ---- its photos


@require_safe
def photo(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_photo(request, pk))


@require_safe
def thumbnail(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_photo(request, pk), thumbnail=True)


def _photo(request: HttpRequest, pk: uuid.UUID) -> CommitmentPhoto:
    seen = Commitment.objects.visible_to(request.user).values("pk")
    return get_object_or_404(CommitmentPhoto, pk=pk, commitment__in=seen)
