"""The register of platforms, a platform's page, and checking it item by item."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from congress import charts, listing
from congress.access import may
from congress.errors import DomainError
from congress.models import Area
from platforms import standing
from platforms.enums import PlatformKind
from platforms.forms.platforms import CheckForm, PhotosForm, PlatformForm
from platforms.history import Past, scores_of
from platforms.models import Evidence, Platform, Rectification
from platforms.services import evidence as evidence_service
from platforms.services import platforms as service
from platforms.services import standards as standards_service
from platforms.tables import REGISTER_FIELDS, register_table

MARKS = (("demonstration", "示范", {"is_demonstration": True}), ("specialty", "特色", {"is_specialty": True}))


def units() -> list[Area]:
    """Towns, subdistricts and farms for a filter."""
    return list(Area.objects.active().town_level())


def _found(request: HttpRequest, code: str) -> Platform:
    platforms = Platform.objects.visible_to(request.user).select_related("area", "unit", "guiding_leader", "guiding_office")
    return get_object_or_404(platforms, code=code)


@require_safe
def platform_list(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("unit", "kind", "demonstration", "specialty", "q")}
    platforms = Platform.objects.visible_to(request.user)
    if asked["unit"]:
        platforms = platforms.filter(unit__code=asked["unit"])
    if asked["kind"]:
        platforms = platforms.filter(kind=asked["kind"])
    for name, _, mark in MARKS:
        if asked[name]:
            platforms = platforms.filter(**mark)
    platforms = platforms.matching(asked["q"])
    page = listing.page_of_values(request, platforms, REGISTER_FIELDS)
    tallies = standing.tallies_of((row.pk, row.area__kind, row.is_demonstration) for row in page)
    response = render(
        request,
        "platforms/list.html",
        {
            "page": page,
            "table": register_table().render((row, tallies[row.pk]) for row in page),
            "asked": asked,
            "filtered": any(asked.values()),
            "units": units(),
            "kinds": PlatformKind.choices,
            "marks": MARKS,
            "may_add": may(request.user, "platforms.add_platform"),
        },
    )
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    platform = _found(request, code)
    history = scores_of(platform)
    return render(
        request,
        "platforms/detail.html",
        {
            "platform": platform,
            "photos": list(platform.photos.all()),
            "photos_form": PhotosForm(),
            "standing": standing.standing_of(platform),
            "history": history,
            "chart": _trend(platform, history),
            "rectifications": list(
                Rectification.objects.visible_to(request.user).unverified().filter(platform=platform).select_related("item", "round")
            ),
            "may_change": may(request.user, "platforms.change_platform", platform),
            "may_check": may(request.user, "platforms.check_standard", platform),
        },
    )


def _trend(platform: Platform, history: list[Past]) -> str:
    """The last rounds as a line, the oldest at the left; nothing while there is only one."""
    if len(history) < 2:
        return ""
    points = [charts.Point(past.round.period.label.replace("年", "年 "), past.score) for past in reversed(history)]
    return charts.trend(f"{platform}各季度得分", points, name="得分")


@require_http_methods(["GET", "HEAD", "POST"])
def create(request: HttpRequest) -> HttpResponse:
    if not may(request.user, "platforms.add_platform"):
        raise PermissionDenied
    form = PlatformForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            platform = service.create_platform(actor=request.user, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已登记“{platform}”，编号 {platform.code}。")
            return redirect("platforms:detail", platform.code)
    return _form(request, form, "登记平台", reverse("platforms:list"))


@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, code: str) -> HttpResponse:
    platform = _found(request, code)
    if not may(request.user, "platforms.change_platform", platform):
        raise PermissionDenied
    form = PlatformForm(request.POST or None, user=request.user, instance=_found(request, code))
    if request.method == "POST" and form.is_valid():
        try:
            platform = service.update_platform(actor=request.user, platform=platform, **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"已保存“{platform}”。")
            return redirect("platforms:detail", platform.code)
    return _form(request, form, f"修改{platform}", reverse("platforms:detail", args=[code]))


def _form(request: HttpRequest, form: PlatformForm, heading: str, back: str) -> HttpResponse:
    status = 422 if form.errors else 200
    return render(request, "platforms/form.html", {"form": form, "heading": heading, "back": back}, status=status)


@require_POST
def add_photos(request: HttpRequest, code: str) -> HttpResponse:
    platform = _found(request, code)
    if not may(request.user, "platforms.change_platform", platform):
        raise PermissionDenied
    form = PhotosForm(request.POST, request.FILES)
    if not form.is_valid():
        messages.error(request, "".join(error for errors in form.errors.values() for error in errors))
    else:
        accepted, refused = _examine(form.cleaned_data["uploads"])
        rows = evidence_service.attach(actor=request.user, target=platform, uploads=accepted, caption=form.cleaned_data["caption"])
        if rows:
            messages.success(request, f"已保存 {len(rows)} 个文件。")
        for sentence in refused:
            messages.error(request, sentence)
    return redirect(reverse("platforms:detail", args=[code]) + "#photos")


def _examine(uploads: list[Any]) -> tuple[list[Any], list[str]]:
    """Those that can be kept, and for each other one the sentence that refuses it."""
    accepted, refused = [], []
    for upload in uploads:
        try:
            accepted += evidence_service.examine_all([upload])
        except DomainError as refusal:
            refused.append(str(refusal))
    return accepted, refused


@require_http_methods(["GET", "HEAD", "POST"])
def check(request: HttpRequest, code: str, item_code: str) -> HttpResponse:
    """One item of one platform. What can be kept is kept: a refused file loses neither the note nor the other files."""
    platform = _found(request, code)
    cells = standing.standing_of(platform).cells
    place = next((number for number, cell in enumerate(cells) if cell.item.code == item_code), None)
    if place is None:
        raise Http404("这个项目不是该平台适用的现行标准")
    cell = cells[place]
    following = cells[place + 1] if place + 1 < len(cells) else None
    may_check = may(request.user, "platforms.check_standard", platform)
    if request.method == "POST" and not may_check:
        raise PermissionDenied
    initial = {"state": cell.check.state, "note": cell.check.note} if cell.check else {}
    form = CheckForm(request.POST or None, request.FILES or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        accepted, refused = _examine(form.cleaned_data["uploads"])
        with transaction.atomic():
            row = standards_service.set_check(
                actor=request.user, platform=platform, item=cell.item, state=form.cleaned_data["state"], note=form.cleaned_data["note"]
            )
            evidence_service.attach(actor=request.user, target=row, uploads=accepted)
        if not refused:
            messages.success(
                request, f"已保存“{cell.item.name}”：{row.get_state_display()}" + (f"，附 {len(accepted)} 个文件。" if accepted else "。")
            )
            ahead = following if "go_on" in request.POST else None
            return (
                redirect("platforms:check", code, ahead.item.code)
                if ahead
                else redirect(reverse("platforms:detail", args=[code]) + "#standing")
            )
        for sentence in refused:
            form.add_error("uploads", sentence)
        form.add_error("uploads", "其余内容已保存，请另选文件。")
        cell = standing.Cell(cell.item, row)
    return render(
        request,
        "platforms/check.html",
        {
            "platform": platform,
            "cell": cell,
            "subject": (platform, cell.item),
            "form": form,
            "number": place + 1,
            "total": len(cells),
            "before": cells[place - 1] if place else None,
            "following": following,
            "files": list(Evidence.objects.visible_to(request.user).filter(standard_check=cell.check)) if cell.check else [],
            "may_check": may_check,
        },
        status=422 if form.errors else 200,
    )


@require_POST
def meet_all(request: HttpRequest, code: str) -> HttpResponse:
    platform = _found(request, code)
    if not may(request.user, "platforms.check_standard", platform):
        raise PermissionDenied
    changed = standards_service.meet_all(actor=request.user, platform=platform)
    messages.success(request, f"已将 {changed} 项记为达标。" if changed else "各项原已达标，没有改动。")
    return redirect(reverse("platforms:detail", args=[code]) + "#standing")
