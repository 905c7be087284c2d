"""创先争优: deeds, the register of honours, and a year's nominations."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import listing
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.imports import downloads
from congress.models import Area, User
from congress.periods import Period
from congress.views import stored
from congress.views.areas import home_units
from deputies import filters
from deputies.enums import DeedState, NominationState
from deputies.forms.honours import DecideForm, DeedForm, HonourForm, NominateForm, ReturnDeedForm, RoundForm
from deputies.models import Deed, DeedPhoto, Deputy, Honour, Mandate, Nomination, NominationRound
from deputies.resources.honours import HonourResource
from deputies.services import honours as services

# ---- deeds


@require_safe
def deeds(request: HttpRequest) -> HttpResponse:
    """``?state=``, ``?deputy=``, ``?period=`` and ``?q=`` narrow the list; what waits to be approved comes with its number."""
    asked = {name: request.GET.get(name, "").strip() for name in ("state", "area", *filters.WHO, "deputy", "period", "q")}
    rows = _of_whom(Deed.objects.visible_to(request.user), asked)
    if period := _period(asked["period"]):
        rows = rows.filter(on__range=(period.start, period.end))
    if asked["q"]:
        rows = rows.filter(Q(title__contains=asked["q"]) | Q(deputy__in=Deputy.objects.matching(asked["q"], request.user).order_by()))
    counts = rows.order_by().aggregate(
        all=Count("pk", distinct=True), **{state.value: Count("pk", filter=Q(state=state), distinct=True) for state in DeedState}
    )
    if asked["state"] in DeedState.values:
        rows = rows.filter(state=asked["state"])
    context = {
        "asked": asked,
        "tabs": [(key, label, counts[key or "all"]) for key, label in [("", "全部"), *DeedState.choices]],
        "kept": [(name, asked[name]) for name in ("deputy", "period") if asked[name]],
        "filtered": any(asked.values()),
        "units": home_units(request),
        **filters.choices(request.user),
        "may_write": request.user.access.has(Role.DEPUTY, Role.TOWN_OFFICE, Role.OFFICE),
    }
    return listing.render_list(request, "deputies/honours/deeds.html", rows.select_related("deputy"), {**context, **_tabs(request)})


def _period(code: str) -> Period | None:
    """The period asked for; nothing for what is none."""
    try:
        return Period.parse(code)
    except ValueError:
        return None


def _tabs(request: HttpRequest) -> dict[str, bool]:
    """What the tabs above the three lists ask."""
    return {"may_see_nominations": may(request.user, "deputies.see_nominations")}


def _deed(request: HttpRequest, code: str) -> Deed:
    rows = Deed.objects.visible_to(request.user).select_related("deputy", "written_by", "approved_by").prefetch_related("photos")
    return get_object_or_404(rows, code=code)


def _own_deputies(user: User) -> QuerySet[Deputy]:
    """Whose deeds the person may write."""
    if user.access.is_office:
        return Deputy.objects.serving()
    found = Q(user=user)
    for path in user.access.area_paths(Role.TOWN_OFFICE):
        found |= Q(pk__in=Mandate.objects.filter(area__path__startswith=path).values("deputy"))
    return Deputy.objects.serving().filter(found)


@require_http_methods(["GET", "HEAD", "POST"])
def write_deed(request: HttpRequest, code: str = "") -> HttpResponse:
    """A new deed, or a draft changed."""
    deed = _deed(request, code) if code else None
    deputies = _own_deputies(request.user)
    if deed is not None and not may(request.user, "deputies.write_deed", deed):
        raise PermissionDenied
    if deed is None and not request.user.access.has(Role.DEPUTY, Role.TOWN_OFFICE, Role.OFFICE):
        raise PermissionDenied
    if deed is not None and request.method != "POST":  # what was typed meanwhile comes back on the form
        services.refuse_change(deed)
    initial: dict[str, Any] = (
        {"title": deed.title, "story": deed.story, "on": deed.on} if deed else {"deputy": deputies.filter(user=request.user).first()}
    )
    form = DeedForm(request.POST or None, request.FILES or None, deputies=deputies, is_new=deed is None, initial=initial)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            kept = services.write_deed(actor=request.user, **{"deputy": deed.deputy if deed else None, **data}, deed=deed)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已保存为草稿。核对后请报送审核。")
            return redirect("deputies:deed", kept.code)
    return render(request, "deputies/honours/deed_form.html", {"form": form, "deed": deed}, status=422 if form.errors else 200)


@require_safe
def deed(request: HttpRequest, code: str) -> HttpResponse:
    return _deed_page(request, _deed(request, code), ReturnDeedForm())


@require_POST
def submit_deed(request: HttpRequest, code: str) -> HttpResponse:
    services.submit_deed(actor=request.user, deed=_deed(request, code))
    messages.success(request, "已报送代表工委审核。")
    return redirect("deputies:deed", code)


@require_POST
def approve_deed(request: HttpRequest, code: str) -> HttpResponse:
    """Approves it; on one already approved, changes whether it may be public."""
    services.approve_deed(actor=request.user, deed=_deed(request, code), is_public="public" in request.POST)
    messages.success(request, "已审核。" if "public" not in request.POST else "已审核，可以公开。")
    return redirect("deputies:deed", code)


@require_POST
def return_deed(request: HttpRequest, code: str) -> HttpResponse:
    found = _deed(request, code)
    if not may(request.user, "deputies.approve_deed", found):
        raise PermissionDenied
    form = ReturnDeedForm(request.POST)
    if form.is_valid():
        services.return_deed(actor=request.user, deed=found, reason=form.cleaned_data["reason"])
        messages.success(request, "已退回填写人。")
        return redirect("deputies:deed", code)
    return _deed_page(request, found, form)


def _deed_page(request: HttpRequest, found: Deed, form: ReturnDeedForm) -> HttpResponse:
    context = {
        "deed": found,
        "may_write": found.state == DeedState.DRAFT and may(request.user, "deputies.write_deed", found),
        "may_approve": found.state != DeedState.DRAFT and may(request.user, "deputies.approve_deed", found),
        "form": form,
    }
    return render(request, "deputies/honours/deed.html", context, status=422 if form.errors else 200)


@require_safe
def deed_photo(request: HttpRequest, pk: uuid.UUID, size: str = "file") -> FileResponse:
    """A photo, or its thumbnail, for those who may see the deed."""
    row = get_object_or_404(DeedPhoto.objects.filter(deed__in=Deed.objects.visible_to(request.user).values("pk")), pk=pk)
    return stored.send(row, thumbnail=size == "thumbnail")


# ---- honours


@require_http_methods(["GET", "HEAD", "POST"])
def honours(request: HttpRequest) -> HttpResponse:
    """The register; ``?year=``, ``?period=``, ``?level=``, ``?deputy=`` and ``?q=`` narrow it. The office enters below the list."""
    may_record = may(request.user, "deputies.record_honour")
    if request.method == "POST" and not may_record:
        raise PermissionDenied
    form = HonourForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = {**form.cleaned_data}
        deputy = data.pop("code")
        try:
            services.record_honour(actor=request.user, deputy=deputy, **data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记{deputy.name}的“{data['name']}”。")
            return redirect("deputies:honours")
    asked, rows = _asked_honours(request)
    levels = list(Honour.objects.visible_to(request.user).order_by("level").values_list("level", flat=True).distinct())
    context = {
        "asked": asked,
        "filtered": any(asked.values()),
        "kept": [(name, asked[name]) for name in ("deputy", "period") if asked[name]],
        "honour_levels": levels,
        "units": home_units(request),
        **{name: value for name, value in filters.choices(request.user).items() if name != "levels"},
        "may_import": may(request.user, HonourResource.import_rule),
        "may_export": may(request.user, HonourResource.export_rule),
        "form": form,
        "may_record": may_record,
    }
    response = listing.render_list(request, "deputies/honours/honours.html", rows.select_related("deputy"), {**context, **_tabs(request)})
    response.status_code = 422 if form.errors else 200
    return response


def _asked_honours(request: HttpRequest) -> tuple[dict[str, str], QuerySet[Honour]]:
    """What was asked, and the honours that fit. ``level`` is the honour's own; the deputy's is not asked."""
    asked = {name: request.GET.get(name, "").strip() for name in ("year", "period", "level", "area", "term", "group", "deputy", "q")}
    rows = _of_whom(Honour.objects.visible_to(request.user), {**asked, "level": ""})
    if asked["year"].isdecimal() and 1900 < int(asked["year"]) < 2100:
        rows = rows.filter(on__year=int(asked["year"]))
    elif period := _period(asked["period"]):
        rows = rows.filter(on__range=(period.start, period.end))
    if asked["level"]:
        rows = rows.filter(level=asked["level"])
    if asked["q"]:
        rows = rows.filter(Q(name__contains=asked["q"]) | Q(deputy__in=Deputy.objects.matching(asked["q"], request.user).order_by()))
    return asked, rows


def _of_whom(rows: Any, asked: dict[str, str]) -> Any:
    """Narrowed by the deputy, her area, level and group, and by the days of the term."""
    if asked["deputy"]:
        rows = rows.filter(deputy__code=asked["deputy"])
    if (people := filters.people(asked, ("area", *filters.WHO))) is not None:
        rows = rows.filter(deputy__in=people)
    return filters.in_term(rows, asked, "on")


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered honours as a workbook. Who took it out is in the audit trail."""
    if not may(request.user, HonourResource.export_rule):
        raise PermissionDenied
    _, rows = _asked_honours(request)
    return downloads.rows(request, HonourResource(), HonourResource.with_all(rows))


