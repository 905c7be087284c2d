"""A dossier's points: editable rules over registered figures, beside peers of the same level where there are enough of them.

Everything is reckoned for many deputies at once; the number of queries depends on the rules alone.
"""

from __future__ import annotations

import datetime
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal

from django.db.models import Q

from congress import figures
from congress.charts import plain
from congress.enums import CongressLevel
from congress.figures import Figure
from congress.periods import Period
from deputies.enums import MandateStatus
from deputies.models import Mandate, PeerRule, PointRule

# A deputy of several levels reads them in this order.
LEVELS = {CongressLevel.DISTRICT: "区代表", CongressLevel.TOWN: "镇代表", CongressLevel.CITY: "市代表"}
_ZERO = Decimal(0)
_HUNDREDTH = Decimal("0.01")


@dataclass(frozen=True)
class Scored:
    """One rule's outcome. ``value`` is None while nobody has registered the rule's figure: it then counts nothing."""

    rule: PointRule
    figure: Figure | None
    value: Decimal | None
    points: Decimal

    @property
    def unit(self) -> str:
        return self.figure.unit if self.figure else ""

    @property
    def how(self) -> str:
        return explained(self.rule, self.unit)


@dataclass(frozen=True)
class Peers:
    """Everybody in office at one level on the day, the deputy among them. ``mean`` and ``place`` are None where they are too few.

    ``place`` is also None for a deputy who is not in office that day. Equal totals share a place.
    """

    count: int
    least: int
    mean: Decimal | None = None
    place: int | None = None

    @property
    def are_enough(self) -> bool:
        return self.count >= self.least


@dataclass(frozen=True)
class Standing:
    """A deputy's points by the rules of one of her levels; ``level`` is "" for somebody without a seat in the period."""

    level: str
    scored: tuple[Scored, ...]
    total: Decimal
    peers: Peers | None

    @property
    def word(self) -> str:
        return LEVELS[CongressLevel(self.level)] if self.level else "代表"

    @property
    def cap(self) -> Decimal:
        """The most there is by these rules."""
        return sum((each.rule.cap for each in self.scored), _ZERO)


class Counted:
    """The figures of many deputies in one period, each asked once.

    ``arguments`` are those that will be asked of a figure: where it can tell the days of its records, one reading answers all.
    """

    def __init__(self, deputy_ids: Collection[int], period: Period, arguments: Mapping[str, Collection[str]] | None = None) -> None:
        self.deputy_ids, self.period = list(deputy_ids), period
        self._known: dict[tuple[str, str], Mapping[int, Decimal] | None] = {}
        for key, words in (arguments or {}).items():
            figure = figures.find(key)
            if len(words) > 1 and figure is not None and figure.subject == "deputy" and figure.days is not None:
                told = figure.days(self.deputy_ids, period, sorted(words))
                for word in words:
                    self._known[key, word] = {pk: Decimal(len(days)) for pk, days in told.get(word, {}).items()}

    def of(self, key: str, argument: str = "") -> Mapping[int, Decimal] | None:
        """By deputy, who is absent where there is nothing; None while nobody has registered such a figure about deputies."""
        if (key, argument) not in self._known:
            figure = figures.find(key)
            about = figure is not None and figure.subject == "deputy"
            self._known[key, argument] = figures.values(key, self.deputy_ids, self.period, argument) if about else None
        return self._known[key, argument]


def about_deputies() -> list[Figure]:
    """The registered figures about deputies: the numbers of a dossier, and of the draft of a duty report."""
    return [figure for figure in figures.registered() if figure.subject == "deputy"]


def numbers(deputy_id: int, counted: Counted) -> list[tuple[Figure, Decimal]]:
    """Every registered figure about the deputy."""
    return [(figure, (counted.of(figure.key) or {}).get(deputy_id, _ZERO)) for figure in about_deputies()]


def current_peer_rule() -> PeerRule:
    """When points stand beside peers; the product's own default while nobody has set it."""
    return PeerRule.objects.order_by("pk").first() or PeerRule()


def points_for(rule: PointRule, value: Decimal) -> Decimal:
    """``base`` from ``needed`` on, ``per_extra`` for each whole one above it, at most ``cap``; nothing below ``needed``."""
    if value < rule.needed:
        return _ZERO
    extra = (value - rule.needed).quantize(Decimal(1), ROUND_DOWN)
    return min(rule.base + rule.per_extra * extra, rule.cap)


