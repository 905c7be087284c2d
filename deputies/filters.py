"""What the lists of the deputies' work can be narrowed by, in the same way on every one of them.

``area``, ``level``, ``term``, ``status`` and ``district`` must all fit one and the same mandate; ``group`` is a group's code.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Q, QuerySet

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


def choices(user: User) -> dict[str, Any]:
    """What the selects of ``deputies/_who.html`` offer. Two queries."""
    return {
        "levels": CongressLevel.choices,
        "terms": list(Term.objects.order_by("-number").values_list("number", flat=True).distinct()),
        "groups": list(DeputyGroup.objects.visible_to(user).in_force()),
    }


def period(code: str) -> Period | None:
    """The period of that code, or None for what is none."""
    try:
        return Period.parse(code) if code else None
    except ValueError:
        return None
