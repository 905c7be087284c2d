"""Figures about the first liaison: how many deputies a standing member keeps in touch with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.db.models import Count
from django.urls import reverse
from django.utils.http import urlencode

from congress import figures
from congress.figures import among
from congress.periods import Period
from deputies.models import DeputyLiaison


def linked_deputies(member_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """Deputies the standing member is linked with on the period's last day. One query."""
    rows = among(DeputyLiaison.objects.in_force(period.end), "member", member_ids)
    return {pk: Decimal(count) for pk, count in rows.order_by().values_list("member").annotate(Count("pk"))}


def _records(code: str, period: Period, argument: str) -> str:
    return f"{reverse('deputies:liaison_member', args=[code])}?{urlencode({'on': str(period.end)})}"


def register() -> None:
    figures.register(figures.Figure("deputies.linked_deputies", "固定联系代表", "名", "standing_member", linked_deputies, _records))
