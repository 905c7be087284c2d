"""All platforms of an area against their standards."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.http import require_safe

from congress.enums import Role
from congress.models import Area
from platforms.grid import Asked, Grid
from platforms.views.platforms import units
from platforms.workbooks import standards_table


@require_safe
def standards(request: HttpRequest) -> HttpResponse:
    areas = units()
    grid, area = _grid(request, areas)
    response = render(
        request,
        "platforms/standards.html",
        {"grid": grid, "asked": grid.asked, "units": areas, "area": area, "today": timezone.localdate()},
    )
    response["X-Total-Count"] = str(grid.total)
    return response


@require_safe
def standards_xlsx(request: HttpRequest) -> HttpResponse:
    grid, area = _grid(request, units())
    title = f"{area.name if area else ''}平台标准对照（{timezone.localdate():%Y-%m-%d}）"
    response = HttpResponse(standards_table(grid, title), content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    response["Content-Disposition"] = content_disposition_header(True, f"{title}.xlsx") or "attachment"
    return response


def _grid(request: HttpRequest, areas: list[Area]) -> tuple[Grid, Area | None]:
    """The grid asked for. Town staff begin with their own unit; “unit=” without a value means the whole district."""
    values = request.GET.copy()
    if "unit" not in values and not request.user.access.is_district_staff:
        own = request.user.access.area_ids(Role.TOWN_OFFICE)
        values["unit"] = next((area.code for area in areas if area.pk in own), "")
    asked = Asked.read(values)
    return Grid(request.user, asked, values.get("page")), next((area for area in areas if area.code == asked.unit), None)
