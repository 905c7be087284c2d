"""The register of deputies (代表名册) and one file a deputy (一人一档): who serves on the period's last day."""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Prefetch, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from activities.booklets import Part, Sheet, Source, told
from congress import figures
from congress.charts import plain
from congress.enums import CongressLevel
from congress.models import Area
from congress.periods import Period
from deputies.enums import MandateStatus
from deputies.models import Deputy, GroupMembership, Mandate

_LEVELS = {CongressLevel.CITY: "市", CongressLevel.DISTRICT: "区", CongressLevel.TOWN: "镇"}
# What a file's line counts, where some app has registered it.
_COUNTED = (
    ("deputies.contacts", "联系选民"),
    ("deputies.opinions", "反映意见"),
    ("activities.participations", "参加活动"),
    ("deputies.duty_reports_of", "述职"),
)
PLACES = ("area__path", "electoral_district__area__path")


def _last_day(period: Period) -> datetime.date:
    return min(period.end, timezone.localdate())


def in_office(day: datetime.date) -> QuerySet[Mandate]:
    """Mandates in force on that day."""
    still = Q(status__in=[MandateStatus.ACTIVE, MandateStatus.SUSPENDED]) | Q(status=MandateStatus.ENDED, ends_on__gt=day)
    return Mandate.objects.filter(still, starts_on__lte=day)


def within(area: Area, prefix: str = "") -> Q:
    """Mandates that sit in the area, or whose electoral district lies in it."""
    return Q(*[(f"{prefix}{place}__startswith", area.path) for place in PLACES], _connector=Q.OR)


def _facts(period: Period, argument: str) -> Sequence[QuerySet[Any]]:
    rows = in_office(_last_day(period))
    return [told(rows, what="deputy", record="deputy_id", path=place, on="starts_on") for place in PLACES]


def _deputies(area: Area, period: Period) -> list[Any]:
    """Who serves in the area, each with ``seats`` and ``groups`` of that day."""
    day = _last_day(period)
    seats = in_office(day).select_related("term__congress", "electoral_district").order_by("term__congress__level", "pk")
    groups = GroupMembership.objects.in_force(day).select_related("group").order_by("starts_on")
    found = Deputy.objects.filter(pk__in=in_office(day).filter(within(area)).values("deputy")).order_by("code")
    return list(
        found.prefetch_related(Prefetch("mandates", seats, to_attr="seats"), Prefetch("group_memberships", groups, to_attr="groups"))
    )


def _levels(deputy: Any) -> str:
    held = {seat.term.congress.level for seat in deputy.seats}
    return "、".join(word for level, word in _LEVELS.items() if level in held)


def _district(deputy: Any) -> str:
    return "、".join(dict.fromkeys(seat.electoral_district.name for seat in deputy.seats if seat.electoral_district))


def _register(area: Area, period: Period, argument: str) -> Part:
    found = _deputies(area, period)
    rows = tuple(
        (
            str(number),
            deputy.name,
            deputy.get_sex_display() if deputy.sex != "unknown" else "",
            deputy.nationality,
            _levels(deputy),
            _district(deputy),
            "、".join(f"{each.group.name}{'' if each.role == 'member' else f'（{each.get_role_display()}）'}" for each in deputy.groups),
            deputy.position,
            deputy.phone,
        )
        for number, deputy in enumerate(found, start=1)
    )
    heads = ("序号", "姓名", "性别", "民族", "层级", "选区", "代表小组", "单位及职务", "联系电话")
    return Part("代表名册", sheet=Sheet(heads, (11, 18, 11, 14, 16, 30, 44, 0, 29), rows, _pages(found)))


def _dossiers(area: Area, period: Period, argument: str) -> Part:
    found = _deputies(area, period)
    ids = [deputy.pk for deputy in found]
    kinds = [(label, figures.values(key, ids, period)) for key, label in _COUNTED if figures.find(key)]
    rows = tuple(
        (
            str(number),
            deputy.code,
            deputy.name,
            _levels(deputy),
            _district(deputy),
            *(plain(values.get(deputy.pk, Decimal(0))) for _, values in kinds),
        )
        for number, deputy in enumerate(found, start=1)
    )
    heads = ("序号", "档案编号", "姓名", "层级", "选区", *(label for label, _ in kinds))
    return Part("一人一档目录", sheet=Sheet(heads, (10, 30, 18, 16, 0, *(17 for _ in kinds)), rows, _pages(found)))


def _pages(found: Sequence[Any]) -> tuple[str, ...]:
    return tuple(reverse("deputies:detail", args=[deputy.code]) for deputy in found)


SOURCES = (
    Source("register", "代表名册", _facts, _register),
    Source("dossiers", "代表履职档案", _facts, _dossiers),
)
