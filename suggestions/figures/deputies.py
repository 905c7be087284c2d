"""What deputies proposed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from suggestions.enums import CosignState
from suggestions.models import Cosigner, KeySupervision, Suggestion

COSIGNED = "cosigned"
Days = Mapping[str, Mapping[int, Sequence[datetime.date]]]


def proposed(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Suggestions accepted in the period that the deputy led, with the argument "cosigned" those she signed along. One query."""
    if argument == COSIGNED:
        signed = _signed(deputy_ids, period)
        return {pk: Decimal(count) for pk, count in signed.values_list("mandate__deputy").annotate(Count("suggestion", distinct=True))}
    led = among(Suggestion.objects.within(period).order_by(), "proposer__deputy", deputy_ids)
    return {pk: Decimal(count) for pk, count in led.values_list("proposer__deputy").annotate(Count("pk"))}


def proposed_days(deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Days:
    """The day each was accepted, of those she led and those she signed along. At most two queries."""
    ids = set(deputy_ids)
    found: dict[str, dict[int, list[datetime.date]]] = {}
    for argument in arguments:
        if argument == COSIGNED:
            signed = _signed(ids, period).values_list("mandate__deputy", "suggestion", "suggestion__accepted_on").distinct()
            rows = [(deputy, day) for deputy, _, day in signed]
        else:
            led = among(Suggestion.objects.within(period).order_by(), "proposer__deputy", ids)
            rows = list(led.values_list("proposer__deputy", "accepted_on"))
        days = found.setdefault(argument, {})
        for deputy, day in rows:
            assert day is not None  # within a period
            days.setdefault(deputy, []).append(day)
    return found


def key_ones(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Those she led that a chairpersons' meeting of the period chose for key supervision. One query."""
    rows = _key(deputy_ids, period).values_list("suggestion__proposer__deputy").annotate(Count("pk"))
    return {pk: Decimal(count) for pk, count in rows}


def key_days(deputy_ids: Iterable[int], period: Period, arguments: Sequence[str]) -> Days:
    """The day each was chosen. One query."""
    days: dict[int, list[datetime.date]] = {}
    for deputy, day in _key(deputy_ids, period).values_list("suggestion__proposer__deputy", "decided_on"):
        days.setdefault(deputy, []).append(day)
    return dict.fromkeys(arguments, days)


def _signed(ids: Iterable[int], period: Period) -> QuerySet[Cosigner]:
    accepted = Suggestion.objects.within(period).order_by().filter(pk=OuterRef("suggestion"))
    return among(Cosigner.objects.filter(Exists(accepted), state=CosignState.CONFIRMED).order_by(), "mandate__deputy", ids)


def _key(ids: Iterable[int], period: Period) -> QuerySet[KeySupervision]:
    chosen = KeySupervision.objects.filter(decided_on__range=(period.start, period.end)).order_by()
    return among(chosen, "suggestion__proposer__deputy", ids)


def _records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({'cosigner' if argument else 'deputy': code, 'period': period.code})}"


def _key_records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({'deputy': code, 'key': 'yes'})}"


def register() -> None:
    figures.register(figures.Figure("suggestions.proposed", "提出建议", "件", "deputy", proposed, _records, proposed_days))
    figures.register(figures.Figure("suggestions.key", "列为重点督办的建议", "件", "deputy", key_ones, _key_records, key_days))
