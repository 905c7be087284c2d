"""The year's appraisal of units (承办单位考评), beside what it is made of; small samples are marked, not ranked.

Until it is settled (定稿) the table is reckoned anew each time; then it stays as it was, whatever changes later.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from django.db import transaction
from django.utils import timezone

from congress import figures
from congress.errors import DomainError
from congress.models import Congress, Organisation, User
from congress.periods import Period
from congress.services import audit
from suggestions.models import Appraisal, Handling
from suggestions.services.moves import require
from suggestions.services.profiles import profile_of

_POINT = Decimal("0.1")
ANSWERED, KEPT = "suggestions.answered", "suggestions.fulfilment_rate"


@dataclass(frozen=True)
class Part:
    """What a unit is appraised by: a figure, its name and what it weighs; 0 for what is only told beside the score."""

    figure: str
    label: str
    weight: Decimal


@dataclass(frozen=True)
class Row:
    """A unit's line: ``shares`` beside the parts, ``score`` of 100 and ``rank``, or None where the sample is too small."""

    unit: Organisation
    answered: int
    shares: tuple[Decimal | None, ...]
    score: Decimal | None
    rank: int | None


@dataclass(frozen=True)
class Sheet:
    """A year's table. ``settled`` is its record once it is settled; ``least`` is the smallest sample that is ranked."""

    year: int
    parts: Sequence[Part]
    rows: Sequence[Row]
    least: int
    settled: Appraisal | None = None


def table(congress: Congress, year: int) -> tuple[Sequence[Part], Sequence[Row]]:
    """The parts and the lines as the records stand now; ``sheet`` gives a settled year as it was."""
    now = _reckon(congress, year)
    return now.parts, now.rows


def sheet(congress: Congress, year: int) -> Sheet:
    """The year's table: as settled, else as the records stand. A constant number of queries."""
    settled = Appraisal.objects.filter(congress=congress, year=year).select_related("settled_by").first()
    return _reckon(congress, year) if settled is None else _read(settled)


@transaction.atomic
def settle(*, actor: User, congress: Congress, year: int) -> Appraisal:
    """定稿: the table as it stands now is kept. A second call gives the one that is kept.

    Raises PermissionDenied, and DomainError for a year to come or where nothing was answered.
    """
    require(actor, "suggestions.appraise_units")
    Congress.objects.select_for_update().get(pk=congress.pk)  # two at once: the second finds the first's
    if found := Appraisal.objects.filter(congress=congress, year=year).first():
        return found
    if year > timezone.localdate().year:
        raise DomainError(f"{year}年还没有到，不能定稿。")
    now = _reckon(congress, year)
    if not now.rows:
        raise DomainError(f"{year}年还没有单位答复建议，没有可以定稿的考评。")
    row = Appraisal.objects.create(congress=congress, year=year, content=_written(now), settled_by=actor, settled_on=timezone.localdate())
    audit.record(actor, "suggestions.settle_appraisal", row, changes={"year": [None, year]}, ref=str(year))
    return row


@transaction.atomic
def reopen(*, actor: User, congress: Congress, year: int, reason: str) -> None:
    """Lets a settled table be reckoned again. Raises DomainError without a reason. For a year that is not settled a no-op."""
    require(actor, "suggestions.appraise_units")
    row = Appraisal.objects.select_for_update().filter(congress=congress, year=year).first()
    if row is None:
        return
    if not reason.strip():
        raise DomainError("请写明撤销定稿的原因。")
    audit.record(actor, "suggestions.reopen_appraisal", row, changes={"content": [row.content, None]}, reason=reason.strip(), ref=str(year))
    row.delete()


def _reckon(congress: Congress, year: int) -> Sheet:
    """Units that answered in the year, ranked by score; equal scores share a rank.

    A part without records (nothing promised, nothing checked) is left out, and its weight spread over the others. 落实率 is
    told also where it weighs nothing.
    """
    profile = profile_of(congress)
    parts = [Part(row.figure, row.label, row.weight) for row in profile.weights.order_by("position", "pk") if figures.find(row.figure)]
    if KEPT not in {part.figure for part in parts}:
        parts.append(Part(KEPT, "承诺落实", Decimal()))
    period = Period.year(year)
    handled = Handling.objects.filter(suggestion__congress=congress).order_by().values("unit")
    units = list(Organisation.objects.filter(pk__in=handled).order_by("code"))
    ids = [unit.pk for unit in units]
    answered = figures.values(ANSWERED, ids, period)
    columns = [figures.values(part.figure, ids, period) for part in parts]
    rows = []
    for unit in units:
        count = int(answered.get(unit.pk, 0))
        if count:
            shares = tuple(column.get(unit.pk) for column in columns)
            is_enough = count >= profile.least_sample
            rows.append(Row(unit, count, shares, _score(parts, shares) if is_enough else None, None))
    rows.sort(key=lambda row: (row.score is None, -(row.score or 0), row.unit.code))
    return Sheet(year, parts, _ranked(rows), profile.least_sample)


def _score(parts: Iterable[Part], shares: Iterable[Decimal | None]) -> Decimal:
    counted = [(part.weight, share) for part, share in zip(parts, shares, strict=True) if share is not None]
    total = sum((weight for weight, _ in counted), Decimal())
    gained = sum((weight * share for weight, share in counted), Decimal())
    return (gained / total * 100).quantize(_POINT, ROUND_HALF_UP) if total else Decimal()


def _ranked(rows: list[Row]) -> list[Row]:
    ranked: list[Row] = []
    for position, row in enumerate(rows, start=1):
        shares_rank = ranked and ranked[-1].score == row.score
        rank = None if row.score is None else ranked[-1].rank if shares_rank else position
        ranked.append(Row(row.unit, row.answered, row.shares, row.score, rank))
    return ranked


# ---- a settled table on record


def _written(now: Sheet) -> dict[str, Any]:
    def text(value: Decimal | None) -> str | None:
        return None if value is None else str(value)

    return {
        "least": now.least,
        "parts": [[part.figure, part.label, str(part.weight)] for part in now.parts],
        "rows": [
            {
                "unit": row.unit.code,
                "name": row.unit.name,
                "answered": row.answered,
                "shares": [text(share) for share in row.shares],
                "score": text(row.score),
                "rank": row.rank,
            }
            for row in now.rows
        ],
    }


def _read(kept: Appraisal) -> Sheet:
    content = kept.content
    units = Organisation.objects.in_bulk([row["unit"] for row in content["rows"]], field_name="code")

    def number(text: str | None) -> Decimal | None:
        return None if text is None else Decimal(text)

    rows = [
        Row(
            units.get(row["unit"]) or Organisation(code=row["unit"], name=row["name"]),  # one that was given up since
            row["answered"],
            tuple(number(share) for share in row["shares"]),
            number(row["score"]),
            row["rank"],
        )
        for row in content["rows"]
    ]
    parts = [Part(figure, label, Decimal(weight)) for figure, label, weight in content["parts"]]
    return Sheet(kept.year, parts, rows, content["least"], kept)
