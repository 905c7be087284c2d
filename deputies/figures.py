"""Figures about deputies."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.models import Area
from congress.periods import Period
from deputies.enums import MandateStatus
from deputies.models import Mandate, VoterContact
from deputies.querysets import VoterContactQuerySet


def serving(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Deputies with a mandate in the area, or in an area within it, in force on the period's last day. Two queries.

    A deputy with mandates of several levels counts once. ``argument`` narrows to one level of congress.
    """
    paths = dict(Area.objects.filter(pk__in=list(area_ids)).values_list("path", "pk"))
    still = Q(status=MandateStatus.ACTIVE) | Q(status=MandateStatus.ENDED, ends_on__gt=period.end)
    mandates = Mandate.objects.filter(still, starts_on__lte=period.end)
    if argument:
        mandates = mandates.filter(term__congress__level=argument)
    people: dict[int, set[int]] = {}
    for path, deputy in mandates.order_by().values_list("area__path", "deputy").distinct():
        cut = path.find("/")
        while cut != -1:
            if (pk := paths.get(path[: cut + 1])) is not None:
                people.setdefault(pk, set()).add(deputy)
            cut = path.find("/", cut + 1)
    return {pk: Decimal(len(found)) for pk, found in people.items()}


def _records(code: str, period: Period, argument: str) -> str:
    asked = {"area": code, "status": MandateStatus.ACTIVE.value, "level": argument}
    return f"{reverse('deputies:list')}?{urlencode({name: value for name, value in asked.items() if value})}"


def contacts(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Voter contacts a deputy took part in. ``argument`` narrows to one channel. One query."""
    took_part = VoterContact.deputies.through.objects.filter(
        deputy__in=list(deputy_ids), votercontact__in=_contacts(period, argument).values("pk")
    )
    counted = took_part.order_by().values_list("deputy").annotate(Count("pk"))
    return {pk: Decimal(count) for pk, count in counted}


def voter_contacts(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Voter contacts in the area, or in an area within it, for each deputy serving there. Four queries.

    Several deputies at one contact make one contact. An area without a serving deputy is left out.
    """
    ids = list(area_ids)
    paths = dict(Area.objects.filter(pk__in=ids).values_list("path", "pk"))
    found: dict[int, int] = {}
    for path, count in _contacts(period, argument).order_by().values_list("area__path").annotate(Count("pk")):
        cut = path.find("/")
        while cut != -1:
            if (pk := paths.get(path[: cut + 1])) is not None:
                found[pk] = found.get(pk, 0) + count
            cut = path.find("/", cut + 1)
    deputies = serving(ids, period)
    return {pk: count / deputies[pk] for pk, count in found.items() if deputies.get(pk)}


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
    """Called once, when the app is ready."""
    figures.register(figures.Figure("deputies.serving", "在任代表", "名", "area", serving, _records))
    figures.register(figures.Figure("deputies.contacts", "联系选民", "次", "deputy", contacts, _contact_records("deputy")))
    figures.register(figures.Figure("deputies.voter_contacts", "代表人均联系选民", "次", "area", voter_contacts, _contact_records("area")))
