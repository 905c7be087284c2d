"""Seats: won in by-elections, corrected, suspended, resumed and ended. The office's pages."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from congress.access import may
from congress.enums import CongressLevel
from congress.errors import DomainError
from congress.models import Term
from deputies.enums import EndReason, MandateStatus
from deputies.forms.fields import show_refusal
from deputies.forms.mandates import PersonForm, SeatForm, StepForm
from deputies.models import Deputy, Mandate
from deputies.services import closing, mandates, register

CLOSES = {
    "memberships": "代表小组职务 {} 项",
    "standing_members": "常委会组成人员职务 {} 项",
    "deputy_liaisons": "与组成人员的联系 {} 项",
    "voter_liaisons": "固定联系选民 {} 名（转入待移交）",
    "grants": "账号的代表角色 {} 项",
}


def _deputy(request: HttpRequest, code: str) -> Deputy:
    deputy = get_object_or_404(Deputy.objects.visible_to(request.user), code=code)
    if not may(request.user, "deputies.manage_mandates"):
        raise PermissionDenied
    return deputy


def _mandate(request: HttpRequest, code: str, area: str, number: int) -> Mandate:
    deputy = _deputy(request, code)
    rows = deputy.mandates.select_related("term__congress__area", "area", "electoral_district", "deputy")
    return get_object_or_404(rows, term__congress__area__code=area, term__number=number)


def running_terms() -> list[Term]:
    """Terms that have not ended, the home congress's first."""
    terms = Term.objects.filter(ends_on=None).select_related("congress__area").order_by("congress__area__path", "-number")
    order = [CongressLevel.DISTRICT, CongressLevel.CITY, CongressLevel.TOWN]
    return sorted(terms, key=lambda term: order.index(CongressLevel(term.congress.level)))


def _asked_term(request: HttpRequest, terms: list[Term]) -> Term | None:
    asked = request.GET.get("term", "")
    return next((term for term in terms if f"{term.congress.area.code}-{term.number}" == asked), terms[0] if terms else None)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """A person who was no deputy before, with the seat won."""
    if not may(request.user, "deputies.manage_mandates"):
        raise PermissionDenied
    terms = running_terms()
    term = _asked_term(request, terms)
    person = PersonForm(request.POST or None)
    seat = SeatForm(request.POST or None, term=term) if term else None
    if request.method == "POST" and seat and person.is_valid() and seat.is_valid():
        try:
            with transaction.atomic():
                deputy = register.register_deputy(actor=request.user, area=seat.cleaned_data["area"], **person.cleaned_data)
                mandates.begin(actor=request.user, deputy=deputy, term=term, **seat.cleaned_data)
        except DomainError as refusal:
            show_refusal(seat, refusal)
        else:
            messages.success(request, f"已登记代表{deputy}，编号 {deputy.code}。")
            return redirect("deputies:detail", deputy.code)
    return _seat_page(request, terms, term, seat, person=person, heading="登记新任代表", back=reverse("deputies:list"))


@require_http_methods(["GET", "HEAD", "POST"])
def begin(request: HttpRequest, code: str) -> HttpResponse:
    """Another seat of somebody who is in the register."""
    deputy = _deputy(request, code)
    held = set(deputy.mandates.values_list("term", flat=True))
    terms = [term for term in running_terms() if term.pk not in held]
    term = _asked_term(request, terms)
    seat = SeatForm(request.POST or None, term=term) if term else None
    if request.method == "POST" and seat and seat.is_valid():
        try:
            mandates.begin(actor=request.user, deputy=deputy, term=term, **seat.cleaned_data)
        except DomainError as refusal:
            show_refusal(seat, refusal)
        else:
            messages.success(request, f"已登记{deputy}的{term}代表资格。")
            return redirect("deputies:detail", code)
    return _seat_page(
        request, terms, term, seat, deputy=deputy, heading=f"登记{deputy}的代表资格", back=reverse("deputies:detail", args=[code])
    )


def _seat_page(request: HttpRequest, terms: list[Term], term: Term | None, seat: SeatForm | None, **context: Any) -> HttpResponse:
    wrong = (seat and seat.errors) or (context.get("person") and context["person"].errors)
    return render(
        request, "deputies/mandates/seat.html", {"terms": terms, "term": term, "seat": seat, **context}, status=422 if wrong else 200
    )


@require_http_methods(["GET", "HEAD", "POST"])
def correct(request: HttpRequest, code: str, area: str, number: int) -> HttpResponse:
    mandate = _mandate(request, code, area, number)
    seat = SeatForm(request.POST or None, term=mandate.term, mandate=mandate)
    if request.method == "POST" and seat.is_valid():
        try:
            mandates.correct(actor=request.user, mandate=mandate, **seat.cleaned_data)
        except DomainError as refusal:
            show_refusal(seat, refusal)
        else:
            messages.success(request, f"已保存{mandate}的资格。")
            return redirect("deputies:detail", code)
    heading = f"更正{mandate.deputy}的代表资格"
    return _seat_page(
        request,
        [],
        mandate.term,
        seat,
        deputy=mandate.deputy,
        heading=heading,
        back=reverse("deputies:detail", args=[code]),
        is_correction=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def step(request: HttpRequest, code: str, area: str, number: int) -> HttpResponse:
    """Suspends, resumes or ends; an end is asked twice and says what goes with it."""
    mandate = _mandate(request, code, area, number)
    back = reverse("deputies:detail", args=[code])
    if mandate.status == MandateStatus.ENDED:
        raise DomainError(f"{mandate.deputy}的代表资格已经终止，不能再变动。")
    form = StepForm(request.POST or None, mandate=mandate, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            if given["step"] == MandateStatus.ENDED and "confirmed" not in request.POST:
                return render(request, "components/confirm.html", _confirmation(mandate, given, back))
            _take(request, mandate, given)
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已办理{mandate.deputy}的资格变动：{dict(form.fields['step'].choices)[given['step']]}。")
            return redirect(back)
    context = {"form": form, "mandate": mandate, "back": back}
    return render(request, "deputies/mandates/step.html", context, status=422 if form.errors else 200)


def _take(request: HttpRequest, mandate: Mandate, given: dict[str, Any]) -> None:
    shared = {"actor": request.user, "mandate": mandate, "on": given["on"], "note": given["note"]}
    match given["step"]:
        case MandateStatus.SUSPENDED:
            mandates.suspend(reason=given["reason"], **shared)
        case MandateStatus.ACTIVE:
            mandates.resume(**shared)
        case _:
            mandates.end(reason=given["reason"], **shared)


def _confirmation(mandate: Mandate, given: dict[str, Any], back: str) -> dict[str, Any]:
    mandates.refuse_day(mandate, given["on"])
    on = given["on"]
    counts = closing.gather([mandate], on - datetime.timedelta(days=1)).counts
    closes = "、".join(words.format(counts[name]) for name, words in CLOSES.items() if counts[name]) or "没有其他关联事项"
    return {
        "question": f"终止{mandate.deputy}的代表资格？",
        "text": f"{mandate}的资格自{on.year}年{on.month}月{on.day}日终止，原因：{EndReason(given['reason']).label}。"
        f"同时结束：{closes}。终止后不能撤回。",
        "action": "终止资格",
        "back": back,
        "keep": {"step": given["step"], "reason": given["reason"], "on": on.isoformat(), "note": given["note"]},
    }
