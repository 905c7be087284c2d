"""The share of a platform's booklets that are complete (册簿档完整率)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from activities.shelves import shelves_of
from congress import figures
from congress.figures import among
from congress.periods import Period
from platforms.models import Platform


def complete_share(platform_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The share, 0 to 1, of the platform's set that is complete in the period. Five queries, however many platforms."""
    wanted = set(platform_ids)
    rows = among(Platform.objects.select_related("area").order_by(), "pk", wanted)
    shelves = shelves_of((row for row in rows if row.pk in wanted), period)
    return {pk: shelf.share for pk, shelf in shelves.items() if shelf.complete}


def _records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('activities:bookshelf', args=[code])}?{urlencode({'period': period.code, 'state': 'complete'})}"


def register() -> None:
    """Called once, when the app is ready."""
    figures.register(figures.Figure("activities.booklet_completeness", "册簿档完整率", "", "platform", complete_share, _records))
