"""What is printed of reception days: the notice put up before each, and the year's rota of a platform or of a town."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import Prefetch, Q
from django.utils import timezone

from activities.enums import ReceptionState
from activities.models import ReceptionDay, ReceptionDuty
from activities.reception_dates import says
from activities.services.receptions import NOTICE
from activities.services.receptions_printing import PLATFORM_ROTA, TOWN_ROTA, days_of, year_of
from congress.documents import registry
from congress.documents.errors import PaperError
from congress.documents.registry import NOBODY, DocumentKind
from congress.documents.titles import title_lines
from congress.enums import OrganisationKind
from congress.models import Area, Congress, Document, Organisation
from congress.templatetags.frame import WEEKDAYS
from congress.workdays import Calendar
from deputies.enums import MandateStatus
from deputies.models import Mandate
from platforms.models import Platform

if TYPE_CHECKING:
    from congress.models import User

_DUTIES = Prefetch("duties", ReceptionDuty.objects.select_related("deputy").order_by("deputy__code"))


def _anyone(user: User) -> Q:
    """Notices and rotas hang on the wall: everyone who holds a role."""
    return Q() if user.access.roles else NOBODY


# ---- rotas


def platform_rota(document: Document) -> dict[str, Any]:
    """The context of a platform's rota. ``document.subject`` is its code. Raises PaperError when no day is left."""
    year = year_of(document)
    platform = Platform.objects.select_related("unit", "area").get(code=document.subject)
    rows = days_of(year).filter(platform=platform).select_related("rota").prefetch_related(_DUTIES)
    days = list(rows.order_by("on"))
    if not days:
        raise PaperError("这一年已经没有排定的接待日。")
    schedule = getattr(platform, "reception_schedule", None)
    calendar = Calendar.load()
    return {
        "platform": platform,
        "title": f"{platform.name}{year}年人大代表接待选民轮值表",
        "issuer": _issuer(platform.unit),
        "made_on": _made_on(days, year),
        "when": says(schedule) if schedule else "",
        "times": _times(days[0]),
        "rows": [
            {
                "month": f"{day.month.month}月",
                "on": _on(day),
                "times": _times(day),
                "names": [duty.deputy.name for duty in day.duties.all()],
                "note": _note(day),
                "moved": bool(day.moved_from),
            }
            for day in days
        ],
        "provisional": any(calendar.is_workday(day.on).provisional for day in days),
    }


def town_rota(document: Document) -> dict[str, Any]:
    """The context of a town's rota, platforms by months. ``document.subject`` is the town's code."""
    year = year_of(document)
    unit = Area.objects.get(code=document.subject)
    rows = days_of(year).filter(platform__unit=unit).select_related("rota", "platform").prefetch_related(_DUTIES)
    days = list(rows.order_by("platform__kind", "platform__code", "on"))
    if not days:
        raise PaperError("这一年已经没有排定的接待日。")
    by_platform: dict[Platform, dict[int, list[ReceptionDay]]] = {}
    for day in days:
        by_platform.setdefault(day.platform, {}).setdefault(day.month.month, []).append(day)
    calendar = Calendar.load()
    return {
        "unit": unit,
        "title": f"{unit.name}{year}年人大代表接待选民日轮值表",
        "issuer": _issuer(unit),
        "made_on": _made_on(days, year),
        "months": range(1, 13),
        "rows": [
            {
                "name": platform.name,
                "place": platform.address or platform.area.name,
                "phone": platform.phone,
                "times": _times(next(iter(found.values()))[0]),
                "cells": [
                    [
                        {
                            "on": f"{day.on.month}月{day.on.day}日" if day.on.month != month else f"{day.on.day}日",
                            "weekday": WEEKDAYS[day.on.weekday()],
                            "moved": bool(day.moved_from),
                            "names": [duty.deputy.name for duty in day.duties.all()],
                        }
                        for day in found.get(month, [])
                    ]
                    for month in range(1, 13)
                ],
            }
            for platform, found in by_platform.items()
        ],
        "moved": any(day.moved_from for day in days),
        "provisional": any(calendar.is_workday(day.on).provisional for day in days),
    }


