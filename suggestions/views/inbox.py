"""A unit's inbox by due date, and the same rows for those who watch: signing for, claiming and urging many at once."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from congress import listing
from congress.enums import Role
from congress.models import Organisation
from suggestions.enums import HANDLES, UNIT_ROLES, HandlingRole
from suggestions.models import Handling, Suggestion
from suggestions.querysets.handling import HandlingQuerySet
from suggestions.querysets.inbox import (
    CLAIMS,
    DONE,
    FILTERS,
    OPEN,
    TABS,
    asks_for_time,
    counts_of,
    cut,
    filtered,
    in_review,
    with_due_on,
)
from suggestions.services import claiming, reminding
from suggestions.tables.handling import FIELDS, handlings_table

_GIVES_OUT = (Role.OFFICE, Role.TOWN_OFFICE, Role.DISPATCHER)
MOST = 200  # rows of one posting
_TOLD = 10  # refusals told one by one


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """承办件: what the person's unit has in hand, the nearest limit first."""
    if not request.user.access.has(*UNIT_ROLES):
        raise PermissionDenied
    return _list(request, Handling.objects.of_units_of(request.user), "suggestions/handling/inbox.html", ticks=True)


@require_safe
def progress(request: HttpRequest) -> HttpResponse:
    """办理进度: what all units have in hand, for those who give it out and the leaders."""
    if not request.user.access.has(*_GIVES_OUT, Role.LEADER):
        raise PermissionDenied
    rows = Handling.objects.watched_by(request.user)
    may_urge = request.user.access.has(*_GIVES_OUT)
    units = Organisation.objects.filter(kind__in=HANDLES, handlings__isnull=False).distinct().order_by("code")
    more = {"organisations": units, "may_urge": may_urge}
    return _list(request, rows, "suggestions/handling/progress.html", ticks=may_urge, names_units=True, more=more)


def _list(
    request: HttpRequest,
    rows: HandlingQuerySet,
    template: str,
    *,
    ticks: bool,
    names_units: bool = False,
    more: dict[str, Any] | None = None,
) -> HttpResponse:
    asked = _asked(request.GET)
    found = filtered(rows, asked, request.user)
    counts = counts_of(found)
    page = listing.page_of(request, _ordered(cut(found, asked["tab"]), asked["tab"]), count=counts.get(asked["tab"]))
    shown = page.object_list.annotate(in_review=in_review(), asks_for_time=asks_for_time()).with_staff()  # type: ignore[attr-defined]
    page.object_list = list(shown.values_list(*FIELDS, named=True))
    context = {
        "asked": asked,
        "filtered": any(asked[name] for name in FILTERS),
        "tabs": [(key, label, counts.get(key)) for key, label in TABS],
        "claims": CLAIMS,
        "roles": HandlingRole.choices,
        "page": page,
        "ticks": ticks and asked["tab"] != DONE,
        "table": handlings_table(page.object_list, request=request, names_units=names_units, ticks=ticks and asked["tab"] != DONE),
        **(more or {}),
    }
    response = render(request, template, context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(given: Any) -> dict[str, str]:
    asked = {name: given.get(name, "").strip() for name in (*FILTERS, "tab")}
    if asked["tab"] not in dict(TABS):
        asked["tab"] = OPEN
    return asked


def _ordered(rows: HandlingQuerySet, tab: str) -> HandlingQuerySet:
    if tab == DONE:
        return rows.order_by("-done_on", "-pk")
    return with_due_on(rows).order_by(F("due_on").asc(nulls_last=True), "pk")


# ---- many at once


def _picked(request: HttpRequest, rows: HandlingQuerySet) -> list[Handling]:
    keys = [int(key) for key in request.POST.getlist("part")[: MOST + 1] if key.isdecimal() and len(key) < 18]
    return list(rows.filter(pk__in=keys[:MOST]).select_related("suggestion", "unit").order_by("pk"))


def _back(request: HttpRequest, name: str) -> HttpResponse:
    """To the list as it was asked for."""
    asked = _asked(request.POST)
    return redirect(f"{reverse(name)}?{urlencode({key: value for key, value in asked.items() if value})}")


def _tell(request: HttpRequest, refused: list[str]) -> None:
    for sentence in refused[:_TOLD]:
        messages.error(request, sentence)
    if len(refused) > _TOLD:
        messages.error(request, f"另有 {len(refused) - _TOLD} 件没有办成，请打开查看。")


@require_POST
def take(request: HttpRequest) -> HttpResponse:
    """Signs for the ticked rows, or claims them; ``then`` says which. Each by itself."""
    if not request.user.access.has(*UNIT_ROLES):
        raise PermissionDenied
    rows = _picked(request, Handling.objects.of_units_of(request.user))
    if not rows:
        messages.warning(request, "请先勾选要办理的建议。")
        return _back(request, "suggestions:inbox")
    act, word = (claiming.claim_batch, "认领") if request.POST.get("then") == "claim" else (claiming.sign_batch, "签收")
    done, refused = act(actor=request.user, handlings=rows)
    if done:
        messages.success(request, f"已{word} {done} 件。")
    _tell(request, refused)
    return _back(request, "suggestions:inbox")


@require_POST
def urge(request: HttpRequest) -> HttpResponse:
    """催办 the ticked rows: the nearest limit of each, once a day."""
    if not request.user.access.has(*_GIVES_OUT):
        raise PermissionDenied
    given_out = Suggestion.objects.given_out_by(request.user).values("pk")
    rows = _picked(request, Handling.objects.open().filter(suggestion__in=given_out))
    if not rows:
        messages.warning(request, "请先勾选要催办的建议。")
        return _back(request, "suggestions:progress")
    sent, without = reminding.urge_parts(actor=request.user, handlings=rows, text=request.POST.get("text", ""))
    if sent:
        messages.success(request, f"已催办 {sent} 件，已通知承办单位，抄送交办人员。")
    if without:
        messages.warning(request, f"有 {without} 件没有正在计算的期限，没有催办。")
    if not sent and not without:
        messages.warning(request, "今天已经催办过，没有重复发送。")
    return _back(request, "suggestions:progress")
