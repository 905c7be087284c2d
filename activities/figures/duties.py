"""The share of an area's duties that are met: score item A05 “三个一、六个一”."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from django.urls import reverse
from django.utils.http import urlencode

from activities.defaults.duty_rules import SIX, THREE
from activities.duties import Reckoning
from activities.enums import DutyState
from activities.models import DutyRule
from congress import figures
from congress.periods import Period
from congress.territory import holders


def duties_met(area_ids: Iterable[int], period: Period, argument: str = "") -> Mapping[int, Decimal]:
    """The share, 0 to 1, of the duties of each area that are met as of the period's last day (or today, where that is to come).

    One duty is one subject in one window of one rule: each of the three for each deputy whose seat is in the area, each of the six
    for the town. ``argument`` names the families of rules, joined by "|" (三个一 and 六个一 where empty). Duties that nobody can
    count yet are left out, and an area that has none. Queries: two, the terms, one for each kind of subject, one or two a figure.
    """
    families = [family for family in argument.split("|") if family] or [THREE, SIX]
    rules = list(DutyRule.objects.held_in(period).of_families(families))
    above = holders(area_ids)
    asked: dict[int, int] = {}
    met: dict[int, int] = {}
    for row in Reckoning(period).rows(rules):
        if row.state == DutyState.NO_DATA:
            continue
        for pk in above(row.subject.path):
            asked[pk] = asked.get(pk, 0) + 1
            met[pk] = met.get(pk, 0) + row.is_met
    return {pk: Decimal(met[pk]) / Decimal(number) for pk, number in asked.items()}


def _records(code: str, period: Period, argument: str) -> str:
    """The duties met, whose number is the share's upper part."""
    asked = {"area": code, "period": period.code, "family": argument or f"{THREE}|{SIX}", "state": "done"}
    return f"{reverse('activities:duty_rows')}?{urlencode(asked)}"


def register() -> None:
    """Called once, when the app is ready."""
    figures.register(figures.Figure("activities.duties_met", "三个一、六个一完成比例", "", "area", duties_met, _records))
