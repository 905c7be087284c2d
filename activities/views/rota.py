"""Rotas: asking for one, watching it being drawn, reading the draft, adjusting it, adopting it, and printing what holds."""

from __future__ import annotations

import datetime
import re
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Prefetch, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import ReceptionState, RotaState
from activities.forms.receptions import DutiesForm, RotaForm
from activities.models import ReceptionDay, Rota, RotaDay
from activities.reception_dates import months_from
from activities.services import receptions_printing as printing
from activities.services import rota as service
from activities.services import rota_adopting
from activities.services.rota_rules import Board
from activities.tables.receptions import rota_tag, rotas_table
from activities.views.receptions import broken_by, people_of
from activities.views.receptions_schedules import own_units
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Area
from congress.views.areas import home_units
from congress.workdays import add_months, for_request
from deputies.forms.fields import show_refusal
from platforms.models import Platform

_METHODS = ["GET", "HEAD", "POST"]
_PLATFORMS_A_PAGE = 40
_UNMET_SHOWN = 30


def _found(request: HttpRequest, code: str) -> Rota:
    rows = Rota.objects.visible_to(request.user).select_related("made_by")
    return get_object_or_404(rows.prefetch_related(Prefetch("platforms", Platform.objects.select_related("unit"))), code=code)


@require_safe
def rotas(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "activities.see_rotas"):
        raise PermissionDenied
    rows = Rota.objects.visible_to(request.user).select_related("made_by").order_by("-made_at", "-pk")
    page = listing.page_of(request, rows)
    units = own_units(request.user) if may(request.user, "activities.draw_rota") else list(home_units())
    year = timezone.localdate().year
    context = {
        "page": page,
        "table": rotas_table().render(page.object_list),
        "may_draw": may(request.user, "activities.draw_rota"),
        "units": units,
        "years": [year, year + 1, year - 1],
    }
    response = render(request, "activities/receptions/rotas.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_http_methods(_METHODS)
def new(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "activities.draw_rota"):
        raise PermissionDenied
    units = _scheduled_units(request)
    next_month = add_months(timezone.localdate().replace(day=1), 1)[0]
    asked = request.GET
    initial = {
        "first_month": asked.get("month") or next_month.strftime("%Y-%m"),
        "months": asked.get("months") or 12,
        "areas": asked.getlist("area") or [unit.code for unit, _ in units],
    }
    form = RotaForm(request.POST or None, units=units, initial=initial)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data
        rows = Platform.objects.active().filter(unit__code__in=chosen["areas"], reception_schedule__is_active=True).select_related("unit")
        try:
            rota = service.request(actor=request.user, first_month=chosen["first_month"], months=chosen["months"], platforms=list(rows))
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            return redirect("activities:rota", rota.code)
    return render(request, "activities/receptions/rota_new.html", {"form": form, "units": units}, status=422 if form.errors else 200)


def _scheduled_units(request: HttpRequest) -> list[tuple[Area, int]]:
    """The person's towns with how many of their platforms have a schedule in use, those without left out."""
    units = own_units(request.user)
    rows = Platform.objects.active().filter(reception_schedule__is_active=True, unit__in=[unit.pk for unit in units])
    counts = dict(rows.order_by().values_list("unit").annotate(Count("pk")))
    return [(unit, counts[unit.pk]) for unit in units if unit.pk in counts]


# ---- one rota


@never_cache
@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    """How far it is, and the draft by platform and month once it is drawn. Asked by htmx, only the part that changes."""
    rota = _found(request, code)
    settled = rota.state not in (RotaState.WAITING, RotaState.DRAWING)
    if request.htmx and not settled:
        return render(request, "activities/receptions/_rota_progress.html", {"rota": rota, "state": rota_tag(rota.state)})
    context: dict[str, Any] = {
        "rota": rota,
        "state": rota_tag(rota.state),
        "title": service.title(rota.first_month, rota.months),
        "settled": settled,
        "may_change": may(request.user, "activities.change_rota", rota),
        "again": _again(rota),
    }
    if settled:
        context |= _draft(request, rota)
    if request.htmx:  # it has just settled: the page is loaded anew
        response = HttpResponse(status=200)
        response["HX-Refresh"] = "true"
        return response
    response = render(request, "activities/receptions/rota.html", context)
    response["X-Total-Count"] = str(context.get("days", 0))
    return response


def _again(rota: Rota) -> str:
    """The address of the form filled as for this rota."""
    areas = sorted({platform.unit.code for platform in rota.platforms.all()})
    asked = [("month", f"{rota.first_month:%Y-%m}"), ("months", str(rota.months)), *(("area", code) for code in areas)]
    return f"{reverse('activities:new_rota')}?{urlencode(asked)}"


def _draft(request: HttpRequest, rota: Rota) -> dict[str, Any]:
    """The draft as rows of platforms with a cell a month, and what could not be kept."""
    area = request.GET.get("area", "")
    platforms = (
        Platform.objects.filter(rota_days__rota=rota).distinct().select_related("unit").order_by("unit__position", "unit__code", "code")
    )
    if area:
        platforms = platforms.filter(unit__code=area)
    page = listing.page_of(request, platforms, _PLATFORMS_A_PAGE)
    shown = list(page.object_list)
    months = list(months_from(rota.first_month, rota.months))
    days = RotaDay.objects.filter(rota=rota, platform__in=[platform.pk for platform in shown]).prefetch_related("turns__deputy")
    by_cell = {(day.platform_id, day.month): day for day in days}
    flagged: dict[tuple[str, str], list[str]] = {}
    for each in rota.unmet:
        flagged.setdefault((each["platform"], each["day"]), []).append(each["text"])
    calendar = for_request(request)
    rows = [
        {
            "platform": platform,
            "cells": [
                {
                    "month": month,
                    "day": (day := by_cell.get((platform.pk, month))),
                    "flags": flagged.get((platform.code, str(day.on)), []) if day else [],
                    "provisional": day is not None and calendar.is_workday(day.on).provisional,
                }
                for month in months
            ],
        }
        for platform in shown
    ]
    return {
        "page": page,
        "rows": rows,
        "months": months,
        "days": RotaDay.objects.filter(rota=rota).count(),
        "area": area,
        "areas": sorted({platform.unit for platform in rota.platforms.all()}, key=lambda unit: (unit.position, unit.code)),
        "unmet": _told(rota)[:_UNMET_SHOWN] if "all" not in request.GET else _told(rota),
        "unmet_more": max(len(rota.unmet) - _UNMET_SHOWN, 0) if "all" not in request.GET else 0,
        "provisional": any(cell["provisional"] for row in rows for cell in row["cells"]),  # type: ignore[attr-defined]
    }


def _told(rota: Rota) -> list[dict[str, Any]]:
    """What could not be kept, with the day as a date and the platform's name; what concerns a whole town first."""
    names = {platform.code: platform.short_name for platform in rota.platforms.all()}
    rows = [
        {
            "on": datetime.date.fromisoformat(each["day"]) if each["day"] else None,
            "platform": names.get(each["platform"], ""),
            "text": each["text"],
        }
        for each in rota.unmet
    ]
    return sorted(rows, key=lambda row: (bool(row["platform"]), row["on"] or datetime.date.min, row["platform"]))


@require_http_methods(_METHODS)
def adjust(request: HttpRequest, code: str, platform: str, month: str) -> HttpResponse:
    """A day of a draft. What the choice breaks is told before it is kept."""
    rota = _found(request, code)
    if not may(request.user, "activities.change_rota", rota):
        raise PermissionDenied
    if not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", month):
        raise Http404("没有这个月份")
    rows = RotaDay.objects.filter(rota=rota).select_related("rota", "platform__area", "platform__unit", "platform__reception_schedule")
    first = datetime.date(int(month[:4]), int(month[5:]), 1)
    day = get_object_or_404(rows.prefetch_related("turns"), platform__code=platform, month=first)
    day.rota = rota
    held = [turn.deputy_id for turn in day.turns.all()]
    board, slot = service.board_of(day, held)
    form = DutiesForm(
        request.POST or None,
        candidates=[(pk, each.name) for pk, each in board.town.candidates.items()],
        initial={"version": day.version, "deputies": [str(pk) for pk in held]},
    )
    warnings: list[str] = []
    back = reverse("activities:rota", args=[code])
    if request.method == "POST" and form.is_valid():
        warnings = broken_by(Board(board.town, {slot.key: form.chosen()}), slot)
        if not warnings or form.cleaned_data["confirmed"]:
            try:
                service.adjust(actor=request.user, day=day, deputies=form.chosen(), version=form.cleaned_data["version"])
            except DomainError as refusal:
                show_refusal(form, refusal)
                warnings = []
            else:
                messages.success(request, f"{day.platform.short_name}{day.on.month}月{day.on.day}日的值班代表已改好。")
                return redirect(f"{back}?{urlencode({'area': day.platform.unit.code})}")
    context = {
        "form": form,
        "slot": slot,
        "title": f"{day.platform.short_name} {day.on.month}月{day.on.day}日",
        "back": back,
        "back_label": str(rota),
        "warnings": warnings,
        "people": people_of(board, slot, form),
        "announced": False,
    }
    return render(request, "activities/receptions/duties.html", context, status=422 if form.errors or warnings else 200)


@require_http_methods(_METHODS)
def adopt(request: HttpRequest, code: str) -> HttpResponse:
    """Asks once, then makes the draft the rota that holds."""
    rota = _found(request, code)
    if not may(request.user, "activities.change_rota", rota):
        raise PermissionDenied
    back = reverse("activities:rota", args=[code])
    if request.method == "POST":
        done = rota_adopting.adopt(actor=request.user, rota=rota)
        parts = [
            words
            for count, words in (
                (done.made, f"排定接待日 {done.made} 个"),
                (done.redrawn, f"重新排定 {done.redrawn} 个"),
                (done.kept, f"{done.kept} 个已公告或已结束的没有改动"),
                (done.past, f"{done.past} 个日期已过，没有采用"),
            )
            if count
        ]
        messages.success(request, f"轮值表已采用，{'，'.join(parts)}，已通知值班代表。" if parts else "这份轮值表已经采用，没有改动。")
        return redirect(back)
    last = add_months(rota.first_month, rota.months)[0]
    planned = _planned(rota, last).count()
    text = f"将按草稿排定 {rota.drafts.count()} 个接待日，并通知值班代表。"
    if planned:
        text += f"这几个月原来排定、还没有公告的 {planned} 个接待日会改为新的日期和代表，原有的换班请求不再有效；已公告的不变。"
    return render(request, "components/confirm.html", {"question": f"采用{rota}？", "text": text, "action": "采用", "back": back})


def _planned(rota: Rota, last: datetime.date) -> QuerySet[Any]:
    here = Q(platform__in=[platform.pk for platform in rota.platforms.all()], month__gte=rota.first_month, month__lt=last)
    return ReceptionDay.objects.filter(here, state=ReceptionState.PLANNED, on__gt=timezone.localdate())


@require_POST
def print_rota(request: HttpRequest) -> HttpResponse:
    """The year's rota of a platform, of a town, or both for a whole town, as they hold now."""
    year = request.POST.get("year", "")
    if not re.fullmatch(r"20\d\d", year):
        raise DomainError("请选择年度。")
    if not request.user.access.roles:
        raise PermissionDenied
    if code := request.POST.get("platform", ""):
        platform = get_object_or_404(Platform.objects.visible_to(request.user).select_related("unit"), code=code)
        batch = printing.request_platform(actor=request.user, platform=platform, year=int(year))
    else:
        unit = get_object_or_404(Area.objects.visible_to(request.user).town_level(), code=request.POST.get("area", ""))
        batch = printing.request_town(actor=request.user, unit=unit, year=int(year))
    return redirect("document_batch", key=batch.key)
