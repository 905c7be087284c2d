"""The fixed days of a town's platforms, edited together."""

from __future__ import annotations

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods

from activities import reception_dates
from activities.forms.receptions import ScheduleForm
from activities.models import ReceptionSchedule
from activities.services import receptions_schedules
from activities.services.receptions_schedules import Wanted
from congress.access import may
from congress.enums import Role
from congress.errors import DomainError
from congress.models import Area, User
from congress.views.areas import home_units
from congress.workdays import Calendar, add_months, for_request
from platforms.models import Platform

_ALL = "all"  # the prefix of the line that is laid over the whole town


def own_units(user: User) -> list[Area]:
    """The towns whose receptions the person arranges."""
    units = home_units()
    if user.access.is_office:
        return list(units)
    paths = tuple(user.access.area_paths(Role.TOWN_OFFICE))
    return [unit for unit in units if paths and unit.path.startswith(paths)]


@require_http_methods(["GET", "HEAD", "POST"])
def schedules(request: HttpRequest) -> HttpResponse:
    """One row a platform; a form above lays one schedule over all of the town. A refused row leaves every row as it was typed."""
    if not may(request.user, "activities.schedule_receptions"):
        raise PermissionDenied
    units = own_units(request.user)
    code = request.GET.get("area", "")
    unit = next((unit for unit in units if unit.code == code), None) if code else next(iter(units), None)
    if unit is None:
        raise Http404("没有这个镇（街道）")
    platforms = list(
        Platform.objects.active().filter(unit=unit).select_related("unit", "area", "reception_schedule").order_by("kind", "code")
    )
    over_all = ScheduleForm(request.POST if request.method == "POST" and _ALL in request.POST else None, prefix=_ALL)
    typed = request.POST if request.method == "POST" and _ALL not in request.POST else None
    forms = {
        platform.pk: ScheduleForm(typed, prefix=platform.code, schedule=_schedule(platform), name=platform.short_name)
        for platform in platforms
    }
    if request.method == "POST":
        wanted = _wanted(platforms, over_all, forms, request)
        if wanted is not None:
            try:
                count = receptions_schedules.keep(actor=request.user, wanted=wanted)
            except DomainError as refusal:
                over_all.add_error(None, str(refusal)) if over_all.is_bound else messages.error(request, str(refusal))
            else:
                said = f"已保存 {count} 个平台的接待日安排。已经排定的接待日不变，重新排班后按新的安排。" if count else "没有改动。"
                messages.success(request, said)
                return redirect(f"{reverse('activities:reception_schedules')}?{urlencode({'area': unit.code})}")
    days, month = for_request(request), add_months(timezone.localdate().replace(day=1), 1)[0]
    context = {
        "unit": unit,
        "units": units,
        "over_all": over_all,
        "rows": [
            {"platform": platform, "form": forms[platform.pk], "next": _next(platform, month, days), "new": _schedule(platform) is None}
            for platform in platforms
        ],
        "month": month,
        "wrong": sum(bool(form.errors) for form in forms.values() if form.is_bound),
        "unscheduled": sum(_schedule(platform) is None for platform in platforms),
        "may_import": may(request.user, "congress.import_file"),
    }
    wrong = any(form.errors for form in (over_all, *forms.values()) if form.is_bound)
    response = render(request, "activities/receptions/schedules.html", context, status=422 if wrong else 200)
    response["X-Total-Count"] = str(len(platforms))
    return response


def _schedule(platform: Platform) -> ReceptionSchedule | None:
    return getattr(platform, "reception_schedule", None)


def _wanted(platforms: list[Platform], over_all: ScheduleForm, forms: dict[int, ScheduleForm], request: HttpRequest) -> list[Wanted] | None:
    """What to keep, or None when something typed does not do. A platform without a schedule is left alone unless its row was sent."""
    if over_all.is_bound:
        return [Wanted(platform, over_all.cleaned_data) for platform in platforms] if over_all.is_valid() else None
    sent = [platform for platform in platforms if f"{platform.code}-rule" in request.POST]
    if not all(forms[platform.pk].is_valid() for platform in sent):
        return None
    chosen = [platform for platform in sent if _schedule(platform) is not None or forms[platform.pk].cleaned_data["is_active"]]
    return [Wanted(platform, forms[platform.pk].cleaned_data) for platform in chosen]


def _next(platform: Platform, month: datetime.date, days: Calendar) -> dict[str, object] | None:
    """Next month's day by the stored schedule."""
    schedule = _schedule(platform)
    if schedule is None or not schedule.is_active:
        return None
    return {"fixed": reception_dates.day_of(schedule, month, days), "says": reception_dates.says(schedule)}
