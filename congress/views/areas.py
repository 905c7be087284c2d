"""The territory and its organisations, as lists to look things up in."""

from __future__ import annotations

from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from congress import listing
from congress.access import may
from congress.area_table import FIELDS, areas_table
from congress.context import frame_of
from congress.enums import AreaKind, OrganisationKind
from congress.models import Area, Congress, Organisation


def home_units(request: HttpRequest | None = None) -> list[Area]:
    """Towns, subdistricts and farms of the home district, for a filter. Two queries; one with ``request``, whose frame knows the home."""
    home = frame_of(request).congress if request else Congress.objects.home()
    units = Area.objects.active().town_level()
    return list(units.within(home.area) if home else units)


@require_safe
def area_list(request: HttpRequest) -> HttpResponse:
    """The tree, top down; ``within`` narrows it to one area and what it holds."""
    asked = {name: request.GET.get(name, "").strip() for name in ("within", "kind", "q")}
    seen = Area.objects.visible_to(request.user)
    areas = seen.order_by("path")
    top = seen.filter(code=asked["within"]).first() if asked["within"] else None
    if asked["within"]:
        areas = areas.within(top) if top else areas.none()
    if asked["kind"]:
        areas = areas.filter(kind=asked["kind"])
    if asked["q"]:
        areas = areas.filter(Q(name__icontains=asked["q"]) | Q(code__startswith=asked["q"]))
    page = listing.page_of_values(request, areas, FIELDS)
    counted = Area.objects.filter(parent__in=[row.pk for row in page]).order_by().values_list("parent").annotate(Count("pk"))
    children = dict(counted)
    root = min((row.path.count("/") for row in page), default=1)
    lines = ((row, children.get(row.pk, 0), min(row.path.count("/") - root, 4)) for row in page)
    context = {
        "page": page,
        "table": areas_table().render(lines),
        "asked": asked,
        "filtered": any(asked.values()),
        "top": top,
        "units": home_units(),
        "kinds": AreaKind.choices,
        "may_import": may(request.user, "congress.import_file"),
    }
    response = render(request, "areas/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


@require_safe
def organisation_list(request: HttpRequest) -> HttpResponse:
    asked = {name: request.GET.get(name, "").strip() for name in ("within", "kind", "q")}
    organisations = Organisation.objects.visible_to(request.user).select_related("area")
    if asked["within"]:
        organisations = organisations.filter(area__path__contains=f"{asked['within']}/")
    if asked["kind"]:
        organisations = organisations.filter(kind=asked["kind"])
    if asked["q"]:
        organisations = organisations.matching(asked["q"])
    context = {
        "asked": asked,
        "filtered": any(asked.values()),
        "units": home_units(),
        "kinds": OrganisationKind.choices,
        "may_import": may(request.user, "congress.import_file"),
    }
    return listing.render_list(request, "areas/organisations.html", organisations, context)
