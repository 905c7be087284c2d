"""Photos and files, shown only to those who may see what they show."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods, require_safe

from congress.access import may
from congress.views import stored
from platforms.models import Evidence
from platforms.services import evidence as service


@require_safe
def show(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """The file itself: a photo in the page, anything else as a download."""
    return stored.send(get_object_or_404(Evidence.objects.visible_to(request.user), pk=pk))


@require_safe
def thumbnail(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(get_object_or_404(Evidence.objects.visible_to(request.user).exclude(thumbnail=""), pk=pk), thumbnail=True)


@require_http_methods(["GET", "HEAD", "POST"])
def delete(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks, then deletes."""
    found = Evidence.objects.visible_to(request.user).select_related(
        "platform", "standard_check__platform", "standard_check__item", "item_score__assessment__assignment", "objection", "rectification"
    )
    evidence = get_object_or_404(found, pk=pk)
    if not may(request.user, "platforms.delete_evidence", evidence):
        raise PermissionDenied
    back = _way_back(request, evidence)
    if request.method == "POST":
        service.remove(actor=request.user, evidence=evidence)
        messages.success(request, f"已删除“{evidence.original_name}”。")
        return redirect(back)
    return render(
        request,
        "components/confirm.html",
        {
            "question": f"删除“{evidence.original_name}”？",
            "text": "文件将从服务器上删除，不能恢复；删除情况记入审计记录。",
            "action": "删除",
            "back": back,
            "keep": {"next": back},
        },
    )


def _way_back(request: HttpRequest, evidence: Evidence) -> str:
    """The page one came from when it is ours, else the page of what the evidence shows."""
    asked = request.POST.get("next") or request.GET.get("next") or ""
    if asked and url_has_allowed_host_and_scheme(asked, allowed_hosts={request.get_host()}, require_https=request.is_secure()):
        return asked
    if evidence.platform:
        return reverse("platforms:detail", args=[evidence.platform.code])
    if check := evidence.standard_check:
        return reverse("platforms:check", args=[check.platform.code, check.item.code])
    return reverse("home")
