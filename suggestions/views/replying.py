"""A unit's reply: written with autosave or as a file, put before the signer, signed and sent."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress.access import may
from congress.errors import Conflict, DomainError
from congress.services import files
from congress.views import stored
from congress.workdays import for_request
from suggestions.enums import ANSWERING, HandlingRole, HandlingState, Publicity, ReplyState
from suggestions.forms.replying import GiveBackForm, ReplyForm, SignForm, promise_rows
from suggestions.models import Handling, Reply, ReplyFile, Suggestion
from suggestions.parts import own_parts
from suggestions.services import reply_files, replying
from suggestions.services.profiles import profile_of
from suggestions.services.units import ANSWER_KINDS
from suggestions.tables.lights import clock_html
from suggestions.tables.replies import class_tag, publicity_tag
from suggestions.tables.suggestions import state_tag
from suggestions.views.suggestions import found


def _part(request: HttpRequest, code: str) -> tuple[Suggestion, Handling]:
    """The part that the person's unit answers. Raises Http404, and PermissionDenied for a unit that does not answer."""
    suggestion = found(request, code)
    parts = [row for row in own_parts(request.user, suggestion) if row.role in ANSWERING]
    if not parts:
        raise PermissionDenied
    return suggestion, next((row for row in parts if row.state == HandlingState.IN_HAND), parts[0])


def _draft(part: Handling) -> Reply | None:
    rows = Reply.objects.filter(handling=part, round=part.round).select_related("reply_class", "drafted_by")
    return rows.prefetch_related("files", "commitments").first()


