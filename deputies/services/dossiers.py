"""A deputy's dossier (履职档案) of a period, put together for one or for hundreds at once, and asking for it on paper."""

from __future__ import annotations

import datetime
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import groupby

from django.db.models import Prefetch, QuerySet
from django.utils import timezone

from congress.errors import DomainError
from congress.models import Area, DocumentBatch
from congress.periods import Period
from congress.services import audit, documents
from congress.services.documents import Wanted
from deputies import dossier
from deputies.dossier import Duty, Fulfilment, Line, Section
from deputies.models import Deputy, Mandate
from deputies.services import points
from deputies.services.guards import require
from deputies.services.notebooks import batch_key
from deputies.services.points import Standing

DOSSIER = "dossier"  # the kind of document


@dataclass(frozen=True)
class Number:
    """A figure about the deputy, with the address of the records that prove it."""

    label: str
    unit: str
    value: Decimal
    url: str


@dataclass(frozen=True)
class Owed:
    """A duty asked of the deputy, and how far she is with it."""

    duty: Duty
    fulfilment: Fulfilment


@dataclass(frozen=True)
class Part:
    """One section's lines, the earliest first, and the address of the list that has them all, or ""."""

    section: Section
    lines: tuple[Line, ...]
    url: str


@dataclass(frozen=True)
class Dossier:
    """Everything of one deputy and period until ``day``."""

    deputy: Deputy
    period: Period
    day: datetime.date
    mandates: tuple[Mandate, ...]
    standings: tuple[Standing, ...]
    numbers: tuple[Number, ...]
    duties: tuple[Owed, ...]
    parts: tuple[Part, ...]

    @property
    def point_tables(self) -> list[tuple[str, Standing]]:
        """One table for each set of rules, with the levels it is for: those of several levels are mostly scored alike."""
        alike = groupby(self.standings, key=lambda standing: standing.scored)
        tables = [list(group) for _, group in alike]
        return [("、".join(each.word for each in group) if len(tables) > 1 else "", group[0]) for group in tables]

    @property
    def is_empty(self) -> bool:
        return not any(part.lines for part in self.parts)

    def records_of(self, standing: Standing) -> list[str]:
        """For each line of a points table the address of its records, or ""."""
        code = self.deputy.code
        return [
            each.figure.records(code, self.period, each.rule.argument) if each.figure and each.value else "" for each in standing.scored
        ]

    def told(self) -> str:
        """All that it says as one text, to see whether two say the same."""
        person = [getattr(self.deputy, field.attname) for field in Deputy._meta.concrete_fields]
        seats = [[getattr(seat, field.attname) for field in Mandate._meta.concrete_fields] for seat in self.mandates]
        scored = [
            [each.level, each.total, each.peers, [[one.rule.label, one.how, one.value, one.points] for one in each.scored]]
            for each in self.standings
        ]
        owed = [[each.duty.label, each.fulfilment] for each in self.duties]
        lines = [[part.section.title, part.lines] for part in self.parts]
        return json.dumps([self.period.code, self.day, person, seats, scored, self.numbers, owed, lines], default=str, ensure_ascii=False)


def with_mandates() -> QuerySet[Deputy]:
    """Deputies as ``collect`` wants them."""
    seats = Mandate.objects.select_related("area", "electoral_district", "term__congress__area").order_by("-starts_on", "pk")
    return Deputy.objects.prefetch_related(Prefetch("mandates", seats))


def until(period: Period, today: datetime.date) -> datetime.date:
    """The last day a dossier tells of: the period's, or today while it runs."""
    return min(period.end, today)


def collect(deputies: Sequence[Deputy], period: Period, day: datetime.date | None = None) -> dict[int, Dossier]:
    """The dossiers of the deputies, who come from ``with_mandates``. Tells of the records until ``day``, today by default.

    Five queries and those of the figures, sections and duties: how many does not depend on how many deputies there are.
    Raises DomainError for a period that has not begun.
    """
    today = timezone.localdate()
    if period.start > today:
        raise DomainError(f"{period}还没有开始，没有履职档案。")
    day = day or until(period, today)
    ids = [deputy.pk for deputy in deputies]
    standings, counted = points.standings(ids, period, day)
    lines = [(section, section.lines(ids, period)) for section in dossier.sections()]
    duties = dossier.duties(ids, period)

    def numbers(deputy: Deputy) -> Iterable[Number]:
        for figure, value in points.numbers(deputy.pk, counted):
            yield Number(figure.label, figure.unit, value, figure.records(deputy.code, period, "") if value else "")

    def parts(deputy: Deputy) -> Iterable[Part]:
        for section, found in lines:
            own = tuple(sorted(found.get(deputy.pk, ()), key=lambda line: line.on))
            yield Part(section, own, section.records(deputy.code, period) if own else "")

    return {
        deputy.pk: Dossier(
            deputy=deputy,
            period=period,
            day=day,
            mandates=tuple(deputy.mandates.all()),
            standings=standings[deputy.pk],
            numbers=tuple(numbers(deputy)),
            duties=tuple(Owed(duty, duty.fulfilments[deputy.pk]) for duty in duties if deputy.pk in duty.fulfilments),
            parts=tuple(parts(deputy)),
        )
        for deputy in deputies
    }


def to_print(area: Area | None = None) -> QuerySet[Deputy]:
    """Those whose dossiers a batch prints: all in office, or those of one area."""
    seats = Mandate.objects.serving()
    return with_mandates().filter(pk__in=(seats.within(area) if area else seats).values("deputy")).order_by("code")


def request_dossier(*, actor: audit.Actor, deputy: Deputy, period: Period) -> DocumentBatch:
    """Asks for one deputy's dossier on paper. Unchanged records give the batch that is there. Raises PermissionDenied."""
    require(actor, "deputies.view_dossier", deputy)
    return _request([deputy], period, f"{deputy.name}代表履职档案（{period}）", actor)


def request_dossiers(*, actor: audit.Actor, period: Period, area: Area | None = None) -> DocumentBatch:
    """Asks for the dossiers of all deputies in office, or of those of one area. Unchanged records give the batch that is there.

    Raises PermissionDenied for an area that is not the actor's, and DomainError where nobody is in office.
    """
    require(actor, "deputies.print_dossiers_of", area)
    deputies = list(to_print(area))
    if not deputies:
        raise DomainError(f"{area.name if area else '本区'}没有在任代表，没有可以印制的履职档案。")
    where = f"，{area.name}" if area else ""
    return _request(deputies, period, f"{period}代表履职档案（{len(deputies)}份{where}）", actor)


def _request(deputies: Collection[Deputy], period: Period, title: str, actor: audit.Actor) -> DocumentBatch:
    found = collect(list(deputies), period)
    wanted = []
    for deputy in deputies:
        own = f"{deputy.name}代表履职档案（{period}）"
        wanted.append(Wanted(DOSSIER, deputy.code, own, own))
    state = "\n".join(each.told() for each in found.values())
    return documents.request_batch(key=batch_key(DOSSIER, period, f"{title}\n{state}"), title=title, actor=actor, documents=wanted)
