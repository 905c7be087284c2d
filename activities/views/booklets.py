"""Booklets: how full they are by town and platform, one platform's set, one booklet as it reads, paper ticks, and printing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from activities import shelves
from activities.booklets import PAPER, Entry, Part, Sheet, lines
from activities.forms.booklets import PhotoForm
from activities.models import Booklet, PaperTick
from activities.services import booklets as service
from activities.shelves import Shelf, State
from activities.tables.booklets import Unit, shelves_table, state_tag, units_table, volumes_table
from congress import listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Area
from congress.periods import Period
from congress.services import files
from congress.views import stored
from congress.views.areas import home_units
from platforms.models import Platform, StandardItem

_METHODS = ["GET", "HEAD", "POST"]
_STATES = {"complete": State.COMPLETE, "short": State.SHORT, "empty": State.EMPTY, "reserved": State.RESERVED}
_GAPS = 5  # named on a platform's page
_WRAPS = 30  # millimetres; narrower columns hold a word


def _period(request: HttpRequest) -> Period:
    """The period asked for, by address or form; this year where it is none, or has not begun."""
    asked = request.POST.get("period") or request.GET.get("period", "")
    today = timezone.localdate()
    try:
        period = Period.parse(asked)
    except ValueError:
        return Period.year(today.year)
    return period if period.start <= today else Period.year(today.year)


def _years(period: Period) -> list[tuple[str, str]]:
    """The last six years, and the period shown where it is another one."""
    this = timezone.localdate().year
    rows = [(str(year), f"{year}年") for year in range(this, this - 6, -1)]
    return rows if (period.code, period.label) in rows else [(period.code, period.label), *rows]


def _platforms(request: HttpRequest) -> Any:
    return Platform.objects.visible_to(request.user).active().select_related("area", "unit")


def _require_sight(request: HttpRequest) -> None:
    if not may(request.user, "activities.see_booklets"):
        raise PermissionDenied


def _platform(request: HttpRequest, code: str) -> Platform:
    _require_sight(request)
    return get_object_or_404(Platform.objects.visible_to(request.user).select_related("area", "unit"), code=code)


def _volume(request: HttpRequest, code: str, item_code: str) -> tuple[Platform, Booklet, StandardItem]:
    """A booklet of a platform, for those who may read in it."""
    platform = _platform(request, code)
    if not may(request.user, "activities.read_booklet", platform):
        raise PermissionDenied
    found = shelves.place_of(platform, item_code)
    if found is None:
        raise Http404("这个平台没有这一册簿档")
    return platform, *found


# ---- how full


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Towns with the share of their platforms' booklets that are complete, the smallest first."""
    _require_sight(request)
    period = _period(request)
    found = shelves.shelves_of(_platforms(request), period)
    by_unit: dict[int, list[Shelf]] = {}
    for shelf in found.values():
        by_unit.setdefault(shelf.platform.unit_id, []).append(shelf)
    units = [Unit(area, tuple(by_unit.get(area.pk, ()))) for area in home_units()]
    units = sorted((unit for unit in units if unit.shelves), key=lambda unit: (unit.share, unit.area.position, unit.area.code))
    complete, total = sum(unit.complete for unit in units), sum(unit.total for unit in units)
    page = listing.page_of(request, units)
    context = {
        "page": page,
        "period": period,
        "years": _years(period),
        "table": units_table(page.object_list, period),
        "figs": [
            {"label": "完整率", "value": f"{round(complete * 100 / total)}%" if total else "—", "url": ""},
            {"label": "齐全", "value": complete, "unit": f"/ {total} 本", "url": ""},
            {"label": "全部齐全的平台", "value": sum(unit.full for unit in units), "unit": f"/ {len(found)} 个", "url": ""},
            {"label": "不全", "value": total - complete, "unit": "本", "url": ""},
        ],
    }
    response = render(request, "activities/booklets/overview.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _unit(request: HttpRequest, code: str) -> Area:
    _require_sight(request)
    return get_object_or_404(Area.objects.active().town_level(), code=code)


@require_safe
def unit(request: HttpRequest, code: str) -> HttpResponse:
    """A town's platforms with what each lacks."""
    area = _unit(request, code)
    period = _period(request)
    found = list(shelves.shelves_of(_platforms(request).filter(unit=area), period).values())
    page = listing.page_of(request, found)
    may_print = bool(found) and all(may(request.user, "activities.print_booklets", shelf.platform) for shelf in found)
    context = {
        "area": area,
        "page": page,
        "period": period,
        "years": _years(period),
        "total": Unit(area, tuple(found)),
        "table": shelves_table(page.object_list, period),
        "may_print": may_print,
    }
    response = render(request, "activities/booklets/unit.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def bookshelf(request: HttpRequest, code: str) -> HttpResponse:
    """One platform's set; ``?state=`` shows only the complete, the short, the empty or those to come."""
    platform = _platform(request, code)
    period = _period(request)
    shelf = shelves.shelf_of(platform, period)
    asked = request.GET.get("state", "")
    rows = [volume for volume in shelf.volumes if asked not in _STATES or volume.state == _STATES[asked]]
    page = listing.page_of(request, rows)
    may_print = may(request.user, "activities.print_booklets", platform)
    token = format_html('<input type="hidden" name="csrfmiddlewaretoken" value="{}">', get_token(request)) if may_print else ""
    tabs = [("", "全部", len(shelf.volumes))]
    tabs += [(key, state.value, sum(volume.state == state for volume in shelf.volumes)) for key, state in _STATES.items()]
    context = {
        "platform": platform,
        "shelf": shelf,
        "page": page,
        "period": period,
        "years": _years(period),
        "asked": asked,
        "tabs": tabs,
        "table": volumes_table(
            shelf, page.object_list, period, may_read=may(request.user, "activities.read_booklet", platform), token=token
        ),
        "may_print": may_print and any(volume.state != State.RESERVED for volume in shelf.volumes),
    }
    response = render(request, "activities/booklets/bookshelf.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def summary(request: HttpRequest, code: str) -> HttpResponse:
    """How complete a platform's set is this year, with its first gaps: what the platform's own page fetches."""
    platform = _platform(request, code)
    period = Period.year(timezone.localdate().year)
    shelf = shelves.shelf_of(platform, period)
    gaps = [(each, state_tag(each)) for each in shelf.gaps]
    context = {"shelf": shelf, "period": period, "gaps": gaps[:_GAPS], "more": max(len(gaps) - _GAPS, 0)}
    return render(request, "activities/booklets/_summary.html", context)


# ---- one booklet


@require_safe
def volume(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """What it collects, as it will be bound; and its photos where it is kept on paper."""
    return _read(request, *_volume(request, code, item))


def _read(request: HttpRequest, platform: Platform, booklet: Booklet, item: StandardItem, form: PhotoForm | None = None) -> HttpResponse:
    period = _period(request)
    wanted = lines(booklet.sources)
    parts = [line.source.read(platform.area, period, line.argument) for line in wanted if line.source is not None]
    on_paper = PaperTick.objects.filter(booklet=booklet, platform=platform, year=period.start.year).order_by("uploaded_at", "pk")
    photos = list(on_paper) if any(line.key == PAPER for line in wanted) else []
    found = shelves.volume_read(booklet, item, period, parts, len(photos))
    entries = _once(parts)
    page = listing.page_of(request, entries)
    may_tick = found.needs_paper and may(request.user, "activities.tick_paper", platform)
    context = {
        "platform": platform,
        "volume": found,
        "state": state_tag(found),
        "period": period,
        "years": _years(period),
        "page": page,
        "sheets": [(part, list(_rows(part.sheet))) for part in parts if part.sheet],
        "notes": [part.note for part in parts if part.note],
        "has_entries": any(part.sheet is None and not part.note for part in parts),
        "photos": photos,
        "form": form or (PhotoForm() if may_tick else None),
        "may_tick": may_tick,
        "may_print": not found.is_reserved and may(request.user, "activities.print_booklets", platform),
    }
    response = render(request, "activities/booklets/volume.html", context, status=422 if form else 200)
    response["X-Total-Count"] = str(found.number)
    return response


def _rows(sheet: Sheet) -> Iterator[tuple[list[tuple[str, str, str]], str]]:
    """Each row's cells with their look, and where it leads: what is short on paper does not wrap on the screen."""
    looks = ["nowrap" if 0 < width < _WRAPS else "" for width in sheet.widths]
    for cells, url in zip(sheet.rows, sheet.links, strict=True):
        yield list(zip(sheet.heads, cells, looks, strict=True)), url


def _once(parts: list[Part]) -> list[Entry]:
    """The entries of all parts, the newest first, each record once."""
    found = {entry.key: entry for part in parts for entry in part.entries}
    return sorted(found.values(), key=lambda entry: (entry.on, entry.key), reverse=True)


@require_POST
def add_photos(request: HttpRequest, code: str, item: str) -> HttpResponse:
    """Ticks a paper booklet. What can be kept is kept; a refused file says why."""
    platform, booklet, standard_item = _volume(request, code, item)
    if not may(request.user, "activities.tick_paper", platform):
        raise PermissionDenied
    period = _period(request)
    form = PhotoForm(request.POST, request.FILES)
    if form.is_valid():
        examined = []
        for upload in form.cleaned_data["photos"]:
            try:
                examined.append(files.examine(upload))
            except DomainError as refusal:
                form.add_error("photos", f"“{files.shown_name(upload.name or '')}”：{refusal}")
        try:
            kept = service.tick(
                actor=request.user, platform=platform, booklet=booklet, year=period.start.year, photos=examined
            ) if examined else []  # fmt: skip
        except DomainError as refusal:
            form.add_error("photos", str(refusal))
        else:
            if kept:
                messages.success(request, f"已保存 {len(kept)} 张照片。")
        if not form.errors:
            return redirect(_to(platform, item, period))
    return _read(request, platform, booklet, standard_item, form)


def _to(platform: Platform, item: str, period: Period) -> str:
    return f"{reverse('activities:volume', args=[platform.code, item])}?{urlencode({'period': period.code})}#paper"


def _photo(request: HttpRequest, pk: uuid.UUID) -> PaperTick:
    rows = PaperTick.objects.visible_to(request.user).select_related("booklet", "platform__unit")
    return get_object_or_404(rows, pk=pk)


@require_safe
def photo(request: HttpRequest, pk: uuid.UUID, size: str = "") -> FileResponse:
    """A photo of a paper booklet, or its thumbnail."""
    return stored.send(_photo(request, pk), thumbnail=size == "thumbnail")


@require_http_methods(_METHODS)
def remove_photo(request: HttpRequest, pk: uuid.UUID) -> HttpResponse:
    """Asks, then takes a photo away."""
    found = _photo(request, pk)
    if not may(request.user, "activities.tick_paper", found.platform):
        raise PermissionDenied
    back = _to(found.platform, found.booklet.item_code, Period.year(found.year))
    if request.method == "POST":
        service.untick(actor=request.user, photo=found)
        messages.success(request, "已删除照片。")
        return redirect(back)
    context = {
        "question": f"删除“{found.original_name}”？",
        "text": "照片将从服务器上删除，不能恢复；删除情况记入审计记录。",
        "action": "删除",
        "back": back,
    }
    return render(request, "components/confirm.html", context)


# ---- printing


@require_POST
def print_volume(request: HttpRequest, code: str, item: str) -> HttpResponse:
    platform, booklet, _ = _volume(request, code, item)
    period = _period(request)
    batch = service.request_booklets(actor=request.user, shelves=[shelves.shelf_of(platform, period)], period=period, only=booklet)
    return redirect("document_batch", batch.key)


@require_POST
def print_shelf(request: HttpRequest, code: str) -> HttpResponse:
    platform = _platform(request, code)
    period = _period(request)
    batch = service.request_booklets(actor=request.user, shelves=[shelves.shelf_of(platform, period)], period=period)
    return redirect("document_batch", batch.key)


@require_POST
def print_unit(request: HttpRequest, code: str) -> HttpResponse:
    """All booklets of all platforms of a town, as one batch that is taken as a ZIP."""
    area = _unit(request, code)
    period = _period(request)
    found = shelves.shelves_of(_platforms(request).filter(unit=area), period)
    batch = service.request_booklets(actor=request.user, shelves=found.values(), period=period, area=area)
    return redirect("document_batch", batch.key)
