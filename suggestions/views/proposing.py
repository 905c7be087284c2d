"""Writing a suggestion: beginning it, its sheet with autosave, its versions and files, and what is like it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress.access import may
from congress.errors import Conflict, DomainError
from congress.services import files
from congress.views import stored
from deputies.models import Mandate, Opinion
from suggestions.enums import CosignState, ReplyState, SuggestionKind
from suggestions.forms.proposing import BeginForm, WriteForm
from suggestions.models import Cosigner, Reply, Suggestion, SuggestionFile
from suggestions.services import joining, proposing, similarity, words
from suggestions.services.profiles import profile_of
from suggestions.tables.replies import words_of
from suggestions.tables.suggestions import nameless, state_tag
from suggestions.views.suggestions import found

_ALIKE = 5
_LOOKED_AT = 20  # like ones found, of which the reader may not know every one


# ---- beginning


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest) -> HttpResponse:
    """Whose it is and to which congress; with a Word file its words are taken over for review."""
    if not may(request.user, "suggestions.write_suggestion"):
        raise PermissionDenied
    form = BeginForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            read = words.read(data["word"]) if data["word"] else None
            texts = (
                {"title": read.title, "basis": read.basis, "request": read.request} if read else {"title": "", "basis": "", "request": ""}
            )
            suggestion = proposing.draft(actor=request.user, proposer=data["seat"], kind=data["kind"], session=data["session"], **texts)
            if read:
                proposing.attach(actor=request.user, suggestion=suggestion, found=[read.file])
                messages.success(request, "已从 Word 文件取出标题、事由和具体建议，请核对后再提交。原文件已作为附件保存。")
        except DomainError as refusal:
            form.add_error("word" if data["word"] else None, str(refusal))
        else:
            return redirect("suggestions:edit", suggestion.code)
    return render(request, "suggestions/begin.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
def from_opinion(request: HttpRequest, code: str) -> HttpResponse:
    """Begins a suggestion with the words of an opinion; the opinion stays linked."""
    opinion = get_object_or_404(Opinion.objects.visible_to(request.user), code=code)
    seats = Mandate.objects.filter(deputy__opinions=opinion).select_related("deputy", "area", "term__congress")
    seat = get_object_or_404(seats, pk=_key(request.POST.get("seat", "")))
    place = f"{opinion.place}：" if opinion.place else ""
    suggestion = proposing.draft(
        actor=request.user,
        proposer=seat,
        title=f"关于{opinion.text.strip('。！？!? ')[:70]}的建议",
        basis=f"选民反映，{place}{opinion.text}",
        request="",
        origin="联系选民",
        opinions=[opinion],
    )
    messages.success(request, "已用选民的话起草，请修改标题，写明具体建议。")
    return redirect("suggestions:edit", suggestion.code)


def _key(text: str) -> int:
    return int(text) if text.isdecimal() else 0


# ---- the sheet


def _editable(request: HttpRequest, code: str) -> Suggestion:
    suggestion = found(request, code)
    if not may(request.user, "suggestions.hand_in_suggestion", suggestion):
        raise PermissionDenied
    return suggestion


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    """The sheet; ``then`` says whether it is only saved, or handed in as well."""
    suggestion = _editable(request, code)
    if not may(request.user, "suggestions.edit_suggestion", suggestion):
        return _frozen(request, suggestion)
    if request.method != "POST":
        return _sheet(request, suggestion, WriteForm(user=request.user, suggestion=suggestion))
    form = WriteForm(request.POST, request.FILES, user=request.user, suggestion=suggestion)
    if not form.is_valid():
        return _sheet(request, suggestion, form, status=422)
    data = form.cleaned_data
    try:
        uploads = [files.examine(upload) for upload in data["files"]]
        suggestion = proposing.save(actor=request.user, suggestion=suggestion, version=data["version"], **form.typed())
        if uploads:
            proposing.attach(actor=request.user, suggestion=suggestion, found=uploads)
        for mandate in data["cosigners"]:
            proposing.ask_cosigner(actor=request.user, suggestion=suggestion, mandate=mandate)
        if request.POST.get("then") == "submit":
            proposing.submit(actor=request.user, suggestion=suggestion)
    except Conflict as refusal:
        return _conflict(request, code, form, refusal)
    except DomainError as refusal:
        suggestion = found(request, code)
        _put_version(form, suggestion.version)
        form.add_error(None, str(refusal))
        return _sheet(request, suggestion, form, status=422)
    if request.POST.get("then") == "submit":
        messages.success(request, "已提交。审查结果会通知您。")
        return redirect("suggestions:detail", code)
    messages.success(request, "已保存。")
    return redirect("suggestions:edit", code)


def _frozen(request: HttpRequest, suggestion: Suggestion) -> HttpResponse:
    """The text is frozen: on its own page it can be read. What was sent all the same is shown, so that it is not lost."""
    if request.method != "POST":
        return redirect("suggestions:detail", suggestion.code)
    typed = [(label, request.POST.get(name, "")) for name, label in (("title", "标题"), ("basis", "事由"), ("request", "具体建议"))]
    return render(request, "suggestions/frozen.html", {"suggestion": suggestion, "typed": typed}, status=409)


def _conflict(request: HttpRequest, code: str, form: WriteForm, refusal: Conflict) -> HttpResponse:
    """Both texts, the one that is stored beside the one that was typed; saving again is then a choice."""
    theirs = found(request, code)
    _put_version(form, theirs.version)
    form.add_error(None, str(refusal))
    return _sheet(request, theirs, form, theirs=theirs, status=409)


def _put_version(form: WriteForm, version: int) -> None:
    form.data = form.data.copy()
    form.data["version"] = str(version)


def _sheet(
    request: HttpRequest, suggestion: Suggestion, form: WriteForm, *, theirs: Suggestion | None = None, status: int = 200
) -> HttpResponse:
    is_bill = suggestion.kind == SuggestionKind.BILL
    cosigners = list(suggestion.cosigners.all())
    last = suggestion.examinations.select_related("examined_by").prefetch_related("grounds").first()
    context = {
        "suggestion": suggestion,
        "form": form,
        "theirs": theirs,
        "is_bill": is_bill,
        "least": profile_of(suggestion.congress).bill_cosigners if is_bill else 0,
        "names": 1 + sum(row.state == CosignState.CONFIRMED for row in cosigners),
        "cosigners": cosigners,
        "files": suggestion.files.all(),
        "examination": last,
    }
    return render(request, "suggestions/edit.html", context, status=status)


@never_cache
@require_POST
def autosave(request: HttpRequest, code: str) -> HttpResponse:
    """What was typed so far, kept; answers with the time and the new version. 409 when another window saved meanwhile."""
    suggestion = _editable(request, code)
    form = WriteForm(request.POST, user=request.user, suggestion=suggestion)
    context: dict[str, Any] = {"suggestion": suggestion, "form": form}
    status = 200
    if not form.is_valid():
        status = 422
    else:
        try:
            suggestion = proposing.save(actor=request.user, suggestion=suggestion, version=form.cleaned_data["version"], **form.typed())
            context |= {"suggestion": suggestion, "at": timezone.localtime()}
        except Conflict as refusal:
            context |= {"refusal": str(refusal), "theirs": found(request, code)}
            status = 409
        except DomainError as refusal:
            context["refusal"] = str(refusal)
            status = 422
    return render(request, "suggestions/_saved.html", context, status=status)


@require_safe
def versions(request: HttpRequest, code: str) -> HttpResponse:
    """What the text said each time it was saved, for its authors and the organ that runs it."""
    suggestion = found(request, code)
    if not (
        may(request.user, "suggestions.hand_in_suggestion", suggestion) or may(request.user, "suggestions.examine_suggestion", suggestion)
    ):
        raise PermissionDenied
    rows = suggestion.versions.select_related("saved_by")
    return render(request, "suggestions/versions.html", {"suggestion": suggestion, "versions": rows})


# ---- what is like it


@require_safe
def similar(request: HttpRequest) -> HttpResponse:
    """``?title=`` and ``?besides=`` (a code): earlier ones like it that this person may read, with their answers."""
    title = request.GET.get("title", "").strip()[:80]
    besides = Suggestion.objects.filter(code=request.GET.get("besides", "")).first()
    context = {"alike": alike(request, title, besides), "title": title, "may_join": may(request.user, "suggestions.join_suggestion")}
    return render(request, "suggestions/_similar.html", context)


def alike(request: HttpRequest, title: str, besides: Suggestion | None) -> list[dict[str, Any]]:
    """The likest first, each with as much of its answer as the reader may know, and whether she may sign it along.

    At most ten queries.
    """
    likes = similarity.find(title, besides=besides, most=_LOOKED_AT)
    seen = set(
        Suggestion.objects.visible_to(request.user).filter(pk__in=[each.suggestion.pk for each in likes]).values_list("pk", flat=True)
    )
    likes = [each for each in likes if each.suggestion.pk in seen][:_ALIKE]
    rows = [each.suggestion for each in likes]
    hidden = nameless(rows, request)
    replies = Reply.objects.told_to(request.user).filter(handling__suggestion__in=rows, state=ReplyState.SENT)
    whole = set(Reply.objects.whole_to(request.user).filter(handling__suggestion__in=rows).values_list("pk", flat=True))
    answers: dict[int, Reply] = {}
    for reply in replies.select_related("handling__unit", "reply_class").order_by("round", "pk"):
        answers[reply.handling.suggestion_id] = reply
    joinable = _joinable(request, rows)
    return [
        {
            "suggestion": row,
            "may_join": row.pk in joinable,
            "percent": round(each.share * 100),
            "state": state_tag(row.state),
            "is_named": row.pk not in hidden,
            "reply": answer,
            # An answer greets the deputy by her name.
            "words": words_of(answer, answer.pk in whole) if answer and row.pk not in hidden else "",
        }
        for each, row, answer in ((each, row, answers.get(row.pk)) for each, row in zip(likes, rows, strict=True))
    ]


def _joinable(request: HttpRequest, rows: list[Suggestion]) -> set[int]:
    """Those of the rows that this person can put her name to as a fellow deputy. Two queries, none for anybody else."""
    waiting = [row for row in rows if row.state in joining.JOINABLE and not row.withholds_identity]
    if not waiting or not may(request.user, "suggestions.join_suggestion"):
        return set()
    terms = set(Mandate.objects.serving().filter(deputy__user=request.user).values_list("term", flat=True))
    signed = Cosigner.objects.filter(mandate__deputy__user=request.user, suggestion__in=waiting, state=CosignState.CONFIRMED)
    own = set(signed.values_list("suggestion", flat=True))
    user = request.user.pk
    return {row.pk for row in waiting if row.term_id in terms and row.pk not in own and row.proposer.deputy.user_id != user}


# ---- files


def _file(request: HttpRequest, pk: uuid.UUID) -> SuggestionFile:
    """An attachment may name its author: it is for those who may know her."""
    seen = Suggestion.objects.visible_to(request.user).named_to(request.user)
    return get_object_or_404(SuggestionFile.objects.select_related("suggestion"), pk=pk, suggestion__in=seen.values("pk"))


@require_safe
def file(request: HttpRequest, pk: uuid.UUID) -> FileResponse:
    return stored.send(_file(request, pk))


@require_POST
def drop_file(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    row = _file(request, pk)
    proposing.detach(actor=request.user, file=row)
    messages.success(request, f"已删除附件“{row.original_name}”。")
    return redirect("suggestions:edit", row.suggestion.code)