def explained(rule: PointRule, unit: str = "") -> str:
    """满4次得4分，每多1次加0.5分. The cap stands in a column of its own."""
    words = f"满{plain(rule.needed)}{unit}得{plain(rule.base)}分"
    more = f"，每多1{unit}加{plain(rule.per_extra)}分" if rule.per_extra else ""
    return f"{words}{more}"


def rules_of(level: str, rules: Iterable[PointRule]) -> list[PointRule]:
    """Those that score a level: its own, and those of all levels that it has not replaced."""
    rules = list(rules)
    own = {(rule.figure, rule.argument) for rule in rules if level and rule.level == level}
    return [rule for rule in rules if (rule.level == level if (rule.figure, rule.argument) in own else not rule.level)]


def standings(deputy_ids: Collection[int], period: Period, day: datetime.date) -> tuple[dict[int, tuple[Standing, ...]], Counted]:
    """Each deputy's standings, one for each level at which she had a seat in the period, and the figures they were made of.

    ``day`` is the last one that is told of: the peers of a level are those in office on it. Three queries, and one or two for
    each different figure of the rules and, where it can't tell days, argument.
    """
    rules = list(PointRule.objects.filter(is_active=True))
    least = current_peer_rule().least_peers
    held, in_office = _seats(period, day)
    asked = set(deputy_ids)
    levels = {level for deputy in asked for level in held.get(deputy, ())}
    compared = {level for level in levels if len(in_office[level]) >= least}
    arguments = {figure.key: {""} for figure in about_deputies()}
    for rule in rules:
        arguments.setdefault(rule.figure, set()).add(rule.argument)
    counted = Counted(asked.union(*(in_office[level] for level in compared)), period, arguments)
    scoring = {level: rules_of(level, rules) for level in (*levels, "")}
    totals = {
        level: {pk: sum((each.points for each in _scored(scoring[level], counted, pk)), _ZERO) for pk in in_office[level]}
        for level in compared
    }
    rising = {level: sorted(found.values()) for level, found in totals.items()}
    means = {level: (sum(found, _ZERO) / len(found)).quantize(_HUNDREDTH, ROUND_HALF_UP) for level, found in rising.items()}

    def standing(deputy: int, level: str) -> Standing:
        scored = tuple(_scored(scoring[level], counted, deputy))
        total = sum((each.points for each in scored), _ZERO)
        if not level:
            return Standing(level, scored, total, None)
        among, place = in_office[level], None
        if level in compared and deputy in among:
            place = len(among) - bisect_right(rising[level], total) + 1
        return Standing(level, scored, total, Peers(len(among), least, means.get(level), place))

    found = {
        deputy: tuple(standing(deputy, level) for level in LEVELS if level in held.get(deputy, ())) or (standing(deputy, ""),)
        for deputy in asked
    }
    return found, counted


def _scored(rules: Sequence[PointRule], counted: Counted, deputy: int) -> list[Scored]:
    found = []
    for rule in rules:
        values = counted.of(rule.figure, rule.argument)
        value = None if values is None else values.get(deputy, _ZERO)
        figure = None if values is None else figures.find(rule.figure)
        found.append(Scored(rule, figure, value, _ZERO if value is None else points_for(rule, value)))
    return found


def _seats(period: Period, day: datetime.date) -> tuple[dict[int, set[str]], dict[str, set[int]]]:
    """By deputy the levels at which she had a seat at some time of the period until the day; by level who is in office on the
    day. A seat that ended on the day is over. One query."""
    overlapping = Q(ends_on__isnull=True) | Q(ends_on__gt=period.start)
    rows = Mandate.objects.filter(overlapping, starts_on__lte=day).order_by()
    held: dict[int, set[str]] = defaultdict(set)
    in_office: dict[str, set[int]] = defaultdict(set)
    for deputy, level, status, ends_on in rows.values_list("deputy", "term__congress__level", "status", "ends_on"):
        held[deputy].add(level)
        if status == MandateStatus.ACTIVE or (status == MandateStatus.ENDED and ends_on is not None and ends_on > day):
            in_office[level].add(deputy)
    return held, in_office
