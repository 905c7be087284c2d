"""A bound booklet (册、记、簿、档案): cover, contents, and the records of the period by month, or a register. Voters are masked."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from activities.booklets import PAPER, Entry, Part, lines
from activities.models import Booklet, PaperTick
from activities.services.booklets import BOOKLET
from congress.documents import registry
from congress.documents.fetcher import media_url
from congress.documents.registry import DocumentKind
from congress.documents.titles import title_lines
from congress.enums import OrganisationKind, Role
from congress.models import Congress, Document, Organisation
from congress.periods import Period
from deputies.services.notebooks import period_of
from platforms.models import Platform

if TYPE_CHECKING:
    from congress.models import User

_FEW = 40  # entries that the contents name one by one; of more, only the months
_LONG = 800  # characters of an entry that may run over a page's end; shorter ones stay whole


def _of_own_units(user: User) -> Q:
    """The district's staff, and the staff of the unit; its code begins the subject."""
    if user.access.is_district_staff:
        return Q()
    found = Q(pk__in=[])
    for held in user.access.held:
        if held.role == Role.TOWN_OFFICE:
            found |= Q(subject__startswith=f"{held.area_code}/")
    return found


def build(document: Document) -> dict[str, Any]:
    """The template's context. ``document.subject`` is unit/platform/booklet. Raises Platform.DoesNotExist, Booklet.DoesNotExist."""
    _, platform_key, booklet_key = document.subject.split("/")
    platform = Platform.objects.select_related("area", "unit").get(pk=platform_key)
    booklet = Booklet.objects.get(pk=booklet_key)
    period = period_of(document)
    parts = list(_bound(platform, booklet, period))
    photos = list(PaperTick.objects.filter(booklet=booklet, platform=platform, year=period.start.year).order_by("uploaded_at", "pk"))
    congress = Congress.objects.home()
    entries = [entry for part in parts for entry in part["entries"]]
    return {
        "booklet": booklet,
        "platform": platform,
        "congress": congress,
        "period": period,
        "title": title_lines([booklet.title], 12.0),
        "cover": [
            ("平　　台", platform.name),
            ("所在区划", platform.unit.name if platform.area_id == platform.unit_id else f"{platform.unit.name}{platform.area.name}"),
            ("年　　度", period.label),
            ("编制单位", _maker(platform)),
        ],
        "parts": parts,
        "is_listed": len(entries) <= _FEW,
        "papers": [{"url": media_url(str(photo.file.name)), "number": number} for number, photo in enumerate(photos, start=1)],
        "photos": [str(photo.file.name) for photo in photos] + [name for entry in entries for name in entry["names"]],
        "made_on": max((entry["on"] for entry in entries), default=period.start),
    }


def _maker(platform: Platform) -> str:
    """The organ of the unit that keeps the books."""
    kinds = (OrganisationKind.PRESIDIUM, OrganisationKind.BRANCH_OFFICE)
    organ = Organisation.objects.active().filter(area=platform.unit_id, kind__in=kinds).order_by("code").first()
    return str(organ or platform.unit)


def _bound(platform: Platform, booklet: Booklet, period: Period) -> Iterator[dict[str, Any]]:
    """The booklet's parts; a record that two sources tell of is bound once."""
    bound: set[tuple[str, int]] = set()
    for number, line in enumerate(lines(booklet.sources), start=1):
        if line.key == PAPER or line.source is None:
            continue
        part = line.source.read(platform.area, period, line.argument)
        fresh = [entry for entry in part.entries if entry.key not in bound]
        bound |= {entry.key for entry in fresh}
        yield _part(number, part, fresh)


def _part(number: int, part: Part, entries: list[Entry]) -> dict[str, Any]:
    told = [_entry(f"p{number}e{place}", place, entry) for place, entry in enumerate(entries, start=1)]
    months: list[dict[str, Any]] = []
    for entry in told:
        if not months or months[-1]["label"] != _month(entry["on"]):
            months.append({"label": _month(entry["on"]), "key": f"p{number}m{len(months) + 1}", "entries": []})
        months[-1]["entries"].append(entry)
    sheet = part.sheet
    return {
        "key": f"p{number}",
        "label": part.label,
        "note": part.note,
        "sheet": sheet,
        "columns": list(zip(sheet.heads, sheet.widths, strict=True)) if sheet else [],
        "entries": told,
        "months": months,
    }


def _entry(key: str, number: int, entry: Entry) -> dict[str, Any]:
    day = entry.on
    return {
        "key": key,
        "number": number,
        "on": day,
        "day": f"{day.year}年{day.month}月{day.day}日",
        "title": entry.title,
        "lines": entry.lines,
        "is_long": sum(len(text) for _, text in entry.lines) > _LONG,
        "names": entry.photos,
        "photos": [media_url(name) for name in entry.photos],
    }


def _month(day: datetime.date) -> str:
    return f"{day.year}年{day.month}月"


def register() -> None:
    """Called once, when the app is ready."""
    registry.register(DocumentKind(BOOKLET, "册簿档", _of_own_units, "documents/activities/booklet.html", build))
