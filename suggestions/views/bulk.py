"""What is done with the ticked rows of the list: assign, remind, put to a session, take out. One form, one address."""

from __future__ import annotations

from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_POST

from congress.access import may
from congress.enums import Role
from congress.models import Session
from suggestions.models import Suggestion
from suggestions.querysets import SuggestionQuerySet
from suggestions.querysets.filtering import FILTERS
from suggestions.resources.history import SuggestionResource
from suggestions.services import desk
from suggestions.views.lists import query_of, workbook

_MOST_TOLD = 10  # refusals that are told one by one


@require_POST
def bulk(request: HttpRequest) -> HttpResponse:
    """``do`` is assign, remind, session or export; ``code`` names the rows; ``back`` is the list's own query."""
    done = _STEPS.get(request.POST.get("do", ""))
    if done is None:
        messages.error(request, "请选择要做的事。")
        return _back(request)
    codes = list(dict.fromkeys(request.POST.getlist("code")))
    if not codes:
        messages.error(request, "请先勾选建议。")
        return _back(request)
    return done(request, Suggestion.objects.visible_to(request.user).filter(code__in=codes))


def _assign(request: HttpRequest, rows: SuggestionQuerySet) -> HttpResponse:
    """To the sheet of assignment, with the rows ticked and the template filled in."""
    if not may(request.user, "suggestions.keep_templates"):
        raise PermissionDenied
    codes = list(rows.assignable_by(request.user).order_by("pk").values_list("code", flat=True))
    if not codes:
        messages.error(request, "勾选的建议都不在“待交办”，不能交办。")
        return _back(request)
    left = rows.count() - len(codes)
    if left:
        messages.warning(request, f"另有 {left} 件不在“待交办”，没有列入。")
    asked = [("code", code) for code in codes]
    if (template := request.POST.get("template", "")).isdecimal():
        asked.append(("template", template))
    return redirect(f"{reverse('suggestions:assign')}?{urlencode(asked)}")


def _remind(request: HttpRequest, rows: SuggestionQuerySet) -> HttpResponse:
    if not may(request.user, "suggestions.keep_templates"):
        raise PermissionDenied
    found = rows.select_related("congress__area").order_by("pk")
    done, refused = desk.remind(actor=request.user, suggestions=found, text=request.POST.get("text", "")[:200])
    return _told(request, f"已催办 {done} 件。" if done else "", refused)


def _put(request: HttpRequest, rows: SuggestionQuerySet) -> HttpResponse:
    if not request.user.access.has(Role.OFFICE, Role.TOWN_OFFICE):
        raise PermissionDenied
    chosen = request.POST.get("to_session", "")
    session = Session.objects.select_related("term__congress").filter(pk=int(chosen)).first() if chosen.isdecimal() else None
    if session is None:
        messages.error(request, "请选择归入哪次会议。")
        return _back(request)
    done, refused = desk.put_to_session(actor=request.user, suggestions=rows.order_by("pk"), session=session)
    return _told(request, f"已将 {done} 件归入{session}。" if done else "", refused)


def _export(request: HttpRequest, rows: SuggestionQuerySet) -> HttpResponse:
    if not may(request.user, SuggestionResource.export_rule):
        raise PermissionDenied
    return workbook(request, rows)


_STEPS = {"assign": _assign, "remind": _remind, "session": _put, "export": _export}


def _told(request: HttpRequest, done: str, refused: list[str]) -> HttpResponse:
    if done:
        messages.success(request, done)
    for sentence in refused[:_MOST_TOLD]:
        messages.warning(request, sentence)
    if len(refused) > _MOST_TOLD:
        messages.warning(request, f"另有 {len(refused) - _MOST_TOLD} 件没有办成。")
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    """The list as it was; only names that the list knows are taken along."""
    asked = {name: request.POST.get(f"was-{name}", "").strip() for name in (*FILTERS, "state", "page")}
    return redirect(f"{reverse('suggestions:list')}?{query_of(asked)}")
