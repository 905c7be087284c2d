"""The window: visitors recorded on the day, and the day closed."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from activities.enums import ReceptionState
from activities.forms.receptions import HoldForm, WindowForm
from activities.models import ReceptionDay
from activities.services import receptions
from activities.views.receptions import managed_day
from congress.errors import DomainError
from deputies.enums import Way
from deputies.forms.fields import show_refusal
from deputies.models import VoterContact
from deputies.services import opinions

_METHODS = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(_METHODS)
def window(request: HttpRequest, code: str) -> HttpResponse:
    """One visitor after the other; each is a voter contact, and an opinion where it is to be followed."""
    day = managed_day(request, code, "activities.receive")
    _refuse_closed(day)
    form = WindowForm(request.POST or None, request.FILES or None, user=request.user, day=day)
    if request.method == "POST" and form.is_valid():
        try:
            contact = receptions.record_visitor(actor=request.user, day=day, **form.entered())
            if form.cleaned_data["follow"]:
                opinions.record(actor=request.user, contact=contact, text=contact.text, way=Way.TOWN)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            followed = "，并登记为意见" if form.cleaned_data["follow"] else ""
            messages.success(request, f"已登记来访选民{followed}，编号 {contact.code}。可以接着登记下一位。")
            return redirect("activities:reception_window", code)
    seen = VoterContact.objects.visible_to(request.user).filter(reception__day=day)
    context = {"form": form, "day": day, "visitors": list(seen.prefetch_related("opinions").order_by("-at", "-pk"))}
    return render(request, "activities/receptions/window.html", context, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def hold(request: HttpRequest, code: str) -> HttpResponse:
    day = managed_day(request, code, "activities.receive")
    _refuse_closed(day)
    duties = list(day.duties.all())
    there = [str(duty.deputy_id) for duty in duties if duty.was_present or day.state != ReceptionState.HELD]
    records = day.records.count()
    form = HoldForm(
        request.POST or None,
        people=[(duty.deputy_id, duty.deputy.name) for duty in duties],
        initial={"present": there, "note": day.note or ("" if records else "无来访。")},
    )
    if request.method == "POST" and form.is_valid():
        try:
            receptions.hold(actor=request.user, day=day, present=form.there(), note=form.cleaned_data["note"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, "接待情况已登记。")
            return redirect("activities:reception", code)
    context = {"form": form, "day": day, "records": records}
    return render(request, "activities/receptions/hold.html", context, status=422 if form.errors else 200)


def _refuse_closed(day: ReceptionDay) -> None:
    if day.state == ReceptionState.CANCELLED:
        raise DomainError(f"{day}已取消，不能登记接待情况。")
    if day.on > timezone.localdate():
        raise DomainError(f"{day}还没有到，到了当天再登记。")
