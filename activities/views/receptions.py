"""Reception days: the list and the month's calendar, a day's page as voters will see it, announcing, cancelling, who stands there."""

from __future__ import annotations

import calendar as months
import datetime
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, When
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities.enums import ReceptionState
from activities.forms.receptions import CancelReceptionForm, DutiesForm
from activities.models import ReceptionDay, ReceptionDuty, SwapRequest
from activities.querysets.receptions import ReceptionDayQuerySet
from activities.services import receptions
from activities.services.rota_facts import Slot
from activities.services.rota_rules import MUST, Board
from activities.tables.receptions import days_table, state_tag, swap_tag
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Document
from congress.periods import Period
from congress.views.areas import home_units
from congress.workdays import WEEKDAYS, add_months, for_request
from deputies.forms.fields import show_refusal
from deputies.models import Deputy, VoterContact
from platforms.models import Platform

_METHODS = ["GET", "HEAD", "POST"]
_ASKED = ("period", "state", "area", "platform", "deputy", "present", "short", "on")
_IN_A_CELL = 4
DUTIES = Prefetch("duties", ReceptionDuty.objects.select_related("deputy__user").order_by("deputy__code"))


@require_safe
def day_list(request: HttpRequest) -> HttpResponse:
    """As a list, or as the calendar of one month with ``view=calendar``."""
    asked = {name: request.GET.get(name, "").strip() for name in _ASKED}
    period = _period(asked["period"])
    rows = _filtered(ReceptionDay.objects.visible_to(request.user), asked, period)
    if request.GET.get("view") == "calendar":
        return _calendar(request, rows, asked, period)
    today = timezone.localdate()
    shown = rows.select_related("platform__unit").prefetch_related(DUTIES).annotate(visitors=Count("records"))
    # The days to come from the nearest on, then those over from the newest back.
    shown = shown.alias(over=Q(on__lt=today), coming=Case(When(on__gte=today, then="on")))
    page = listing.page_of(request, shown.order_by("over", "coming", "-on", "platform__code"))
    context = {
        **_filters(request, asked, period),
        "page": page,
        "table": days_table(for_request(request)).render(page.object_list),
    }
    response = render(request, "activities/receptions/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _filtered(rows: ReceptionDayQuerySet, asked: dict[str, str], period: Period | None) -> ReceptionDayQuerySet:
    if period:
        rows = rows.within(period)
    if asked["state"]:
        rows = rows.filter(state=asked["state"])
    if asked["area"]:
        rows = rows.filter(platform__area__path__contains=f"{asked['area']}/")
    if asked["platform"]:
        rows = rows.filter(platform__code=asked["platform"])
    if asked["deputy"]:
        own = ReceptionDuty.objects.filter(day=OuterRef("pk"), deputy__code=asked["deputy"])
        rows = rows.filter(Exists(own.filter(was_present=True) if asked["present"] else own))
    if asked["short"]:
        rows = rows.to_come().filter(~Exists(ReceptionDuty.objects.filter(day=OuterRef("pk"))))
    if on := _date(asked["on"]):
        rows = rows.filter(on=on)
    return rows


def _filters(request: HttpRequest, asked: dict[str, str], period: Period | None) -> dict[str, Any]:
    """What the filter form and the page's head show."""
    platform = Platform.objects.filter(code=asked["platform"]).first() if asked["platform"] else None
    deputy = Deputy.objects.visible_to(request.user).filter(code=asked["deputy"]).first() if asked["deputy"] else None
    return {
        "asked": asked,
        "filtered": any(asked.values()),
        "wrong_period": bool(asked["period"]) and period is None,
        "states": ReceptionState.choices,
        "units": home_units(),
        "periods": list(dict.fromkeys([*_periods(), *([period] if period else [])])),
        "platform": platform,
        "deputy": deputy,
        "kept": [(name, asked[name]) for name in ("platform", "deputy", "present", "short", "on") if asked[name]],
        "this_month": Period.containing(timezone.localdate(), "month").code,
        "may_schedule": may(request.user, "activities.schedule_receptions"),
        "may_see_rotas": may(request.user, "activities.see_rotas"),
    }


def _period(code: str) -> Period | None:
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None


def _date(words: str) -> datetime.date | None:
    try:
        return datetime.date.fromisoformat(words) if words else None
    except ValueError:
        return None


def _periods() -> list[Period]:
    """This month and the next, this quarter and the one before, this year and its neighbours."""
    today = timezone.localdate()
    month, quarter, year = (Period.containing(today, unit) for unit in ("month", "quarter", "year"))
    return [month, month.next, quarter, quarter.previous, year, year.next, year.previous]


def _calendar(request: HttpRequest, rows: ReceptionDayQuerySet, asked: dict[str, str], period: Period | None) -> HttpResponse:
    """A month in weeks; each day names its first few platforms and leads to the list of all."""
    month = Period.containing(period.start if period else timezone.localdate(), "month")
    found: dict[datetime.date, list[ReceptionDay]] = {}
    count = 0
    for day in rows.within(month).select_related("platform").prefetch_related(DUTIES).order_by("on", "platform__code"):
        found.setdefault(day.on, []).append(day)
        count += 1
    days = for_request(request)
    weeks = [
        [
            {
                "day": on,
                "inside": on.month == month.start.month,
                "today": on == timezone.localdate(),
                "off": not days.is_workday(on).is_workday,
                "name": "" if days.is_workday(on).name in WEEKDAYS else days.is_workday(on).name,
                "rows": found.get(on, [])[:_IN_A_CELL],
                "more": max(len(found.get(on, [])) - _IN_A_CELL, 0),
                "total": len(found.get(on, [])),
            }
            for on in week
        ]
        for week in months.Calendar(firstweekday=0).monthdatescalendar(month.start.year, month.start.month)
    ]
    context = {
        **_filters(request, asked, month),
        "month": month,
        "weeks": weeks,
        "days": [cell for week in weeks for cell in week if cell["rows"] and cell["inside"]],
        "count": count,
        "provisional": any(days.is_workday(cell["day"]).provisional for week in weeks for cell in week if cell["inside"]),
    }
    response = render(request, "activities/receptions/calendar.html", context)
    response["X-Total-Count"] = str(count)
    return response


# ---- one day


def found_day(request: HttpRequest, code: str) -> ReceptionDay:
    """The day with its platform and its deputies, or 404."""
    rows = ReceptionDay.objects.visible_to(request.user).select_related("platform__unit", "platform__area", "platform__reception_schedule")
    return get_object_or_404(rows.prefetch_related(DUTIES), code=code)


def managed_day(request: HttpRequest, code: str, permission: str = "activities.manage_reception") -> ReceptionDay:
    day = found_day(request, code)
    if not may(request.user, permission, day):
        raise PermissionDenied
    return day


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    day = found_day(request, code)
    today = timezone.localdate()
    managing, receiving = (may(request.user, f"activities.{name}", day) for name in ("manage_reception", "receive"))
    seen = VoterContact.objects.visible_to(request.user).filter(reception__day=day).prefetch_related("deputies", "opinions")
    visitors = list(seen.order_by("at", "pk"))
    open_now = day.state in (ReceptionState.PLANNED, ReceptionState.ANNOUNCED)
    swaps = SwapRequest.objects.visible_to(request.user).filter(duty__day=day).select_related("to", "duty__deputy").order_by("-asked_at")
    own = next((duty for duty in day.duties.all() if duty.deputy.user_id == request.user.pk), None)
    context = {
        "day": day,
        "state": state_tag(day.state),
        "is_provisional": open_now and for_request(request).is_workday(day.on).provisional,
        "notice_due": receptions.notice_due(day),
        "duties": list(day.duties.all()),
        "managing": managing,
        "receiving": receiving and day.on <= today and day.state != ReceptionState.CANCELLED,
        "may_announce": managing and day.state == ReceptionState.PLANNED and day.on >= today,
        "may_change": managing and open_now,
        "may_cancel": managing and open_now,
        "may_swap": own is not None and open_now and day.on > today,
        "visitors": visitors,
        "records": day.records.count(),
        "swaps": [(swap, swap_tag(swap.state)) for swap in swaps],
        "documents": _documents(day) if request.user.access.roles else [],
    }
    return render(request, "activities/receptions/detail.html", context)


def _documents(day: ReceptionDay) -> list[Document]:
    """The newest notice."""
    rows = Document.objects.filter(kind=receptions.NOTICE, subject=day.code).select_related("batch")
    return list(rows.order_by("-pk")[:1])


@require_POST
def announce(request: HttpRequest, code: str) -> HttpResponse:
    day = managed_day(request, code)
    done = receptions.announce(actor=request.user, days=[day])
    messages.success(request, "已公告，并提醒值班代表。公告正在生成，稍后可以在本页打开。" if done else "这一天已经公告。")
    return redirect("activities:reception", code)


@require_http_methods(_METHODS)
def cancel(request: HttpRequest, code: str) -> HttpResponse:
    day = managed_day(request, code)
    form = CancelReceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            receptions.cancel(actor=request.user, day=day, reason=form.cleaned_data["reason"])
        except DomainError as refusal:
            show_refusal(form, refusal)
        else:
            messages.success(request, f"已取消{day}，并通知值班代表。")
            return redirect("activities:reception", code)
    return render(request, "activities/receptions/cancel.html", {"form": form, "day": day}, status=422 if form.errors else 200)


@require_http_methods(_METHODS)
def change_duties(request: HttpRequest, code: str) -> HttpResponse:
    """Who stands on a day that holds. What the choice breaks is told before it is kept."""
    day = managed_day(request, code)
    held = [duty.deputy_id for duty in day.duties.all()]
    board, slot = receptions.board_of(day, held)
    form = DutiesForm(
        request.POST or None,
        candidates=[(pk, each.name) for pk, each in board.town.candidates.items()],
        initial={"version": day.version, "deputies": [str(pk) for pk in held]},
    )
    warnings: list[str] = []
    if request.method == "POST" and form.is_valid():
        warnings = broken_by(Board(board.town, {slot.key: form.chosen()}), slot)
        if not warnings or form.cleaned_data["confirmed"]:
            try:
                receptions.change_duties(actor=request.user, day=day, deputies=form.chosen(), version=form.cleaned_data["version"])
            except DomainError as refusal:
                show_refusal(form, refusal)
                warnings = []
            else:
                messages.success(request, "值班代表已改好，并通知有关代表。")
                return redirect("activities:reception", code)
    context = {
        "form": form,
        "day": day,
        "slot": slot,
        "title": f"{day.platform.short_name} {day.on.month}月{day.on.day}日",
        "back": reverse("activities:reception", args=[code]),
        "back_label": "接待日",
        "warnings": warnings,
        "people": people_of(board, slot, form),
        "announced": day.state == ReceptionState.ANNOUNCED,
    }
    return render(request, "activities/receptions/duties.html", context, status=422 if form.errors or warnings else 200)


def broken_by(board: Board, slot: Slot) -> list[str]:
    """What the slot's deputies break and a hand may let pass; what it may not, the service refuses."""
    found = board.broken(slot)
    return [] if any(each.rule in MUST for each in found) else [each.text for each in found]


def people_of(board: Board, slot: Slot, form: DutiesForm) -> list[dict[str, Any]]:
    """Every deputy of the town with what speaks for and against her that day, those of the place first."""
    chosen = {str(pk) for pk in (form["deputies"].value() or [])}
    elsewhere, (_, before), (_, after) = board.elsewhere(slot), board.before(slot), board.after(slot)
    start, end = add_months(slot.month, -2)[0], add_months(slot.month, 4)[0]
    counts: dict[int, int] = {}
    for (_, on), pks in board.turns.items():
        if start <= on < end:
            for pk in pks:
                counts[pk] = counts.get(pk, 0) + 1
    found = []
    for pk, each in board.town.candidates.items():
        if not each.serves(slot.town, slot.on) and str(pk) not in chosen:
            continue
        against = [
            word
            for word, holds in (
                ("当天在另一个平台值班", pk in elsewhere),
                ("登记了不能值班", each.is_away(slot.on)),
                ("登记了最好不排", "rather_not" in each.wishes_on(slot.on)),
                ("上一次在本平台值班", pk in before),
                ("下一次在本平台值班", pk in after),
            )
            if holds
        ]
        marks = [word for word, holds in (("本选区", each.is_of(slot.area)), ("当选不满一年", each.is_new(slot.on))) if holds]
        found.append(
            {
                "pk": pk,
                "name": each.name,
                "code": each.code,
                "marks": marks + (["希望排在这天"] if "gladly" in each.wishes_on(slot.on) else []),
                "against": against,
                "count": counts.get(pk, 0),
                "chosen": str(pk) in chosen,
            }
        )
    return sorted(found, key=lambda row: (not row["chosen"], bool(row["against"]), "本选区" not in row["marks"], row["count"], row["code"]))
