"""三个一 among the quotas by which the register of deputies is filtered, next to those of the floor below."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils import timezone

from activities.defaults.duty_rules import THREE
from activities.duties import Reckoning
from activities.enums import DutyState, DutySubject
from activities.models import DutyRule
from congress.periods import Period
from deputies import quotas
from deputies.models import Deputy


def _three(rows: QuerySet[Deputy], is_met: bool) -> QuerySet[Deputy]:
    """Those of whom 三个一 is asked in the term and who have met every rule of it, or have not (source speech 四（一）).

    Told by the same reckoning as the duties' own list, for everybody at once.
    """
    month = Period.containing(timezone.localdate(), "month")
    rules = DutyRule.objects.held_in(month).of_families([THREE]).filter(subject=DutySubject.DEPUTY)
    asked, behind = set(), set()
    for row in Reckoning(month).rows(rules):
        if row.state != DutyState.NO_DATA:
            asked.add(row.subject.pk)
            if not row.is_met:
                behind.add(row.subject.pk)
    return rows.filter(pk__in=asked - behind if is_met else behind)


def register() -> None:
    """Called once, when the app is ready."""
    quotas.register(quotas.Quota("three_ones", "三个一", _three))
