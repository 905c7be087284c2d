"""The register of deputies, a deputy's page, and the composition of them all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db.models import Prefetch, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from congress import listing
from congress.access import may
from congress.enums import CongressLevel, Role
from congress.imports import downloads
from congress.models import Area, Term
from congress.views.areas import home_units
from deputies import composition, filters, quotas
from deputies.composition import Dimension, Share
from deputies.enums import MandateStatus, Sex
from deputies.models import Deputy, DeputyLiaison, GroupMembership, Mandate, MandateChange, StandingMember
from deputies.resources.register import DeputyResource
from deputies.tables.register import REGISTER_FIELDS, mandates_of, register_table

_WITH_ALL = (
    Mandate.objects.select_related("term__congress__area", "area", "electoral_district")
    .prefetch_related(Prefetch("changes", MandateChange.objects.select_related("entered_by")))
    .order_by("term__congress__level", "-term__number")
)
_SEAT = ("area", "level", "term", "status")


@require_safe
def deputy_list(request: HttpRequest) -> HttpResponse:
    """One row a deputy; the filters must all fit one and the same mandate."""
    asked, deputies, dimensions = _asked(request)
    context = {
        "asked": asked,
        "filtered": any(asked.values()),
        "divided": [
            (each, asked[key], each.label(asked[key].strip(composition.NOT_ENTERED))) for key, each in dimensions.items() if asked[key]
        ],
        "units": home_units(request),
        "statuses": MandateStatus.choices,
        "quotas": quotas.registered(),
        **filters.choices(request.user),
        "may_export": may(request.user, "deputies.export_deputies"),
        "may_import": may(request.user, "congress.import_file"),
        "may_begin": may(request.user, "deputies.manage_mandates"),
    }
    page = listing.page_of_values(request, deputies, REGISTER_FIELDS)
    seats = mandates_of(row.pk for row in page)
    context |= {
        "page": page,
        "table": register_table(request.user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE)).render(
            (row, seats.get(row.pk, ())) for row in page
        ),
    }
    response = render(request, "deputies/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked(request: HttpRequest) -> tuple[dict[str, str], QuerySet[Deputy], Mapping[str, Dimension]]:
    """What was asked, the deputies that fit, and the dimensions of the composition they may be narrowed by."""
    dimensions = composition.dimensions(timezone.localdate())
    asked = {name: request.GET.get(name, "").strip() for name in (*_SEAT, "district", "group", "quota", "q", *dimensions)}
    deputies = filters.narrowed(Deputy.objects.visible_to(request.user), asked)
    for key, dimension in dimensions.items():
        if asked[key]:
            deputies = deputies.filter(dimension.asked(asked[key]))
    if asked["q"]:
        deputies = deputies.matching(asked["q"], request.user)
    return asked, quotas.narrowed(deputies, asked["quota"]), dimensions


@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a workbook, a row for each seat: staff only, and of towns only the deputies whose telephone they see."""
    if not may(request.user, "deputies.export_deputies"):
        raise PermissionDenied
    _, deputies, _ = _asked(request)
    seen = Deputy.objects.in_care_of(request.user).filter(pk__in=deputies.order_by().values("pk"))
    return downloads.rows(request, DeputyResource(), DeputyResource.with_all(Mandate.objects.filter(deputy__in=seen.order_by())))


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    deputies = Deputy.objects.visible_to(request.user).select_related("user").prefetch_related(Prefetch("mandates", _WITH_ALL))
    deputy = get_object_or_404(deputies, code=code)
    mandates = list(deputy.mandates.all())
    context = {
        "deputy": deputy,
        "mandates": mandates,
        "changes": [change for mandate in mandates for change in mandate.changes.all()],
        "memberships": list(GroupMembership.objects.filter(deputy=deputy).select_related("group__area").order_by("ends_on", "-starts_on")),
        "member": StandingMember.objects.in_force().filter(mandate__deputy=deputy).first(),
        "liaisons": list(DeputyLiaison.objects.in_force().filter(deputy=deputy).select_related("member__mandate__deputy")),
        "age": composition.age_on(deputy.born_on, timezone.localdate()) if deputy.born_on else None,
        "may_see_contact": may(request.user, "deputies.view_contact", deputy),
        "may_see_dossier": may(request.user, "deputies.view_dossier", deputy),
        "may_change": may(request.user, "deputies.manage_deputies", deputy),
        "may_manage": may(request.user, "deputies.manage_mandates"),
        "may_see_voters": may(request.user, "deputies.manage_voters", deputy) or request.user.access.is_office,
    }
    return render(request, "deputies/detail.html", context)


