"""Figures about voter contacts."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from congress.territory import holders
from deputies.figures.mandates import serving
from deputies.models import VoterContact
from deputies.querysets import VoterContactQuerySet, moments


def contacts(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Voter contacts a deputy took part in. ``argument`` narrows to one channel. One query."""
    took_part = _took_part(deputy_ids, period)
    if argument:
        took_part = took_part.filter(votercontact__channel=argument)
    counted = took_part.values_list("deputy").annotate(Count("pk"))
    return {pk: Decimal(count) for pk, count in counted}


def contact_days(
    deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]
) -> Mapping[str, Mapping[int, Sequence[datetime.date]]]:
    """The day of each contact that ``contacts`` counts, by channel ("" for all). One query."""
    found: dict[str, dict[int, list[datetime.date]]] = {argument: {} for argument in arguments}
    for deputy, channel, at in _took_part(deputy_ids, period).values_list("deputy", "votercontact__channel", "votercontact__at"):
        day = timezone.localdate(at)
        for argument in arguments:
            if argument in ("", channel):
                found[argument].setdefault(deputy, []).append(day)
    return found


def deputies_with(least: int, period: Period) -> QuerySet[Any]:
    """Keys of the deputies who took part in at least ``least`` contacts of the period, as a subquery. Nobody with none is in it."""
    return _held(period).values("deputy").annotate(count=Count("pk")).filter(count__gte=least).values("deputy")


def voter_contacts(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Voter contacts in the area, or in an area within it, for each deputy serving there. Four queries.

    Several deputies at one contact make one contact. An area without a serving deputy is left out.
    """
    ids = list(area_ids)
    above = holders(ids)
    found: dict[int, int] = {}
    for path, count in _contacts(period, argument).order_by().values_list("area__path").annotate(Count("pk")):
        for pk in above(path):
            found[pk] = found.get(pk, 0) + count
    deputies = serving(ids, period)
    return {pk: count / deputies[pk] for pk, count in found.items() if deputies.get(pk)}


def _held(period: Period) -> QuerySet[Any]:
    """A row for each deputy at a contact of the period."""
    start, end = moments(period)
    return VoterContact.deputies.through.objects.filter(votercontact__at__gte=start, votercontact__at__lt=end).order_by()


def _took_part(deputy_ids: Iterable[int], period: Period) -> QuerySet[Any]:
    return among(_held(period), "deputy", deputy_ids)


def _contacts(period: Period, channel: str) -> VoterContactQuerySet:
    rows = VoterContact.objects.within(period)
    return rows.filter(channel=channel) if channel else rows


def _contact_records(name: str) -> Callable[[str, Period, str], str]:
    """The list that proves a figure about what ``name`` filters by."""

    def address(code: str, period: Period, argument: str) -> str:
        asked = {name: code, "period": period.code, "channel": argument}
        return f"{reverse('deputies:contacts')}?{urlencode({key: value for key, value in asked.items() if value})}"

    return address


def register() -> None:
    figures.register(figures.Figure("deputies.contacts", "联系选民", "次", "deputy", contacts, _contact_records("deputy"), contact_days))
    figures.register(figures.Figure("deputies.voter_contacts", "代表人均联系选民", "次", "area", voter_contacts, _contact_records("area")))