# ---- nominations


@require_http_methods(["GET", "HEAD", "POST"])
def nomination_rounds(request: HttpRequest) -> HttpResponse:
    """All years; the office opens the next."""
    if not may(request.user, "deputies.see_nominations"):
        raise PermissionDenied
    may_open = may(request.user, "deputies.run_nominations")
    if request.method == "POST" and not may_open:
        raise PermissionDenied
    form = RoundForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            round = services.open_round(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{round}已开始，已通知各镇（街道）。")
            return redirect("deputies:nominations", round.year)
    response = listing.render_list(
        request, "deputies/honours/rounds.html", NominationRound.objects.all(), {"form": form, "may_open": may_open, **_tabs(request)}
    )
    response.status_code = 422 if form.errors else 200
    return response


def _round(request: HttpRequest, year: int) -> NominationRound:
    if not may(request.user, "deputies.see_nominations"):
        raise PermissionDenied
    return get_object_or_404(NominationRound, year=year)


@require_safe
def nominations(request: HttpRequest, year: int) -> HttpResponse:
    return _round_page(request, _round(request, year))


@require_POST
def nominate(request: HttpRequest, year: int) -> HttpResponse:
    round, area = _round(request, year), _own_area(request.user)
    if area is None:
        raise PermissionDenied
    form = NominateForm(request.POST, deputies=Deputy.objects.visible_to(request.user))
    if form.is_valid():
        try:
            made = services.nominate(actor=request.user, round=round, area=area, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已推荐{made.deputy}。")
            return redirect("deputies:nominations", year)
    return _round_page(request, round, nominate=form)


@require_POST
def examine(request: HttpRequest, year: int, code: str) -> HttpResponse:
    round = _round(request, year)
    found = get_object_or_404(Nomination.objects.visible_to(request.user).select_related("round"), round=round, deputy__code=code)
    services.examine(actor=request.user, nomination=found, passes="passes" in request.POST, opinion=request.POST.get("opinion", ""))
    messages.success(request, "已审查。")
    return redirect("deputies:nominations", year)


@require_POST
def decide(request: HttpRequest, year: int) -> HttpResponse:
    round = _round(request, year)
    if not may(request.user, "deputies.run_nominations"):
        raise PermissionDenied
    form = DecideForm(request.POST)
    chosen = round.nominations.filter(deputy__code__in=request.POST.getlist("chosen"))
    if form.is_valid():
        try:
            services.decide(actor=request.user, round=round, chosen=chosen, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "已登记审定结果，并列入表彰奖励。")
            return redirect("deputies:nominations", year)
    return _round_page(request, round, decide=form)


def _own_area(user: User) -> Area | None:
    return Area.objects.filter(pk__in=user.access.area_ids(Role.TOWN_OFFICE)).first()


def _round_page(request: HttpRequest, round: NominationRound, nominate: Any = None, decide: Any = None) -> HttpResponse:
    rows = Nomination.objects.visible_to(request.user).filter(round=round).select_related("deputy", "area", "nominated_by")
    area, context = _own_area(request.user), {}
    if area is not None and round.decided_on is None:
        places = services.quota(round.quota_percent, services.serving_within(area))
        used = round.nominations.filter(area=area).exclude(state=NominationState.REFUSED).count()
        context = {
            "area": area,
            "places": places,
            "left": max(places - used, 0),
            "nominate_form": nominate or NominateForm(deputies=services.eligible(round, area)),
        }
    context |= {
        "round": round,
        "may_run": may(request.user, "deputies.run_nominations") and round.decided_on is None,
        "decide_form": decide or DecideForm(),
        "has_examined": any(row.state == NominationState.EXAMINED for row in rows),
        "chosen": set(request.POST.getlist("chosen")) if decide else {row.deputy.code for row in rows},
    }
    response = listing.render_list(request, "deputies/honours/nominations.html", rows, context, per_page=1000)
    response.status_code = 422 if nominate or decide else 200
    return response
