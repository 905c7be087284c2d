"""换届: the terms that run, what a new one would end, and the handing over of voters. The office's pages."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Term
from deputies.enums import MandateStatus
from deputies.forms.fields import show_refusal
from deputies.forms.mandates import ChangeOfTermForm
from deputies.models import VoterLiaison
from deputies.services import handover, terms
from deputies.services.terms import Change
from deputies.views.mandates import CLOSES

_SHOWN = 200  # names on the preview; the register lists the rest


def _office(request: HttpRequest) -> None:
    if not may(request.user, "deputies.change_term"):
        raise PermissionDenied


@require_safe
def term_list(request: HttpRequest) -> HttpResponse:
    """Every term with its seats in force, the running ones first."""
    _office(request)
    rows = (
        Term.objects.select_related("congress__area")
        .annotate(serving=Count("mandates", filter=Q(mandates__status=MandateStatus.ACTIVE)), all=Count("mandates"))
        .order_by(F("ends_on").desc(nulls_first=True), "congress__area__path", "-number")
    )
    page = listing.page_of(request, rows)
    waiting = dict(
        VoterLiaison.objects.filter(awaits_successor=True)
        .order_by()
        .values_list("electoral_district__term__congress")
        .annotate(Count("pk"))
    )
    context = {
        "page": page,
        "rows": [(term, waiting.get(term.congress_id, 0) if term.ends_on is None else 0) for term in page.object_list],
        "form": ChangeOfTermForm(),
    }
    response = render(request, "deputies/terms/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def change(request: HttpRequest) -> HttpResponse:
    """First what would end, by name; then a second question; then it is done."""
    _office(request)
    form = ChangeOfTermForm(request.POST if request.method == "POST" else request.GET)
    found: Change | None = None
    if form.is_valid():
        try:
            if request.method == "POST" and "confirmed" in request.POST:
                return _done(request, terms.change_of_term(actor=request.user, **form.cleaned_data))
            found = terms.preview(**form.cleaned_data)
        except DomainError as refusal:
            show_refusal(form, refusal)
    if found is None:
        return render(request, "deputies/terms/preview.html", {"form": form}, status=422)
    keep = {name: form[name].value() for name in form.fields}
    counts = found.closing.counts
    closes = [words.format(counts[name]) for name, words in {"groups": "代表小组 {} 个", **CLOSES}.items() if counts[name]]
    if request.method == "POST":
        context = {
            "question": f"确认{found.term.congress.short_name}换到第{found.term.number}届？",
            "text": f"{counts['mandates']} 名代表的资格于{_day(found.last_day)}届满。"
            + (f"同时结束：{'、'.join(closes)}。" if closes else "")
            + "办理后不能撤回。",
            "action": "办理换届",
            "back": f"{reverse('deputies:change_of_term')}?{urlencode(keep)}",
            "keep": keep,
        }
        return render(request, "components/confirm.html", context)
    context = {
        "form": form,
        "change": found,
        "counts": counts,
        "closes": closes,
        "keep": keep,
        "elected": found.term.mandates.count() if found.term.pk else 0,
        "mandates": found.closing.mandates[:_SHOWN],
        "more": max(len(found.closing.mandates) - _SHOWN, 0),
        "groups": found.closing.groups,
    }
    return render(request, "deputies/terms/preview.html", context)


def _done(request: HttpRequest, made: Change) -> HttpResponse:
    handed = f"，{made.handed_over} 名固定联系选民已移交接任代表" if made.handed_over else ""
    left = f"，{made.waiting} 名待移交" if made.waiting else ""
    messages.success(request, f"已办理换届：{made.term}，上届 {len(made.closing.mandates)} 名代表资格届满{handed}{left}。")
    return redirect("deputies:terms")


@require_POST
def hand_over(request: HttpRequest, area: str, number: int) -> HttpResponse:
    """Gives the waiting voters of this congress to whoever was elected where they live."""
    _office(request)
    term = get_object_or_404(Term.objects.select_related("congress__area"), congress__area__code=area, number=number)
    given = handover.hand_over_waiting(actor=request.user, term=term)
    messages.success(request, f"已移交 {given} 名选民。" if given else "没有找到同名选区的接任代表，没有移交。可以在待移交名单里逐名指定。")
    return redirect("deputies:waiting_voters")


def _day(day: Any) -> str:
    return f"{day.year}年{day.month}月{day.day}日"
