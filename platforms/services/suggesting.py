"""Suggested scores, from figures: one question per figure and argument, however many platforms there are."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

from congress import figures
from congress.periods import Period
from platforms.enums import SuggestionMethod
from platforms.models import ScoreItem

_HUNDREDTH = Decimal("0.01")


class Suggestion(NamedTuple):
    """A suggested score and the figure's value it came from; both None means 暂无系统建议."""

    score: Decimal | None = None
    value: Decimal | None = None


def suggest(item: ScoreItem, value: Decimal, step: Decimal) -> Decimal:
    """The score that a figure's value earns, on the table's scoring steps, so that an assessor can choose it as it stands."""
    if item.method == SuggestionMethod.THRESHOLD:
        return item.max_score if value >= item.full_at else Decimal(0)
    share = min(max(value / item.full_at, Decimal(0)), Decimal(1))
    return on_step(item.max_score * share, item.max_score, step)


def on_step(score: Decimal, maximum: Decimal, step: Decimal) -> Decimal:
    """The nearest scoring step, half up, never above the maximum."""
    return min((score / step).quantize(Decimal(1), ROUND_HALF_UP) * step, maximum)


class Suggestions:
    """Suggested scores of all items for all subjects. ``ids`` gives the subjects' primary keys by kind of subject."""

    def __init__(self, items: Iterable[ScoreItem], ids: Mapping[str, Iterable[int]], period: Period, step: Decimal) -> None:
        self._found: dict[int, dict[int, Suggestion]] = {}
        self._absent: dict[int, Suggestion] = {}
        answers: dict[tuple[str, str], Mapping[int, Decimal]] = {}
        for item in items:
            figure = figures.find(item.figure) if item.figure else None
            if figure is None or figure.subject != item.subject:
                continue
            asked = (item.figure, item.figure_argument)
            if asked not in answers:
                answers[asked] = figure.counts(ids[item.subject], period, item.figure_argument)
            made: dict[Decimal, Suggestion] = {}  # few different values, many subjects
            for value in {Decimal(0), *map(Decimal, answers[asked].values())}:
                made[value] = Suggestion(suggest(item, value, step), value.quantize(_HUNDREDTH, ROUND_HALF_UP))
            self._absent[item.pk] = made[Decimal(0)]
            self._found[item.pk] = {subject: made[value] for subject, value in answers[asked].items()}

    def of(self, item: ScoreItem, subject: int) -> Suggestion:
        """A subject that a figure leaves out counts as 0; an item without a figure has no suggestion."""
        absent = self._absent.get(item.pk)
        return Suggestion() if absent is None else self._found[item.pk].get(subject, absent)
