"""What came of an activity: minutes, files, forwarding and feedback."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import ForwardingState
from activities.forms.activities import AnswerForm, FilesForm, ForwardForm, ResultsForm
from activities.models import Activity, ActivityFile, Forwarding
from activities.services import activities_results as service
from activities.services.activities import to_activity, when
from activities.tables.activities import forwarding_tag, forwardings_table
from activities.views.activities import METHODS, run
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.views import stored
from congress.workdays import for_request
from deputies.forms.fields import show_refusal


@require_http_methods(METHODS)
def minutes(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    present = activity.participations.present().select_related("deputy").order_by("deputy__code")
    form = ResultsForm(request.POST or None, activity=activity, present=present)
    if request.method == "POST" and form.is_valid():
        try:
            after = service.record(actor=request.user, activity=activity, **form.asked())
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "已保存。" if after.version != activity.version else "没有改动。")
            return redirect(f"{to_activity(activity)}#results")
    context = {"form": form, "activity": activity, "when": when(activity)}
    return render(request, "activities/activities/minutes.html", context, status=422 if form.errors else 200)


# ---- files, shown to those who may see the activity


@require_POST
def add_files(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code)
    form = FilesForm(request.POST, request.FILES)
    uploads = form.cleaned_data["files"] if form.is_valid() else []
    kept = service.add_files(actor=request.user, activity=activity, uploads=uploads)
    messages.success(request, f"已保存 {len(kept)} 份材料。")
    return redirect(f"{to_activity(activity)}#files")


@require_POST
def remove_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    file = _file(request, pk)
    if not may(request.user, "activities.run", file.activity):
        raise PermissionDenied
    service.remove_file(actor=request.user, file=file)
    messages.success(request, f"已删除“{file.original_name}”。")
    return redirect(f"{to_activity(file.activity)}#files")


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_file(request, pk))


@require_safe
def thumbnail(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_file(request, pk), thumbnail=True)


def _file(request: HttpRequest, pk: uuid.UUID) -> ActivityFile:
    rows = ActivityFile.objects.visible_to(request.user).select_related("activity__organiser__area", "activity__group")
    return get_object_or_404(rows, pk=pk)


# ---- forwarding and feedback (代表法 art. 31)


@require_http_methods(METHODS)
def forward(request: HttpRequest, code: str) -> HttpResponse:
    activity = run(request, code, "activities.forward")
    form = ForwardForm(request.POST or None, activity=activity)
    if request.method == "POST" and form.is_valid():
        try:
            made = service.forward(actor=request.user, activity=activity, **form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已转交 {len(made)} 个单位，并通知限期反馈。")
            return redirect(f"{to_activity(activity)}#forwardings")
    deadline = service.feedback_day(for_request(request))
    context = {"form": form, "activity": activity, "when": when(activity), "deadline": deadline}
    return render(request, "activities/activities/forward.html", context, status=422 if form.errors else 200)


@require_safe
def forwardings(request: HttpRequest) -> HttpResponse:
    """All forwardings the person sees, those awaited first."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "q")}
    rows = Forwarding.objects.visible_to(request.user)
    if asked["state"] in ForwardingState.values:
        rows = rows.filter(state=asked["state"])
    if asked["q"]:
        rows = rows.filter(activity__in=Activity.objects.matching(asked["q"]).values("pk"))
    page = listing.page_of(request, rows.select_related("activity__organiser", "body").order_by("-state", "due_on", "pk"))
    context = {
        "page": page,
        "table": forwardings_table(request).render(page.object_list),
        "asked": asked,
        "filtered": any(asked.values()),
        "states": ForwardingState.choices,
    }
    response = render(request, "activities/activities/forwardings.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_http_methods(METHODS)
def forwarding(request: HttpRequest, code: str, body: str) -> HttpResponse:
    """What was forwarded to one body, and its feedback."""
    rows = Forwarding.objects.visible_to(request.user).select_related("activity__organiser__area", "activity__group", "body", "answered_by")
    row = get_object_or_404(rows, activity__code=code, body__code=body)
    may_answer = may(request.user, "activities.answer_forwarding", row)
    form = AnswerForm(request.POST or None)
    if request.method == "POST":
        if not may_answer:
            raise PermissionDenied
        if form.is_valid():
            try:
                service.answer(actor=request.user, forwarding=row, **form.cleaned_data)
            except DomainError as refusal:
                show_refusal(form, refusal)
            else:
                messages.success(request, "反馈已保存，并已通知组织单位。")
                return redirect(service.to_forwarding(row))
    sees = Activity.objects.visible_to(request.user).filter(pk=row.activity_id).exists()
    context = {
        "row": row,
        "activity": row.activity,
        "when": when(row.activity),
        "state": forwarding_tag(row.state),
        "steps": service.steps_of(row, for_request(request)),
        "files": list(row.activity.files.all()),
        "form": form if may_answer and row.state == ForwardingState.SENT else None,
        "to_activity": to_activity(row.activity) if sees else "",
        "back": reverse("activities:forwardings"),
    }
    return render(request, "activities/activities/forwarding.html", context, status=422 if request.method == "POST" else 200)
