"""How far everybody is with a duty: the value, and whether it is met, on course, at risk or missed."""

from __future__ import annotations

import datetime
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, MutableMapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from activities.duties.subjects import EVERYBODY, FIGURE_SUBJECTS, Register, Scope, Subject, asked_of
from activities.duties.windows import Window, day_of, term_windows, windows_of
from activities.enums import DutyPeriod, DutyState, DutySubject
from activities.models import DutyRule
from congress import figures
from congress.charts import plain
from congress.figures import Figure
from congress.models import Congress
from congress.periods import Period

HALF = Decimal("0.5")
_MET = (DutyState.MET, DutyState.EXCEEDED)

Place = tuple[Window, Subject, datetime.date]
Known = list[tuple[Figure, str]] | None
_Days = MutableMapping[tuple[str, str], Mapping[int, Sequence[datetime.date]]]
_Values = Mapping[tuple[str, str, Period], Mapping[int, Decimal]]


def share_gone(since: datetime.date, end: datetime.date, day: datetime.date) -> Decimal:
    """How much of the time from one day to another (both included) is over before ``day`` begins, 0 to 1."""
    whole = (end - since).days + 1
    return min(max(Decimal((day - since).days) / whole, Decimal(0)), Decimal(1)) if whole > 0 else Decimal(1)


def state_of(
    value: Decimal, minimum: Decimal, maximum: Decimal | None, *, gone: Decimal, is_over: bool, is_share: bool = False
) -> DutyState:
    """How a value stands to what is asked.

    At or over the minimum it is met, over the maximum exceeded. Below the minimum it is missed once the period is over. Before
    that ``gone`` decides, the share of the time that is over: a subject is at risk where ``value <= minimum × gone − ½``, that
    is, where the next one is due because the middle of its even share of the time has passed. Of one asked a year, whoever has
    none is at risk from the middle of the year; of four, whoever has none from the middle of the first quarter. A share (say a
    coverage) has no steps: it is at risk where ``value < minimum × gone``.
    """
    if value >= minimum:
        return DutyState.EXCEEDED if maximum is not None and value > maximum else DutyState.MET
    if is_over:
        return DutyState.MISSED
    due = minimum * gone
    is_behind = value < due if is_share else value <= due - HALF
    return DutyState.AT_RISK if is_behind else DutyState.ON_COURSE


class Fulfilment(NamedTuple):
    """How far one subject is in one window. ``value`` is None where nobody has registered what counts."""

    rule: DutyRule
    window: Window
    subject: Subject
    since: datetime.date
    value: Decimal | None
    state: DutyState

    @property
    def is_met(self) -> bool:
        return self.state in _MET

    @property
    def is_late(self) -> bool:
        """Whether the subject came after the window had begun."""
        return self.since > self.window.start

    @property
    def lacking(self) -> Decimal:
        return max(self.rule.minimum - (self.value or 0), Decimal(0))

    @property
    def counted(self) -> list[tuple[Figure, str]]:
        """The registered figures that count, with what narrows them."""
        found = [(figures.find(each.figure), each.argument) for each in self.rule.figures.all()]
        return [(figure, argument) for figure, argument in found if figure is not None]

    @property
    def lacks(self) -> str:
        """还差 1 次, or of a coverage 还差 20%."""
        unit = next((figure.unit for figure, _ in self.counted if figure.unit), "")
        return f"还差 {plain(self.lacking)} {unit}" if unit else f"还差 {plain(self.lacking * 100)}%"

    @property
    def period(self) -> Period:
        """The days counted, as the figures' lists are asked for them."""
        return Period.span(self.since, self.window.until) if self.is_late else self.window.period

    @property
    def url(self) -> str:
        """The list of records that count: it tells the same number. For a share, the list of those who count towards it.

        A rule that adds up several figures has no one list; its page of the subject names each.
        """
        if len(self.rule.figures.all()) == 1 and self.counted:
            figure, argument = self.counted[0]
            return figure.records(self.subject.code, self.period, argument)
        return self.page

    @property
    def page(self) -> str:
        """The page about this subject and rule."""
        address = reverse("activities:duty_subject", args=[self.rule.code, self.subject.code])
        return f"{address}?{urlencode({'period': self.asked})}"

    @property
    def asked(self) -> str:
        """The code of a period that leads to this window again."""
        return self.window.period.code if self.window.term is None else Period.containing(self.window.until, "month").code


@dataclass
class _Need:
    """What is to be asked of one figure for several rules."""

    figure: Figure
    ids: set[int] = field(default_factory=set)
    arguments: set[str] = field(default_factory=set)
    first: datetime.date = datetime.date.max
    last: datetime.date = datetime.date.min