# ---- the sheet


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet, or what waits for signature; ``?edit`` opens that again. ``then`` says whether it is only saved, or put before
    the signer as well.
    """
    suggestion, part = _part(request, code)
    draft = _draft(part)
    if part.state != HandlingState.IN_HAND:
        return _closed(request, suggestion, part)
    if request.method != "POST":
        if draft and draft.state == ReplyState.REVIEW and "edit" not in request.GET:
            return _review(request, suggestion, part, draft)
        return _sheet(request, suggestion, part, draft, ReplyForm(suggestion=suggestion, reply=draft), promise_rows(draft))
    form = ReplyForm(request.POST, request.FILES, suggestion=suggestion, reply=draft)
    rows = promise_rows(draft, request.POST)
    if not (form.is_valid() & rows.is_valid()):
        return _sheet(request, suggestion, part, draft, form, rows, status=422)
    uploads = []
    try:
        uploads = [files.examine(upload) for upload in form.cleaned_data["files"]]
    except DomainError as refusal:
        form.add_error("files", str(refusal))
        return _sheet(request, suggestion, part, draft, form, rows, status=422)
    try:
        draft = replying.draft(actor=request.user, handling=part, version=_version(form), **form.typed(), promises=rows.promises())
        if uploads:
            reply_files.attach(actor=request.user, reply=draft, found=uploads)
        if request.POST.get("then") == "review":
            replying.ask_signature(actor=request.user, reply=draft)
    except Conflict as refusal:
        return _conflict(request, code, form, rows, refusal)
    except DomainError as refusal:
        suggestion, part = _part(request, code)
        draft = _draft(part)
        _put_version(form, draft)
        form.add_error(None, str(refusal))
        return _sheet(request, suggestion, part, draft, form, rows, status=422)
    if request.POST.get("then") == "review":
        messages.success(request, "已送签。单位负责人审核后签发。")
    else:
        messages.success(request, "已保存。")
    return redirect(f"{reverse('suggestions:reply', args=[code])}?{urlencode({'saved': 1})}")


def _closed(request: HttpRequest, suggestion: Suggestion, part: Handling) -> HttpResponse:
    """Not in hand, or no longer. What was sent all the same is shown, so that it is not lost."""
    why = f"这件建议现为“{part.get_state_display()}”，不能写答复。"
    if part.state == HandlingState.ASSIGNED:
        why = "请先签收，再写答复。"
    if request.method != "POST":
        messages.warning(request, why)
        return redirect("suggestions:detail", suggestion.code)
    typed = [(label, request.POST.get(name, "")) for name, label in (("text", "答复内容"), ("summary", "公开摘要"))]
    context = {"suggestion": suggestion, "why": why, "typed": typed}
    return render(request, "suggestions/replies/closed.html", context, status=409)


def _conflict(request: HttpRequest, code: str, form: ReplyForm, rows: Any, refusal: Conflict) -> HttpResponse:
    """Both texts, the one that is stored beside the one that was typed; saving again is then a choice."""
    suggestion, part = _part(request, code)
    theirs = _draft(part)
    _put_version(form, theirs)
    form.add_error(None, str(refusal))
    return _sheet(request, suggestion, part, theirs, form, rows, theirs=theirs, status=409)


def _version(form: ReplyForm) -> int:
    version = form.cleaned_data.get("version")
    return -1 if version is None else version  # written where no draft was yet: a colleague's is not written over


def _put_version(form: ReplyForm, draft: Reply | None) -> None:
    form.data = form.data.copy()
    form.data["version"] = str(draft.version) if draft else ""


def _beside(request: HttpRequest, suggestion: Suggestion, part: Handling) -> dict[str, Any]:
    """What the writer and the signer look at: the limit, the supporting opinions, the talks, what was answered before."""
    supports = [row for row in suggestion.handlings.all() if row.role == HandlingRole.SUPPORT and row.state not in _GONE]
    clocks = [clock for clock in suggestion.clocks.all() if clock.handling_id == part.pk and clock.kind in ANSWER_KINDS]
    yellow = profile_of(suggestion.congress).yellow_workdays
    earlier = Reply.objects.sent().filter(handling=part).exclude(round=part.round).select_related("reply_class", "handling__unit")
    return {
        "suggestion": suggestion,
        "state": state_tag(suggestion.state),
        "part": part,
        "limits": [clock_html(clock, yellow, for_request(request)) for clock in clocks if clock.round == part.round],
        "supports": supports,
        "missing": [row for row in supports if row.state != HandlingState.DONE],
        "talks": part.consultations.all(),
        "earlier": earlier.prefetch_related("evaluations__mandate__deputy").order_by("-round"),
    }


_GONE = (HandlingState.RETURNED, HandlingState.ENDED)


def _sheet(
    request: HttpRequest,
    suggestion: Suggestion,
    part: Handling,
    draft: Reply | None,
    form: ReplyForm,
    rows: Any,
    *,
    theirs: Reply | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        **_beside(request, suggestion, part),
        "form": form,
        "rows": rows,
        "theirs": theirs,
        "draft": draft,
        "files": draft.files.all() if draft else [],
        "draft_done": f"reply-{suggestion.code}-{part.round}" if "saved" in request.GET else "",
    }
    return render(request, "suggestions/replies/sheet.html", context, status=status)


@never_cache
@require_POST
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """What was typed so far, kept; answers with the time and the new version. 409 when a colleague saved meanwhile. A promise
    that is not whole yet is kept on the device only.
    """
    suggestion, part = _part(request, code)
    draft = _draft(part)
    form, rows = ReplyForm(request.POST, suggestion=suggestion, reply=draft), promise_rows(draft, request.POST)
    context: dict[str, Any] = {"form": form}
    status = 200
    form.is_valid()
    given = {**form.typed(), **({"promises": rows.promises()} if rows.is_valid() else {})}
    try:
        saved = replying.draft(actor=request.user, handling=part, version=_version(form), **given)
        context |= {"reply": saved, "at": timezone.localtime()}
    except Conflict as refusal:
        context |= {"refusal": str(refusal), "theirs": _draft(part)}
        status = 409
    except DomainError as refusal:
        context["refusal"] = str(refusal)
        status = 422
    return render(request, "suggestions/replies/_saved.html", context, status=status)


# ---- before the signer


def _review(
    request: HttpRequest,
    suggestion: Suggestion,
    part: Handling,
    draft: Reply,
    *,
    sign: SignForm | None = None,
    give_back: GiveBackForm | None = None,
) -> HttpResponse:
    """What will be sent, as the deputies will read it, with the signature beneath."""
    if sign is None:
        before = Reply.objects.sent().filter(handling__unit=part.unit_id).exclude(signer="").order_by("-pk").first()
        sign = SignForm(initial={"signer": before.signer if before else ""}, auto_id="sign-%s")
    refused = bool(sign.errors or (give_back and give_back.errors))
    context = {
        **_beside(request, suggestion, part),
        "draft": draft,
        "class_tag": class_tag(draft),
        "publicity": publicity_tag(draft),
        "promises": replying.promises_of(draft),
        "files": draft.files.all(),
        "sign": sign,
        "give_back": give_back or GiveBackForm(auto_id="back-%s"),
        "draft_done": f"reply-{suggestion.code}-{part.round}",
    }
    return render(request, "suggestions/replies/review.html", context, status=422 if refused else 200)


def _waiting(request: HttpRequest, code: str) -> tuple[Suggestion, Handling, Reply | None]:
    suggestion, part = _part(request, code)
    return suggestion, part, _draft(part)


@require_POST
def sign(request: HttpRequest, code: str) -> HttpResponse:
    """签发: the reply goes to the deputies. Sent already, it says so."""
    suggestion, part, draft = _waiting(request, code)
    if draft is None:
        return _closed(request, suggestion, part) if part.state != HandlingState.IN_HAND else redirect("suggestions:reply", code)
    form = SignForm(request.POST, auto_id="sign-%s")
    if form.is_valid():
        try:
            replying.send(actor=request.user, reply=draft, signer=form.cleaned_data["signer"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
            suggestion, part, draft = _waiting(request, code)
            assert draft is not None
        else:
            messages.success(request, "答复已发出，已通知代表评价。")
            return redirect(f"{reverse('suggestions:detail', args=[code])}#replies")
    return _review(request, suggestion, part, draft, sign=form)


@require_POST
def give_back(request: HttpRequest, code: str) -> HttpResponse:
    """退回修改: the draft goes back to its writer, with a word."""
    suggestion, part, draft = _waiting(request, code)
    if draft is None:
        return redirect("suggestions:reply", code)
    form = GiveBackForm(request.POST, auto_id="back-%s")
    if form.is_valid():
        try:
            replying.give_back(actor=request.user, reply=draft, note=form.cleaned_data["note"])
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已退回起草人修改。")
            return redirect("suggestions:detail", code)
    return _review(request, suggestion, part, draft, give_back=form)


# ---- files


def _file(request: HttpRequest, pk: uuid.UUID) -> ReplyFile:
    """A draft's file is its unit's own; a sent one's is for those who may read all of the answer, or for all who know of the
    matter when both answer and file may be published. Raises Http404 else.
    """
    row = get_object_or_404(ReplyFile.objects.select_related("reply__handling__unit", "reply__handling__suggestion__congress"), pk=pk)
    answer = row.reply
    if may(request.user, "suggestions.handle_suggestion", answer.handling):
        return row
    code = answer.handling.suggestion.code
    suggestion = Suggestion.objects.visible_to(request.user).filter(code=code).select_related("congress", "proposer__deputy").first()
    if answer.state != ReplyState.SENT or suggestion is None:
        raise Http404
    # SECURITY: a letter names the deputy; one who withholds her name is not told by the way of her answer.
    is_whole = may(request.user, "suggestions.read_replies", suggestion) and may(request.user, "suggestions.see_names", suggestion)
    if is_whole or answer.publicity == Publicity.FULL and row.is_public:
        return row
    raise Http404


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_file(request, pk))


@require_POST
def drop_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _file(request, pk)
    try:
        reply_files.detach(actor=request.user, file=row)
    except DomainError as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"已删除文件“{row.original_name}”。")
    return redirect(f"{replying.reply_link(row.reply.handling.suggestion)}?edit=1")


@require_POST
def mark_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _file(request, pk)
    row = reply_files.mark(actor=request.user, file=row, is_public=request.POST.get("public") == "yes")
    messages.success(request, f"“{row.original_name}”已标为{'可公开' if row.is_public else '不公开'}。")
    suggestion = row.reply.handling.suggestion
    if request.POST.get("back") == "sheet":
        return redirect(f"{replying.reply_link(suggestion)}?edit=1")
    return redirect(f"{reverse('suggestions:detail', args=[suggestion.code])}#replies")
