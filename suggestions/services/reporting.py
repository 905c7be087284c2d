"""Year-end reports (办理情况报告): each unit's own, and what the deliberation said of it (代表法 art. 51; source speech 五)."""

from __future__ import annotations

import datetime
import hashlib
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from congress.enums import Role
from congress.errors import DomainError
from congress.models import Organisation, User
from congress.services import audit, files
from congress.services.notices import notify
from suggestions.enums import ANSWERING
from suggestions.models import Handling, UnitReport
from suggestions.services.moves import require

_KINDS = (files.PDF, files.DOCX)


def to_report(unit: Organisation, year: int) -> str:
    return reverse("suggestions:report", args=[year, unit.code])


@transaction.atomic
def hand_in(*, actor: User, unit: Organisation, year: int, upload: File[Any]) -> UnitReport:
    """Keeps the unit's report of the year; until it was deliberated another one replaces it. The same file again is the one kept.

    Raises PermissionDenied for another unit's, and DomainError for a year to come, a unit that had nothing in hand, what is
    neither PDF nor Word, and once it was deliberated.
    """
    require(actor, "suggestions.hand_in_report", unit)
    examined = files.examine(upload)
    if examined.content_type not in _KINDS:
        raise DomainError("办理情况报告只收 PDF 或者 Word（.docx）文件。")
    if year > timezone.localdate().year:
        raise DomainError(f"{year}年还没有到，不能报送。")
    if not had_in_hand(unit, year):
        raise DomainError(f"{unit}在{year}年没有承办代表建议，不需要报送。")
    Organisation.objects.select_for_update().get(pk=unit.pk)  # two colleagues at once: the second replaces the first's
    known = UnitReport.objects.filter(unit=unit, year=year).first()
    if known and known.deliberated_on is not None:
        raise DomainError("报告已经审议，不能再换。需要补充的，请与代表工委联系。")
    if known:
        if known.sha256 == hashlib.sha256(examined.data).hexdigest() and known.original_name == examined.name:
            return known
        files.remove(known)
    row = files.store(UnitReport, examined, actor, unit=unit, year=year)
    audit.record(
        actor,
        "suggestions.hand_in_report",
        unit,
        changes={"year": [None, year], "file": [known.original_name if known else None, row.original_name]},
    )
    if not actor.access.is_office:
        notify(
            User.objects.in_role(Role.OFFICE),
            text=f"{unit}报送了{year}年办理情况报告",
            url=to_report(unit, year),
            key=f"report-{row.pk}",
        )
    return row


@transaction.atomic
def deliberate(*, actor: User, report: UnitReport, text: str, on: datetime.date) -> UnitReport:
    """What the standing committee's deliberation said of it. The same again writes nothing; other words put it right.

    Raises PermissionDenied, and DomainError without words or for a day to come.
    """
    require(actor, "suggestions.deliberate_report")
    row = UnitReport.objects.select_for_update(of=("self",)).select_related("unit").get(pk=report.pk)
    if not text.strip():
        raise DomainError("请填写审议意见。")
    if on > timezone.localdate():
        raise DomainError("审议日期不能晚于今天。")
    after = {"deliberation": text.strip(), "deliberated_on": on}
    changes = audit.difference({name: getattr(row, name) for name in after}, after)
    if changes:
        row.deliberation, row.deliberated_on = text.strip(), on
        row.save(update_fields=list(after))
        audit.record(actor, "suggestions.deliberate_report", row.unit, changes={**changes, "year": [row.year, row.year]})
        notify(
            User.objects.in_role(Role.HANDLING_UNIT, Role.DISPATCHER, organisation=row.unit),
            text=f"{row.year}年办理情况报告已经审议，请查看审议意见",
            url=to_report(row.unit, row.year),
            key=f"deliberated-{row.pk}-{on}",
        )
    return row


def had_in_hand(unit: Organisation, year: int) -> bool:
    return units_of(year).filter(pk=unit.pk).exists()


def units_of(year: int) -> QuerySet[Organisation]:
    """Units that were given something to answer in the year, or answered in it."""
    days = (datetime.date(year, 1, 1), datetime.date(year, 12, 31))
    given = Handling.objects.filter(Q(assigned_on__range=days) | Q(done_on__range=days), role__in=ANSWERING)
    return Organisation.objects.filter(pk__in=given.order_by().values("unit")).order_by("code")
