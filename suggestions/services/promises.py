"""Reminders of promises that fall due: once when the day is near, once when it has passed, then every five working days.

They go to the unit's people, and when late to the organ that runs the matter too. Each notice has a key of its own, so that
whatever runs twice tells nobody twice.
"""

from __future__ import annotations

import datetime

from django.urls import reverse
from django.utils import timezone

from congress.models import User
from congress.services.notices import notify
from congress.workdays import Calendar
from suggestions.enums import UNIT_ROLES
from suggestions.models import Commitment
from suggestions.services.judges import rules_of
from suggestions.services.proposing import tell_those_who_run
from suggestions.services.reminding import LATE_AGAIN

_FAR = datetime.timedelta(days=90)  # no rule calls a day near that is further off


def remind_due(on: datetime.date | None = None) -> int:
    """What beat does every morning: tells of the promises whose reminder falls on the day, and returns how many they are."""
    on = on or timezone.localdate()
    calendar, told = Calendar.load(), 0
    rows = Commitment.objects.to_report().filter(due_on__lte=on + _FAR).order_by("due_on", "pk")
    for row in rows.select_related("reply__handling__unit", "reply__handling__suggestion__congress__suggestion_rules"):
        suggestion, unit = row.reply.handling.suggestion, row.reply.handling.unit
        left = calendar.days_left(on, row.due_on)
        if left >= 0 and row.due_on >= on:
            if left > rules_of(suggestion).yellow_workdays:
                continue
            text, key = f"承诺事项还剩{left}个工作日到期：{row.text}", f"commitment-soon-{row.pk}-{row.due_on}"
        else:
            if (-left - 1) % LATE_AGAIN or not calendar.is_workday(on).is_workday:
                continue
            text, key = f"承诺事项已超期{-left}个工作日，请报告落实情况：{row.text}", f"commitment-late-{row.pk}-{on}"
            tell_those_who_run(suggestion, f"{unit}的承诺事项已超期：{row.text}", key)
        people = User.objects.in_role(*UNIT_ROLES, organisation=unit)
        notify(people, text=text[:200], url=reverse("suggestions:commitment", args=[row.code]), key=key)
        told += 1
    return told
