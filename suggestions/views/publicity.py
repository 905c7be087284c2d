"""What the later public site may show, shown to signed-in people meanwhile; and for the office what waits for its mark."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Max, OuterRef, Subquery
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.enums import Role
from congress.views import stored
from congress.workdays import for_request
from suggestions.enums import LimitKind
from suggestions.models import Clock, Reply, ReplyFile, Suggestion, SuggestionFile
from suggestions.services import publicity
from suggestions.tables.publicity import PUBLISHED_FIELDS, WAITING_FIELDS, published_table, waiting_table
from suggestions.tables.suggestions import number_of

PUBLISHED, WAITING = "published", "waiting"


@require_safe
def published(request: HttpRequest) -> HttpResponse:
    """The marked ones, the newest first; with ``state=waiting`` what the person's organ is to mark, the most pressing first."""
    words = request.GET.get("q", "").strip()
    marks = request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE)
    state = WAITING if marks and request.GET.get("state") == WAITING else PUBLISHED
    shown = Suggestion.objects.published()
    waiting = Suggestion.objects.run_by(request.user).to_publish() if marks else Suggestion.objects.none()
    if words:
        shown, waiting = shown.filter(title__contains=words), waiting.filter(title__contains=words)
    rows: Any
    if state == PUBLISHED:
        marked = Reply.objects.filter(handling__suggestion=OuterRef("pk")).order_by().values("handling__suggestion")
        rows = shown.annotate(opened_on=Subquery(marked.annotate(last=Max("published_on")).values("last"))).order_by("-opened_on", "-pk")
    else:
        clocks = Clock.objects.running().filter(suggestion=OuterRef("pk"), kind=LimitKind.PUBLISH).order_by("due_on")
        rows = waiting.annotate(publish_by=Subquery(clocks.values("due_on")[:1])).order_by(F("publish_by").asc(nulls_last=True), "-pk")
    page = listing.page_of(request, rows)
    fields = PUBLISHED_FIELDS if state == PUBLISHED else WAITING_FIELDS
    page.object_list = list(page.object_list.values_list(*fields, named=True))  # type: ignore[union-attr]
    table = published_table(page.object_list) if state == PUBLISHED else waiting_table(page.object_list, for_request(request))
    tabs = [(PUBLISHED, "已公开", shown.count()), (WAITING, "待公开", waiting.count())] if marks else []
    context = {"tabs": tabs, "state": state, "q": words, "page": page, "table": table}
    response = render(request, "suggestions/published/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_POST
def publish_many(request: HttpRequest) -> HttpResponse:
    """Marks the ticked rows of those that wait, once somebody says that she has looked through them."""
    if not request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE):
        raise PermissionDenied
    codes = request.POST.getlist("code")[: listing.PER_PAGE]
    rows = list(Suggestion.objects.run_by(request.user).to_publish().filter(code__in=codes).order_by("pk"))
    if not rows:
        messages.error(request, "请先勾选要公开的建议。")
    elif not request.POST.get("is_checked"):
        messages.error(request, "请先核对没有国家秘密、商业秘密和选民的个人信息，勾选“已核对”后再公开。")
    else:
        done, refused = publicity.publish_batch(actor=request.user, suggestions=rows)
        if done:
            messages.success(request, f"已标记公开 {done} 件。")
        for sentence in refused:
            messages.error(request, sentence)
    return redirect(f"{reverse('suggestions:published')}?state={WAITING}")


@require_safe
def published_one(request: HttpRequest, code: str) -> HttpResponse:
    """Exactly what the public site may show of it."""
    rows = Suggestion.objects.published().select_related("proposer__deputy", "term__congress", "session", "category")
    shown = publicity.shown(get_object_or_404(rows, code=code))
    if shown is None:
        raise Http404
    may_open = Suggestion.objects.visible_to(request.user).filter(code=code).exists()
    context = {"shown": shown, "suggestion": shown.suggestion, "number": number_of(shown.suggestion), "may_open": may_open}
    return render(request, "suggestions/published/detail.html", context)


@require_safe
def published_file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    """A file that is shown on its suggestion's public page, and no other."""
    owned: Any = SuggestionFile.objects.filter(pk=pk, is_public=True).select_related("suggestion__proposer__deputy").first()
    row = owned or ReplyFile.objects.filter(pk=pk, is_public=True).select_related("reply__handling__suggestion__proposer__deputy").first()
    if row is None:
        raise Http404
    suggestion = row.suggestion if owned else row.reply.handling.suggestion
    shown = publicity.shown(suggestion) if Suggestion.objects.published().filter(pk=suggestion.pk).exists() else None
    if shown is None or row.pk not in {file.pk for file in (*shown.files, *(file for reply in shown.replies for file in reply.files))}:
        raise Http404
    return stored.send(row)