class Reckoning:
    """Reckons duty rules for everybody at once.

    ``of(rules)`` makes one query for each kind of subject and one reading of each figure, which is one or two queries, however
    many subjects, months or rules there are. A figure that can't tell the days of its records, such as a share, is asked once for
    each window, and counts from the window's first day for those who came later too.
    """

    def __init__(
        self,
        asked: Period,
        *,
        today: datetime.date | None = None,
        scope: Scope = EVERYBODY,
        within: str = "",
        home: Congress | None = None,
    ) -> None:
        self.asked, self.today = asked, today or timezone.localdate()
        self.day = day_of(asked, self.today)
        self.register = Register(asked.start, self.day, scope, within, home)
        self._terms: Mapping[int, Window] | None = None

    @property
    def terms(self) -> Mapping[int, Window]:
        if self._terms is None:
            self._terms = term_windows(self.asked, self.today)
        return self._terms

    def of(self, rules: Iterable[DutyRule]) -> dict[int, list[Fulfilment]]:
        """The fulfilments by the rule's key; give rules with ``figures`` prefetched."""
        rules = list(rules)
        places = {rule.pk: self._places(rule) for rule in rules}
        known = {rule.pk: _figures_of(rule) for rule in rules}
        days = _read_days(rules, places, known)
        values = _read_values(rules, places, known)
        return {rule.pk: list(self._reckoned(rule, places[rule.pk], known[rule.pk], days, values)) for rule in rules}

    def rows(self, rules: Iterable[DutyRule]) -> list[Fulfilment]:
        """All of them in the rules' order."""
        rules = list(rules)
        found = self.of(rules)
        return [row for rule in rules for row in found[rule.pk]]

    def _places(self, rule: DutyRule) -> list[Place]:
        terms = self.terms if rule.period == DutyPeriod.TERM else {}
        windows = windows_of(rule, self.asked, self.today, terms)
        return asked_of(rule, windows, self.register, terms) if windows else []

    def _reckoned(self, rule: DutyRule, places: list[Place], known: Known, days: _Days, values: _Values) -> Iterable[Fulfilment]:
        if known is None:
            for window, subject, since in places:
                yield Fulfilment(rule, window, subject, since, None, DutyState.NO_DATA)
            return
        dated = [days[figure.key, argument] for figure, argument in known if places and figure.days is not None]
        told = [(figure.key, argument) for figure, argument in known if figure.days is None]
        is_share = all(not figure.unit for figure, _ in known)
        minimum, maximum, nothing = rule.minimum, rule.maximum, Decimal(0)
        for window, subject, since in places:
            value = nothing
            for key, argument in told:
                value += values[key, argument, window.period].get(subject.pk, nothing)
            for found in dated:
                if records := found.get(subject.pk):
                    value += bisect_right(records, window.until) - bisect_left(records, since)
            is_over = window.end <= self.day and window.end < self.today
            gone = share_gone(since, window.end, window.until)
            state = state_of(value, minimum, maximum, gone=gone, is_over=is_over, is_share=is_share)
            yield Fulfilment(rule, window, subject, since, value, state)


def _read_days(rules: Iterable[DutyRule], places: Mapping[int, list[Place]], known: Mapping[int, Known]) -> _Days:
    """The days of all records that may count, sorted, by figure and argument: each figure is read once for all rules."""
    needs: dict[str, _Need] = {}
    for rule in rules:
        here = places[rule.pk]
        for figure, argument in known[rule.pk] or () if here else ():
            if figure.days is not None:
                need = needs.setdefault(figure.key, _Need(figure))
                need.ids.update(subject.pk for _, subject, _ in here)
                need.arguments.add(argument)
                need.first = min(need.first, *(since for _, _, since in here))
                need.last = max(need.last, *(window.until for window, _, _ in here))
    found: _Days = {}
    for key, need in needs.items():
        assert need.figure.days is not None  # only such are needed
        told = need.figure.days(need.ids, Period.span(need.first, need.last), sorted(need.arguments))
        for argument in need.arguments:
            found[key, argument] = {pk: sorted(each) for pk, each in told.get(argument, {}).items()}
    return found


def _read_values(rules: Iterable[DutyRule], places: Mapping[int, list[Place]], known: Mapping[int, Known]) -> _Values:
    """The values of figures that can't tell days, by figure, argument and the window's period: each is read once for all rules."""
    needs: dict[tuple[str, str, Period], set[int]] = {}
    for rule in rules:
        for figure, argument in known[rule.pk] or ():
            if figure.days is None:
                for window, subject, _ in places[rule.pk]:
                    needs.setdefault((figure.key, argument, window.period), set()).add(subject.pk)
    return {(key, argument, period): figures.values(key, ids, period, argument) for (key, argument, period), ids in needs.items()}


def _figures_of(rule: DutyRule) -> Known:
    """What counts towards a rule; None where a figure is missing, or counts something else than the rule's subjects."""
    found: list[tuple[Figure, str]] = []
    for each in rule.figures.all():
        figure = figures.find(each.figure)
        if figure is None or figure.subject != FIGURE_SUBJECTS[DutySubject(rule.subject)]:
            return None
        found.append((figure, each.argument))
    return found or None
