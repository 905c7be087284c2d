"""How many were answered, and how: counted in suggestions, grouped by whatever a page compares.

``suggestions.querysets.verdicts`` says what is good and bad; the list is cut by the same words, so each number here has a list of
just as many rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from congress.periods import Period
from suggestions.enums import CommitmentState
from suggestions.models import Commitment
from suggestions.querysets import verdicts

UNIT = "handling__unit"
CATEGORY = "handling__suggestion__category"
PLACE = "handling__suggestion__proposer__area__path"
YEAR = "sent_on__year"
LEVEL = "handling__suggestion__congress__level"


@dataclass(frozen=True)
class Share:
    """``good`` of ``total``; ``rate`` is None where there is nothing to judge by."""

    good: int = 0
    total: int = 0

    @property
    def rate(self) -> Decimal | None:
        return Decimal(self.good) / self.total if self.total else None

    def __add__(self, other: Share) -> Share:
        return Share(self.good + other.good, self.total + other.total)


@dataclass(frozen=True)
class Counts:
    """One line: suggestions answered, and of them 按期答复、面商、满意（已评价的）、办成; promises that fell due and were kept (落实)."""

    answered: int = 0
    timely: Share = Share()
    consulted: Share = Share()
    satisfied: Share = Share()
    settled: Share = Share()
    kept: Share = Share()

    @property
    def unjudged(self) -> int:
        """Answered, and judged by nobody: counted apart, in no rate of satisfaction."""
        return self.answered - self.satisfied.total

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.answered + other.answered,
            self.timely + other.timely,
            self.consulted + other.consulted,
            self.satisfied + other.satisfied,
            self.settled + other.settled,
            self.kept + other.kept,
        )


def answers(period: Period | None, by: str | None, level: str = "") -> dict[Any, Counts]:
    """Counts by a column of replies (None: all together, under the key None), without promises. One query."""
    rows = verdicts.with_settlement(verdicts.first_replies(period))
    if level:
        rows = rows.filter(**{LEVEL: level})
    satisfied = verdicts.satisfied()
    rows = rows.annotate(
        is_late=verdicts.timely().bad,
        is_silent=verdicts.consulted().bad,
        is_judged=satisfied.counted,
        is_refused=satisfied.bad,
    )
    counted = _grouped(
        rows,
        by,
        verdicts.SUGGESTION,
        late=Q(is_late=True),
        silent=Q(is_silent=True),
        judged=Q(is_judged=True),
        refused=Q(is_refused=True),
        unsettled=verdicts.settled().bad,
    )
    return {
        key: Counts(
            row["total"],
            Share(row["total"] - row["late"], row["total"]),
            Share(row["total"] - row["silent"], row["total"]),
            Share(row["judged"] - row["refused"], row["judged"]),
            Share(row["total"] - row["unsettled"], row["total"]),
        )
        for key, row in counted.items()
        if row["total"]
    }


def promises(period: Period | None, by: str | None, level: str = "") -> dict[Any, Share]:
    """落实: promises that fell due in the period, and those of them that the deputies call kept. ``by`` as in ``answers``. One query."""
    rows = Commitment.objects.order_by()
    if period is not None:
        rows = rows.filter(due_on__range=(period.start, period.end))
    if level:
        rows = rows.filter(**{f"reply__{LEVEL}": level})
    column = {None: None, YEAR: "due_on__year"}.get(by, f"reply__{by}")
    counted = _grouped(rows, column, "pk", kept=Q(state=CommitmentState.KEPT))
    return {key: Share(row["kept"], row["total"]) for key, row in counted.items() if row["total"]}


def both(period: Period | None, by: str | None, level: str = "") -> dict[Any, Counts]:
    """Answers with promises. Two queries."""
    found = answers(period, by, level)
    for key, share in promises(period, by, level).items():
        before = found.get(key, Counts())
        found[key] = Counts(before.answered, before.timely, before.consulted, before.satisfied, before.settled, share)
    return found


def rates(
    rows: QuerySet[Any], subject: str, ids: Any, bad: Any, counted: Any = None, what: str = verdicts.SUGGESTION
) -> Mapping[int, Decimal]:
    """The share without ``bad`` among those ``counted``, by subject. One query."""
    rows = rows.filter(**{f"{subject}__in": list(ids)})
    rows = rows if counted is None else rows.filter(counted)
    found = _grouped(
        rows.annotate(is_bad=bad) if not isinstance(bad, Q) else rows, subject, what, bad=bad if isinstance(bad, Q) else Q(is_bad=True)
    )
    return {key: Decimal(row["total"] - row["bad"]) / row["total"] for key, row in found.items()}


def _grouped(rows: QuerySet[Any], by: str | None, what: str, **marks: Q) -> dict[Any, dict[str, int]]:
    """Distinct ``what`` by group, in all and with each mark."""
    counts = {name: Count(what, filter=mark, distinct=True) for name, mark in marks.items()}
    if by is None:
        return {None: rows.order_by().aggregate(total=Count(what, distinct=True), **counts)}
    grouped = rows.order_by().values(by).annotate(total=Count(what, distinct=True), **counts)
    return {row.pop(by): row for row in grouped}
