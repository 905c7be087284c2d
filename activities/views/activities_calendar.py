"""The calendar by month and week, the feed for a phone's own calendar, and which groups met in which quarter."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from activities.figures.activities import group_quarters
from activities.models import Activity, CalendarFeed
from activities.services import activities_calendar as service
from activities.tables.activities import group_quarters_table, state_tag
from congress import listing
from congress.access import may
from congress.periods import Period
from congress.templatetags.frame import WEEKDAYS, cn_date
from congress.views.areas import home_units
from congress.workdays import for_request
from deputies.models import DeputyGroup

_MOST_A_DAY = 4  # in a month's cell; the week shows all
_DAY = datetime.timedelta(days=1)


@require_safe
def calendar(request: HttpRequest) -> HttpResponse:
    """A month in weeks, or one week (``view=week``), around the day ``on`` (today)."""
    today = timezone.localdate()
    on = _date(request.GET.get("on", "")) or today
    is_week = request.GET.get("view") == "week"
    is_mine = request.GET.get("whose") == "mine"
    if is_week:
        first = on - _DAY * on.weekday()
        last, title = first + 6 * _DAY, f"{cn_date(first)}至{cn_date(first + 6 * _DAY, 'short')}"
        before, after = first - 7 * _DAY, first + 7 * _DAY
    else:
        month = Period.containing(on, "month")
        first, last, title = month.start - _DAY * month.start.weekday(), month.end + _DAY * (6 - month.end.weekday()), month.label
        before, after = month.previous.start, month.next.start
    rows = service.of_person(request.user) if is_mine else Activity.objects.visible_to(request.user)
    days = _days(request, rows.standing(), first, last, None if is_week else on)
    feed = CalendarFeed.objects.filter(user=request.user).first()
    context = {
        "title": title,
        "is_week": is_week,
        "is_mine": is_mine,
        "on": on,
        "today": today,
        "before": before,
        "after": after,
        "weekdays": WEEKDAYS,
        "weeks": [days[start : start + 7] for start in range(0, len(days), 7)],
        "days": [day for day in days if day["entries"] and day["inside"]],
        "most": len(days) if is_week else _MOST_A_DAY,
        "address": service.address_of(feed) if feed else "",
        "may_plan": may(request.user, "activities.plan"),
    }
    response = render(request, "activities/activities/calendar.html", context)
    response["X-Total-Count"] = str(len({entry["activity"].pk for day in days for entry in day["entries"]}))
    return response


def _days(request: HttpRequest, rows: Any, first: datetime.date, last: datetime.date, month: datetime.date | None) -> list[dict[str, Any]]:
    """Each day with its activities, those of several days on each of them. One query, and one for the working days."""
    start, end = (timezone.make_aware(datetime.datetime.combine(day, datetime.time())) for day in (first, last + _DAY))
    entries: dict[datetime.date, list[dict[str, Any]]] = {}
    for activity in rows.touching(start, end).select_related("organiser", "group").order_by("starts_at", "pk"):
        begins, ends = timezone.localtime(activity.starts_at), timezone.localtime(activity.ends_at)
        day = max(begins.date(), first)
        while day <= min(ends.date(), last):
            at = f"{begins:%H:%M}" if day == begins.date() else "续"
            entries.setdefault(day, []).append({"activity": activity, "at": at, "state": state_tag(activity.state)})
            day += _DAY
    calendar = for_request(request)
    found = []
    for number in range((last - first).days + 1):
        day = first + number * _DAY
        answer = calendar.is_workday(day)
        found.append(
            {
                "day": day,
                "inside": month is None or (day.year, day.month) == (month.year, month.month),
                "off": not answer.is_workday,
                "feast": "" if answer.is_workday or answer.is_weekend else answer.name.removesuffix("放假"),
                "entries": entries.get(day, []),
            }
        )
    return found


def _date(words: str) -> datetime.date | None:
    try:
        return parse_date(words)
    except ValueError:
        return None


@require_POST
def replace_feed(request: HttpRequest) -> HttpResponse:
    had = CalendarFeed.objects.filter(user=request.user).exists()
    service.replace_feed(actor=request.user)
    messages.success(request, "已更换订阅地址，原来的地址不能再用。" if had else "已生成订阅地址。")
    return redirect("activities:calendar")


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """A person's calendar, for whoever knows the address."""
    row = CalendarFeed.objects.filter(token=token).select_related("user").first()
    if row is None:
        raise Http404("没有这个日历")
    response = HttpResponse(service.render(row.user), content_type="text/calendar; charset=utf-8")
    response["Cache-Control"] = "private, max-age=900"
    response["X-Robots-Tag"] = "noindex"
    return response


@require_safe
def groups(request: HttpRequest) -> HttpResponse:
    """Which groups met in which quarter, and which have not."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "period", "met")}
    period = _period(asked["period"])
    rows = DeputyGroup.objects.visible_to(request.user).order_by("area__position", "code")
    if asked["area"]:
        rows = rows.filter(area__path__contains=f"{asked['area']}/")
    found = group_quarters(period, rows)
    met = sum(bool(row.met) for row in found)
    shown = [row for row in found if asked["met"] not in ("yes", "no") or bool(row.met) == (asked["met"] == "yes")]
    page = listing.page_of(request, shown)
    year = timezone.localdate().year
    periods = [Period.quarter(year, number) for number in range(1, 5)] + [Period.year(year), Period.year(year - 1)]
    context = {
        "page": page,
        "table": group_quarters_table().render(page.object_list),
        "asked": asked,
        "period": period,
        "periods": list(dict.fromkeys([*periods, period])),
        "units": home_units(),
        "met": met,
        "due": len(found),
    }
    response = render(request, "activities/activities/groups.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _period(code: str) -> Period:
    try:
        return Period.parse(code)
    except ValueError:
        return Period.containing(timezone.localdate(), "quarter")