@require_safe
def compose(request: HttpRequest) -> HttpResponse:
    """The composition of the deputies in office: charts with their tables, narrowed by area, level and term."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "level", "term")}
    asked["status"] = MandateStatus.ACTIVE.value
    mandates = filters.mandates(asked)
    assert mandates is not None  # the status is always asked
    deputies = Deputy.objects.visible_to(request.user).filter(pk__in=mandates.values("deputy"))
    dimensions = composition.dimensions(timezone.localdate())
    rows = list(deputies.order_by().values_list("pk", "sex", "born_on", "nationality", "education", "party", "trade", named=True))
    seats = list(mandates.filter(deputy__in=deputies.order_by()).order_by().values_list("deputy", "area__path", "term__congress__level"))
    units = home_units()
    parts = _parts(rows, dimensions, seats, units) if rows else []

    def address(**values: str) -> str:
        return f"{reverse('deputies:list')}?{urlencode({name: value for name, value in {**asked, **values}.items() if value})}"

    context = {
        "asked": asked,
        "units": units,
        "levels": CongressLevel.choices,
        "terms": list(Term.objects.order_by("-number").values_list("number", flat=True).distinct()),
        "total": len(rows),
        "figs": _numbers(rows, address) if rows else [],
        "parts": [
            {"key": key, "title": title, "note": note, "chart": chart, "shares": _with(shares, key, address)}
            for key, title, note, chart, shares in parts
        ],
    }
    response = render(request, "deputies/composition.html", context)
    response["X-Total-Count"] = str(len(rows))
    return response


def _with(shares: Iterable[Share], key: str, address: Callable[..., str]) -> list[tuple[Share, str, str]]:
    return [(share, f"{share.part:.1%}", address(**{key: share.value})) for share in shares]


def _parts(
    rows: list[Any], dimensions: Mapping[str, Dimension], seats: list[tuple[int, str, str]], units: list[Area]
) -> Iterator[tuple[str, str, str, str, Sequence[Share]]]:
    """Key, title, remark, chart and shares of each part of the page."""
    for dimension in dimensions.values():
        shares = composition.divide(dimension, rows)
        yield dimension.key, dimension.title, "", composition.chart(dimension.title, shares), shares
    levels = Counter(level for _, level in {(deputy, level) for deputy, _, level in seats})
    paths: dict[int, set[str]] = {}
    for deputy, path, _ in seats:
        paths.setdefault(deputy, set()).add(path)
    several = "兼任几级代表的，各级都计入" if sum(levels.values()) > len(rows) else ""
    shares = composition.by_level(levels, len(rows))
    yield "level", "层级", several, composition.chart("层级", shares), shares
    shares = composition.by_town(paths, units)
    yield "area", "镇（街道）", "", composition.chart("镇（街道）", shares), shares


def _numbers(rows: list[Any], address: Any) -> list[dict[str, Any]]:
    total = len(rows)
    women = sum(row.sex == Sex.FEMALE for row in rows)
    minorities = sum(bool(row.nationality) and row.nationality != composition.MAJORITY for row in rows)
    today = timezone.localdate()
    ages = [composition.age_on(row.born_on, today) for row in rows if row.born_on]
    return [
        {"label": "在任代表", "value": total, "unit": "名", "url": address()},
        {"label": "妇女代表", "value": women, "unit": "名", "note": f"占 {women / total:.1%}", "url": address(sex=Sex.FEMALE.value)},
        {"label": "少数民族代表", "value": minorities, "unit": "名", "note": f"占 {minorities / total:.1%}", "url": "#nationality"},
        {
            "label": "平均年龄",
            "value": f"{sum(ages) / len(ages):.1f}" if ages else "—",
            "unit": "岁" if ages else "",
            "note": f"按登记了出生年月的 {len(ages)} 名",
        },
    ]
