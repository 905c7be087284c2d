"""Asking for the printed rotas of a year: a platform's own, or a town's with those of all its platforms."""

from __future__ import annotations

import hashlib
import re

from django.db.models import QuerySet

from activities.enums import ReceptionState
from activities.models import ReceptionDay
from congress.errors import DomainError
from congress.models import Area, Document, DocumentBatch, User
from congress.periods import Period
from congress.services import documents
from congress.services.documents import Wanted
from platforms.models import Platform

PLATFORM_ROTA, TOWN_ROTA = "reception_rota", "reception_rota_town"
_KEY = re.compile(r"reception-rota-(\d{4})-")


def request_platform(*, actor: User, platform: Platform, year: int) -> DocumentBatch:
    """Asks for a platform's rota of the year. Unchanged days give the batch that is there. Raises DomainError without any day."""
    title = f"{platform.name}{year}年接待选民轮值表"
    wanted = [Wanted(PLATFORM_ROTA, platform.code, title, title)]
    return _request(actor, title, days_of(year).filter(platform=platform), year, platform.code, wanted)


def request_town(*, actor: User, unit: Area, year: int) -> DocumentBatch:
    """Asks for a town's rota of the year on A3, and for one of each of its platforms. As ``request_platform``."""
    days = days_of(year).filter(platform__unit=unit)
    platforms = Platform.objects.filter(pk__in=days.values("platform")).order_by("kind", "code")
    title = f"{unit.name}{year}年人大代表接待选民日轮值表"
    wanted = [
        Wanted(TOWN_ROTA, unit.code, title, title),
        *(Wanted(PLATFORM_ROTA, row.code, f"{row.name}{year}年接待选民轮值表", f"{row.name}{year}年接待选民轮值表") for row in platforms),
    ]
    return _request(actor, title, days, year, unit.code, wanted)


def _request(actor: User, title: str, days: QuerySet[ReceptionDay], year: int, code: str, wanted: list[Wanted]) -> DocumentBatch:
    state = list(days.order_by("pk").values_list("code", "on", "version", "state"))
    if not state:
        raise DomainError(f"{year}年还没有排定的接待日，不能印轮值表。请先排班并采用。")
    digest = hashlib.sha256(repr(state).encode()).hexdigest()[:12]
    return documents.request_batch(key=f"reception-rota-{year}-{code}-{digest}", title=title, actor=actor, documents=wanted)


def days_of(year: int) -> QuerySet[ReceptionDay]:
    """The year's days, those cancelled left out."""
    return ReceptionDay.objects.within(Period.year(year)).exclude(state=ReceptionState.CANCELLED)


def year_of(document: Document) -> int:
    """The year a printed rota is about. Raises ValueError for a batch of another kind."""
    match = _KEY.match(document.batch.key)
    if match is None:
        raise ValueError(f"batch {document.batch.key!r} names no year")
    return int(match[1])