def _made_on(days: list[ReceptionDay], year: int) -> datetime.date:
    return max((timezone.localdate(day.rota.made_at) for day in days if day.rota), default=datetime.date(year, 1, 1))


def _on(day: ReceptionDay) -> str:
    return f"{day.on.month}月{day.on.day}日（星期{WEEKDAYS[day.on.weekday()]}）"


def _times(day: ReceptionDay) -> str:
    """上午9:00—11:30, 上午9:00—下午5:00."""
    start, end = ("上午" if at.hour < 12 else "下午" for at in (day.starts_at, day.ends_at))
    first, last = (f"{(at.hour - 1) % 12 + 1}:{at:%M}" for at in (day.starts_at, day.ends_at))
    return f"{start}{first}—{'' if start == end else end}{last}"


def _note(day: ReceptionDay) -> str:
    swapped = "；".join(duty.note for duty in day.duties.all() if duty.note)
    return "；".join(filter(None, [day.moved_because, swapped]))


def _issuer(unit: Area) -> str:
    """The presidium or branch office of the town."""
    kinds = (OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE)
    row = Organisation.objects.active().filter(area=unit, kind__in=kinds).order_by("code").first()
    congress = Congress.objects.home()
    place = congress.area.name if congress else ""
    return f"{'' if row and row.name.startswith(place) else place}{row.name}" if row else f"{place}{unit.name}人大"


# ---- the notice


def notice(document: Document) -> dict[str, Any]:
    """The context of 接待选民公告. ``document.subject`` is the day's code. Raises PaperError for a day that was cancelled."""
    rows = ReceptionDay.objects.select_related("platform__unit", "platform__area")
    day = rows.prefetch_related(_DUTIES).get(code=document.subject)
    if day.state == ReceptionState.CANCELLED:
        raise PaperError("这个接待日已经取消，不再印公告。")
    platform = day.platform
    announced = timezone.localdate(day.announced_at) if day.announced_at else day.on
    people = [duty.deputy for duty in day.duties.all()]
    seats: dict[int, list[str]] = {}
    mandates = Mandate.objects.filter(deputy__in=people, status=MandateStatus.ACTIVE).select_related(
        "term__congress__area", "electoral_district"
    )
    for mandate in mandates.order_by("term__congress__level", "pk"):
        where = mandate.electoral_district.name if mandate.electoral_district else ""
        seats.setdefault(mandate.deputy_id, []).append(f"{mandate.term.congress.area.name}人大代表{f'（{where}）' if where else ''}")
    return {
        "day": day,
        "platform": platform,
        "lines": title_lines([platform.unit.name, "人大代表", "接待选民公告"]),
        "issuer": _issuer(platform.unit),
        "on": f"{day.on.year}年{_on(day)}",
        "times": _times(day),
        "place": f"{platform.name}{f'（{platform.address}）' if platform.address else ''}",
        "phone": platform.phone,
        "moved": day.moved_because if day.moved_from else "",
        "people": [{"name": each.name, "position": each.position, "seats": seats.get(each.pk, [])} for each in people],
        "announced_on": announced,
        "announced": f"{announced.year}年{announced.month}月{announced.day}日",
    }


def register() -> None:
    """Called once, when the app is ready."""
    for kind in (
        DocumentKind(NOTICE, "接待选民公告", _anyone, "documents/activities/reception_notice.html", notice),
        DocumentKind(PLATFORM_ROTA, "平台接待选民轮值表", _anyone, "documents/activities/reception_rota.html", platform_rota),
        DocumentKind(TOWN_ROTA, "镇（街道）接待选民轮值表", _anyone, "documents/activities/reception_rota_town.html", town_rota),
    ):
        registry.register(kind)
