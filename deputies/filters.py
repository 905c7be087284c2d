"""What the lists of the deputies' work can be narrowed by, in the same way on every one of them.

``area``, ``level``, ``term``, ``status`` and ``district`` must all fit one and the same mandate; ``group`` is a group's code.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from congress.enums import CongressLevel
from congress.models import Area, Term, User
from congress.periods import Period
from deputies.models import Deputy, DeputyGroup, ElectoralDistrict, GroupMembership, Mandate

WHO = ("level", "term", "group")


def within(code: str) -> QuerySet[Area]:
    """The area of that code and everything in it, as a subquery: few rows, read before the long table is."""
    return Area.objects.filter(path__contains=f"{code}/").order_by()


def mandates(asked: Mapping[str, str]) -> QuerySet[Mandate] | None:
    """The mandates that fit, or None when nothing was asked."""
    chosen: dict[str, Any] = {}
    if area := asked.get("area"):
        chosen["area__in"] = within(area)
    congresses: dict[str, Any] = {}
    if level := asked.get("level"):
        congresses["congress__level"] = level
    if asked.get("term", "").isdecimal():
        congresses["number"] = int(asked["term"])
    if congresses:
        chosen["term__in"] = Term.objects.filter(**congresses).order_by()
    if status := asked.get("status"):
        chosen["status"] = status
    if district := asked.get("district"):
        named = ElectoralDistrict.objects.filter(Q(name__icontains=district) | Q(code=district)).order_by()
        chosen["electoral_district__in"] = named
    return Mandate.objects.filter(**chosen) if chosen else None


def people(asked: Mapping[str, str], names: tuple[str, ...] = WHO) -> QuerySet[Deputy] | None:
    """The deputies that fit the filters of ``names``, or None when none of them was asked."""
    asked = {name: asked.get(name, "") for name in names}
    seats = mandates(asked)
    found = None if seats is None else Deputy.objects.filter(pk__in=seats.order_by().values("deputy"))
    if group := asked.get("group"):
        found = (Deputy.objects.all() if found is None else found).filter(pk__in=_members(group))
    return None if found is None else found.order_by()


def _members(group: str) -> QuerySet[GroupMembership, Any]:
    return GroupMembership.objects.in_force().filter(group__code=group).order_by().values("deputy")


def narrowed(deputies: QuerySet[Deputy], asked: Mapping[str, str]) -> QuerySet[Deputy]:
    """The register's rows that fit all of the mandate's filters and the group."""
    seats = mandates(asked)
    if seats is not None:
        deputies = deputies.filter(pk__in=seats.order_by().values("deputy"))
    return deputies.filter(pk__in=_members(asked["group"])) if asked.get("group") else deputies


def in_term(rows: Any, asked: Mapping[str, str], field: str, *, is_moment: bool = False) -> Any:
    """Records of the days of the term asked for, of the level asked for where one is. ``field`` is a date, or a moment. One query."""
    if not asked.get("term", "").isdecimal():
        return rows
    terms = Term.objects.filter(number=int(asked["term"]), **({"congress__level": asked["level"]} if asked.get("level") else {}))
    spans = list(terms.order_by().values_list("starts_on", "ends_on"))
    if not spans:
        return rows.none()
    start = min(first for first, _ in spans)
    ends = [last for _, last in spans]
    rows = rows.filter(**{f"{field}__gte": _midnight(start) if is_moment else start})
    if None in ends:
        return rows
    end = max(last for last in ends if last)
    return rows.filter(**{f"{field}__lt": _midnight(end) if is_moment else end})


def _midnight(day: datetime.date) -> datetime.datetime:
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time()))


def choices(user: User, *, terms: bool = True) -> dict[str, Any]:
    """What the selects of ``deputies/_who.html`` offer. Two queries; one without ``terms``."""
    offered = {"levels": CongressLevel.choices, "groups": list(DeputyGroup.objects.visible_to(user).in_force())}
    if terms:
        offered["terms"] = list(Term.objects.order_by("-number").values_list("number", flat=True).distinct())
    return offered


def period(code: str) -> Period | None:
    """The period of that code, or None for what is none."""
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None
