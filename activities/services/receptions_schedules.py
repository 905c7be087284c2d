"""The fixed day of each platform, kept for many platforms at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from activities.enums import DayRule
from activities.models import ReceptionSchedule
from congress.access import may
from congress.errors import DomainError
from congress.services import audit
from congress.services.audit import SYSTEM, Actor
from platforms.models import Platform

FIELDS = ("rule", "number", "weekday", "shift", "starts_at", "ends_at", "deputies", "notice_days", "is_active")
_MOST = {DayRule.DATE: 31, DayRule.WEEKDAY: 5, DayRule.WORKDAY: 23}


@dataclass(frozen=True)
class Wanted:
    """A platform's schedule as it should be."""

    platform: Platform
    fields: dict[str, Any]


def fault(fields: dict[str, Any]) -> tuple[str, str] | None:
    """(field, sentence) of the first thing that does not fit together, for forms and files."""
    rule = DayRule(fields["rule"])
    if fields["number"] > _MOST[rule]:
        return "number", f"“{rule.label}”最多填{_MOST[rule]}"
    if rule == DayRule.WEEKDAY and not fields["weekday"]:
        return "weekday", "请选择星期几"
    if fields["ends_at"] <= fields["starts_at"]:
        return "ends_at", "结束时间应晚于开始时间"
    return None


@transaction.atomic
def keep(*, actor: Actor, wanted: Sequence[Wanted]) -> int:
    """Writes the schedules that differ and returns how many; days already arranged stay until a rota is drawn anew.

    Raises PermissionDenied for a platform of another town, and DomainError for what does not fit together.
    """
    if actor is not SYSTEM and not all(may(actor, "activities.schedule_receptions_of", each.platform) for each in wanted):
        raise PermissionDenied
    rows = ReceptionSchedule.objects.select_for_update().filter(platform__in=[each.platform.pk for each in wanted])
    stored = {row.platform_id: row for row in rows}
    new: list[ReceptionSchedule] = []
    changed: list[ReceptionSchedule] = []
    for each in wanted:
        if wrong := fault(each.fields):
            raise DomainError(f"{each.platform.name}：{wrong[1]}。")
        fields = {**each.fields, "weekday": each.fields["weekday"] if each.fields["rule"] == DayRule.WEEKDAY else None}
        row = stored.get(each.platform.pk)
        before = {name: getattr(row, name) for name in FIELDS} if row else {}
        changes = audit.difference(before, fields)
        if not changes:
            continue
        row = row or ReceptionSchedule(platform=each.platform)
        for name, value in fields.items():
            setattr(row, name, value)
        (changed if row.pk else new).append(row)
        audit.record(actor, "activities.keep_schedule", each.platform, changes=changes)
    ReceptionSchedule.objects.bulk_create(new)
    ReceptionSchedule.objects.bulk_update(changed, list(FIELDS), batch_size=200)
    return len(new) + len(changed)
