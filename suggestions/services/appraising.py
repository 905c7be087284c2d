"""The year's appraisal of units (承办单位考评), beside what it is made of; small samples are marked, not ranked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from django.db import transaction
from django.utils import timezone

from congress import figures
from congress.errors import DomainError
from congress.models import Congress, Organisation, User
from congress.periods import Period
from congress.services import audit
from suggestions.enums import ReplyState
from suggestions.models import AppraisalWeight, Handling, Reply, SpotCheck
from suggestions.services.moves import require
from suggestions.services.profiles import profile_of

_POINT = Decimal("0.1")


@dataclass(frozen=True)
class Row:
    """A unit's line: ``shares`` beside the weights, ``score`` of 100 and ``rank``, or None where the sample is too small."""

    unit: Organisation
    answered: int
    shares: tuple[Decimal | None, ...]
    score: Decimal | None
    rank: int | None


def table(congress: Congress, year: int) -> tuple[list[AppraisalWeight], list[Row]]:
    """All units that answered in the year, ranked by score; equal scores share a rank. A constant number of queries.

    A part without records (nothing promised, nothing checked) is left out, and its weight spread over the others.
    """
    profile = profile_of(congress)
    weights = list(profile.weights.order_by("position"))
    period = Period.year(year)
    units = list(Organisation.objects.filter(pk__in=Handling.objects.filter(suggestion__congress=congress).values("unit")).order_by("code"))
    ids = [unit.pk for unit in units]
    answered = figures.values("suggestions.answered", ids, period)
    columns = [figures.values(weight.figure, ids, period) for weight in weights]
    rows = []
    for unit in units:
        count = int(answered.get(unit.pk, 0))
        if count:
            shares = tuple(column.get(unit.pk) for column in columns)
            is_enough = count >= profile.least_sample
            rows.append(Row(unit, count, shares, _score(weights, shares) if is_enough else None, None))
    rows.sort(key=lambda row: (row.score is None, -(row.score or 0), row.unit.code))
    return weights, _ranked(rows)


@transaction.atomic
def spot_check(*, actor: User, reply: Reply, score: int, note: str = "") -> SpotCheck:
    """Scores a sent reply's quality, 0 to 100; again it changes the score. Raises PermissionDenied and DomainError."""
    require(actor, "suggestions.supervise_suggestion")
    if reply.state != ReplyState.SENT:
        raise DomainError("只能抽查已经发出的答复。")
    if not 0 <= score <= 100:
        raise DomainError("质量评分应为0至100分。")
    known = SpotCheck.objects.select_for_update().filter(reply=reply).first()
    if known and (known.score, known.note) == (score, note.strip()):
        return known
    row, _ = SpotCheck.objects.update_or_create(
        reply=reply, defaults={"score": score, "note": note.strip(), "checked_by": actor, "checked_on": timezone.localdate()}
    )
    audit.record(actor, "suggestions.spot_check", reply.handling.suggestion, changes={"score": [known.score if known else None, score]})
    return row


def _score(weights: Iterable[AppraisalWeight], shares: Iterable[Decimal | None]) -> Decimal:
    counted = [(weight.weight, share) for weight, share in zip(weights, shares, strict=True) if share is not None]
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
