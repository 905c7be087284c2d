"""The register of deputies, and a deputy's page."""

from __future__ import annotations

import datetime
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from congress import listing
from congress.access import may
from congress.enums import CongressLevel, Role
from congress.models import Term
from congress.views.areas import home_units
from deputies.enums import MandateStatus
from deputies.models import Deputy, Mandate
from deputies.tables import REGISTER_FIELDS, mandates_of, register_table

_WITH_ALL = Mandate.objects.select_related("term__congress", "area", "electoral_district").order_by(
    "term__congress__level", "-term__number"
)


@require_safe
def deputy_list(request: HttpRequest) -> HttpResponse:
    """One row a deputy; the filters must all fit one and the same mandate."""
    asked = {name: request.GET.get(name, "").strip() for name in ("area", "level", "term", "status", "q")}
    deputies = Deputy.objects.visible_to(request.user)
    mandates = _asked_mandates(asked)
    if mandates is not None:
        deputies = deputies.filter(pk__in=mandates.values("deputy"))
    if asked["q"]:
        deputies = deputies.filter(_asked_words(request, asked["q"]))
    context = {
        "asked": asked,
        "filtered": any(asked.values()),
        "units": home_units(),
        "levels": CongressLevel.choices,
        "statuses": MandateStatus.choices,
        "terms": list(Term.objects.order_by("-number").values_list("number", flat=True).distinct()),
        "may_import": may(request.user, "congress.import_file"),
    }
    page = listing.page_of(request, deputies.values_list(*REGISTER_FIELDS, named=True))
    rows = list(page.object_list)
    mandates = mandates_of(row.pk for row in rows)
    context |= {"page": page, "table": register_table().render((row, mandates.get(row.pk, ())) for row in rows)}
    response = render(request, "deputies/list.html", context)
    response["X-Total-Count"] = str(page.paginator.count)
    return response


def _asked_mandates(asked: dict[str, str]) -> QuerySet[Mandate] | None:
    """The mandates that fit the filters, or None when nothing was asked."""
    chosen: dict[str, Any] = {}
    if asked["area"]:
        chosen["area__path__contains"] = f"{asked['area']}/"
    if asked["level"]:
        chosen["term__congress__level"] = asked["level"]
    if asked["term"].isdecimal():
        chosen["term__number"] = int(asked["term"])
    if asked["status"]:
        chosen["status"] = asked["status"]
    return Mandate.objects.filter(**chosen) if chosen else None


def _asked_words(request: HttpRequest, words: str) -> Q:
    """A name or code; for staff who see telephones, also the last digits of one."""
    found = Q(name__icontains=words) | Q(code__startswith=words)
    if words.isdecimal() and len(words) >= 4 and request.user.access.has(Role.OFFICE, Role.LEADER, Role.TOWN_OFFICE):  # type: ignore[union-attr]
        found |= Q(phone__endswith=words)
    return found


@require_safe
def detail(request: HttpRequest, code: str) -> HttpResponse:
    deputies = Deputy.objects.visible_to(request.user).select_related("user").prefetch_related(Prefetch("mandates", _WITH_ALL))
    deputy = get_object_or_404(deputies, code=code)
    context = {
        "deputy": deputy,
        "mandates": deputy.mandates.all(),
        "age": _age(deputy.born_on, timezone.localdate()) if deputy.born_on else None,
        "may_see_contact": may(request.user, "deputies.view_contact", deputy),
        "may_change": may(request.user, "deputies.manage_deputies", deputy),
    }
    return render(request, "deputies/detail.html", context)


def _age(born_on: datetime.date, today: datetime.date) -> int:
    return today.year - born_on.year - ((today.month, today.day) < (born_on.month, born_on.day))
