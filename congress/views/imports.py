"""Excel in and out, for whom a kind's rules name: upload, preview every cell that will change, confirm, result."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from congress import listing
from congress.access import may
from congress.errors import Conflict, DomainError
from congress.imports import downloads, kinds, sheets, uploads
from congress.imports.plan import CREATED, UNCHANGED, Plan, PlannedRow
from congress.imports.resource import SheetResource
from congress.models import ImportFile

RECENT = 10


class UploadForm(forms.Form):
    file = forms.FileField(
        label="文件",
        error_messages={"required": "请选择文件。", "empty": "文件是空的。"},
        help_text=".xlsx、.xls 或 .csv，不超过 20 MB。表头上方可以有标题和说明。",
        widget=forms.FileInput(attrs={"accept": ".xlsx,.xls,.csv,.gz"}),
    )


def _resource(request: HttpRequest, kind: str, *, to_export: bool = False) -> SheetResource:
    resource = kinds.find(kind)
    if resource is None and _offered(request):
        raise Http404
    if resource is None or not may(request.user, resource.export_rule if to_export else resource.import_rule):
        raise PermissionDenied
    made = resource()
    made.actor = request.user
    return made


def _offered(request: HttpRequest) -> list[type[SheetResource]]:
    """The kinds the person may bring in or take out."""
    mine = {*kinds.importable(request.user), *kinds.exportable(request.user)}
    return [resource for resource in kinds.registered() if resource in mine]


def _recent(request: HttpRequest, kind: str = "") -> list[tuple[ImportFile, str]]:
    """The last imports with the label of their kind."""
    labels = {resource.key: resource.label for resource in kinds.importable(request.user)}
    found = ImportFile.objects.visible_to(request.user).confirmed().select_related("uploaded_by").order_by("-confirmed_at")
    return [(upload, labels[upload.kind]) for upload in found.filter(kind__in=[kind] if kind else labels)[:RECENT]]


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """The kinds of file there are, each with its template and export. For those who may bring in at least one."""
    if not kinds.importable(request.user):
        raise PermissionDenied
    context = {
        "kinds": _offered(request),
        "importable": {resource.key for resource in kinds.importable(request.user)},
        "exportable": {resource.key for resource in kinds.exportable(request.user)},
        "recent": _recent(request),
    }
    return render(request, "imports/overview.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def start(request: HttpRequest, kind: str) -> HttpResponse:
    """Takes a file and goes on to its preview; a file that can't be read is refused on the form."""
    resource = _resource(request, kind)
    form = UploadForm(request.POST, request.FILES) if request.method == "POST" else UploadForm()
    if request.method == "POST" and form.is_valid():
        try:
            upload = uploads.keep(actor=request.user, resource=resource, uploaded=form.cleaned_data["file"])
            return redirect("import_preview", kind=kind, pk=upload.pk)
        except DomainError as refusal:
            form.add_error("file", str(refusal))
    context = {
        "resource": resource,
        "form": form,
        "columns": resource.columns(),
        "may_export": may(request.user, resource.export_rule),
        "recent": _recent(request, kind),
    }
    return render(request, "imports/start.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def preview(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """What the file would do; POST does it. After that the same address shows the result."""
    resource = _resource(request, kind)
    upload = get_object_or_404(ImportFile.objects.visible_to(request.user).filter(kind=kind), pk=pk)
    if request.method == "POST" and "discard" in request.POST:
        uploads.discard(upload=upload)
        messages.success(request, "已放弃这次上传，没有改动任何内容。")
        return redirect("import_start", kind=kind)
    if request.method == "POST":
        try:
            uploads.confirm(actor=request.user, upload=upload, expected=request.POST.get("fingerprint", ""))
        except Conflict as refusal:
            messages.warning(request, str(refusal))
        except DomainError as refusal:
            messages.error(request, str(refusal))
        return redirect("import_preview", kind=kind, pk=pk)
    if upload.confirmed_at:
        return render(request, "imports/result.html", {"resource": resource, "upload": upload})
    try:
        resource, plan = uploads.preview(upload, request.user)
    except DomainError as refusal:
        messages.error(request, str(refusal))
        return redirect("import_start", kind=kind)
    return _show(request, resource, upload, plan)


def _show(request: HttpRequest, resource: SheetResource, upload: ImportFile, plan: Plan) -> HttpResponse:
    shown = request.GET.get("show") or ("rejected" if plan.rejected else "changes")
    rows: list[Any] = plan.rejected if shown == "rejected" else plan.changed_rows
    page = listing.page_of(request, rows)
    if shown != "rejected":
        page.object_list = [_described(resource, row) for row in page.object_list]
    context = {
        "resource": resource,
        "upload": upload,
        "plan": plan,
        "counts": plan.counts,
        "unchanged": plan.counts[UNCHANGED],
        "rejected_rows": len(plan.rejected_rows),
        "shown": shown,
        "page": page,
    }
    response = render(request, "imports/preview.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _described(resource: SheetResource, row: PlannedRow) -> dict[str, Any]:
    return {"row": row, "is_new": row.action == CREATED, "cells": resource.cells(row)}


@require_safe
def rejected(request: HttpRequest, kind: str, pk: UUID) -> HttpResponse:
    """The rejected rows with their reasons, as a workbook."""
    _resource(request, kind)
    upload = get_object_or_404(ImportFile.objects.visible_to(request.user).filter(kind=kind, confirmed_at=None), pk=pk)
    resource, plan = uploads.preview(upload, request.user)
    return downloads.workbook(sheets.rejected(plan), f"{resource.label}未通过的行")


@require_safe
def template(request: HttpRequest, kind: str) -> HttpResponse:
    resource = _resource(request, kind)
    return downloads.workbook(sheets.template(resource), f"{resource.label}导入模板")


@require_safe
def export(request: HttpRequest, kind: str) -> HttpResponse:
    """Current rows as a workbook."""
    resource = _resource(request, kind, to_export=True)
    return downloads.rows(request, resource, resource.exported(request.user))
