"""What deputies proposed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.periods import Period
from suggestions.enums import CosignState
from suggestions.models import Cosigner, Suggestion

COSIGNED = "cosigned"


def proposed(deputy_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Suggestions accepted in the period that the deputy led, with the argument "cosigned" those she signed along. One query."""
    ids = list(deputy_ids)
    if argument == COSIGNED:
        accepted = Suggestion.objects.within(period).values("pk")
        signed = Cosigner.objects.filter(mandate__deputy__in=ids, state=CosignState.CONFIRMED, suggestion__in=accepted).order_by()
        return {pk: Decimal(count) for pk, count in signed.values_list("mandate__deputy").annotate(Count("suggestion", distinct=True))}
    led = Suggestion.objects.within(period).filter(proposer__deputy__in=ids).order_by()
    return {pk: Decimal(count) for pk, count in led.values_list("proposer__deputy").annotate(Count("pk"))}


def _records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('suggestions:list')}?{urlencode({'cosigner' if argument else 'deputy': code, 'period': period.code})}"


def register() -> None:
    figures.register(figures.Figure("suggestions.proposed", "提出建议", "件", "deputy", proposed, _records))
