"""Drawing a town's turns as a mixed-integer programme, solved by HiGHS.

A column says whether a deputy stands at a slot; only who may stand there has one, so that availability holds by itself. Rows
hold the number of a day and one platform a day for each deputy. Everything else costs: turns in a row, a day without a
deputy of the place, new deputies alone, wishes passed over, and load, whose cost grows with every turn above the others'.
The weights are whole numbers, so that a solution less than one above the bound is the best there is, and HiGHS runs on one
thread with a fixed seed and a bound on its tree, not on time: the same input gives the same rota on every machine.
"""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Sequence

import highspy
import numpy as np

from activities.enums import WishKind
from activities.services.rota_facts import Candidate, Town

# What a broken rule costs. Load: a turn costs LOAD for every turn it goes above an even share, so that a deputy of the place (or of experience)
# is asked once more than the others rather than not at all, but not twice more.
IN_A_ROW, NOT_LOCAL, NEW_ALONE, LOAD, RATHER_NOT, GLADLY = 20, 15, 12, 10, 6, 4
_STEPS = 8  # turns above an even share that cost ever more; beyond, all the same
_MOST_NODES = 2000  # of the tree: a town of fourteen platforms and a year is solved at its root

Chosen = dict[tuple[int, datetime.date], list[int]]


class Unsolvable(Exception):
    """HiGHS found no rota, though the numbers of every day are enough."""


def solve(town: Town) -> Chosen:
    """Who stands where: for each slot its deputies' keys, by code. Raises Unsolvable; check ``rota_rules.shortages`` first."""
    if not town.slots:
        return {}
    model = _Model(town)
    chosen = model.run()
    return {
        slot.key: [pk for pk in town.candidates if (pk, number) in model.turn and chosen[model.turn[pk, number]] > 0.5]
        for number, slot in enumerate(town.slots)
    }


class _Model:
    def __init__(self, town: Town) -> None:
        self.town = town
        self.costs: list[float] = []
        self.most: list[float] = []
        self.whole: list[bool] = []
        self.rows: list[tuple[float, float, list[int], list[int]]] = []
        self.turn: dict[tuple[int, int], int] = {}
        self.able: list[list[Candidate]] = [town.able(slot) for slot in town.slots]
        self._turns()
        self._numbers_and_places()
        self._loads()
        self._in_a_row()
        self._company()
        self._gladly()

    def _column(self, cost: float, most: float = 1, whole: bool = False) -> int:
        self.costs.append(cost)
        self.most.append(most)
        self.whole.append(whole)
        return len(self.costs) - 1

    def _row(self, low: float, high: float, columns: Sequence[int], minus: Sequence[int] = ()) -> None:
        """low ≤ sum(columns) − sum(minus) ≤ high"""
        self.rows.append((low, high, [*columns, *minus], [1] * len(columns) + [-1] * len(minus)))

    def _turns(self) -> None:
        beside = _beside(self.town)
        for number, slot in enumerate(self.town.slots):
            for each in self.able[number]:
                cost = RATHER_NOT * (WishKind.RATHER_NOT in each.wishes_on(slot.on)) + IN_A_ROW * (each.pk in beside[number])
                self.turn[each.pk, number] = self._column(cost, whole=True)

    def _numbers_and_places(self) -> None:
        by_day: dict[tuple[int, datetime.date], list[int]] = defaultdict(list)
        for number, slot in enumerate(self.town.slots):
            columns = [self.turn[each.pk, number] for each in self.able[number]]
            self._row(slot.needed, slot.needed, columns)
            for each, column in zip(self.able[number], columns, strict=True):
                by_day[each.pk, slot.on].append(column)
        for columns in by_day.values():
            if len(columns) > 1:
                self._row(0, 1, columns)

    def _loads(self) -> None:
        own: dict[int, list[int]] = defaultdict(list)
        for (pk, _), column in self.turn.items():
            own[pk].append(column)
        share = _even_share(
            {pk: len({slot.on for number, slot in enumerate(self.town.slots) if (pk, number) in self.turn}) for pk in own},
            self.town.loads,
            sum(slot.needed for slot in self.town.slots),
        )
        for pk, columns in own.items():
            had = self.town.loads.get(pk, 0)
            steps = [self._column(LOAD * (turn - share)) for turn in range(had + 1, share + _STEPS + 1)]
            steps.append(self._column(LOAD * (max(share + _STEPS, had) + 1 - share), most=len(columns)))
            self._row(0, 0, columns, steps)

    def _in_a_row(self) -> None:
        last: dict[int, int] = {}
        for number, slot in enumerate(self.town.slots):
            before = last.get(slot.platform)
            last[slot.platform] = number
            if before is None or self._stands_between(before, number):
                continue
            for each in self.able[number]:
                if (earlier := self.turn.get((each.pk, before))) is not None:
                    self._row(-np.inf, 1, [earlier, self.turn[each.pk, number]], [self._column(IN_A_ROW)])

    def _stands_between(self, before: int, number: int) -> bool:
        first, then = self.town.slots[before], self.town.slots[number]
        return any(platform == then.platform and first.on < on < then.on for platform, on in self.town.standing)

    def _company(self) -> None:
        """Each day with somebody of the place, and with somebody of experience, where there is anyone."""
        for number, slot in enumerate(self.town.slots):
            of_place = [self.turn[each.pk, number] for each in self.able[number] if each.is_of(slot.area)]
            seasoned = [self.turn[each.pk, number] for each in self.able[number] if not each.is_new(slot.on)]
            for columns, cost in ((of_place, NOT_LOCAL), (seasoned, NEW_ALONE)):
                if columns and len(columns) < len(self.able[number]):
                    self._row(1, np.inf, [*columns, self._column(cost)])

    def _gladly(self) -> None:
        """A wish for a turn between two days is met by one."""
        for each in self.town.candidates.values():
            for wish in each.wishes:
                if wish.kind != WishKind.GLADLY:
                    continue
                columns = [
                    self.turn[each.pk, number]
                    for number, slot in enumerate(self.town.slots)
                    if (each.pk, number) in self.turn and wish.holds_on(slot.on)
                ]
                if columns:
                    self._row(0, np.inf, columns, [self._column(-GLADLY)])

    def run(self) -> Sequence[float]:
        """The columns' values in the best solution. Raises Unsolvable."""
        programme = highspy.HighsLp()
        programme.num_col_, programme.num_row_ = len(self.costs), len(self.rows)
        programme.col_cost_ = np.array(self.costs, dtype=float)
        programme.col_lower_ = np.zeros(len(self.costs))
        programme.col_upper_ = np.array(self.most, dtype=float)
        programme.row_lower_ = np.array([row[0] for row in self.rows], dtype=float)
        programme.row_upper_ = np.array([row[1] for row in self.rows], dtype=float)
        programme.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
        programme.a_matrix_.start_ = np.cumsum([0, *(len(row[2]) for row in self.rows)])
        programme.a_matrix_.index_ = np.concatenate([np.array(row[2], dtype=np.int32) for row in self.rows])
        programme.a_matrix_.value_ = np.concatenate([np.array(row[3], dtype=float) for row in self.rows])
        kinds = highspy.HighsVarType
        programme.integrality_ = [kinds.kInteger if whole else kinds.kContinuous for whole in self.whole]
        highs = highspy.Highs()  # type: ignore[no-untyped-call] # the package has types for its data, not for this
        for option, value in (
            ("output_flag", False),
            ("threads", 1),
            ("random_seed", 0),
            ("mip_rel_gap", 0.0),
            ("mip_abs_gap", 0.999),
            ("mip_max_nodes", _MOST_NODES),
        ):
            highs.setOptionValue(option, value)
        highs.passModel(programme)
        highs.run()
        if highs.getInfo().primal_solution_status != highspy.SolutionStatus.kSolutionStatusFeasible:
            raise Unsolvable(highs.modelStatusToString(highs.getModelStatus()))
        return list(highs.getSolution().col_value)


def _beside(town: Town) -> list[frozenset[int]]:
    """For each slot, who stands at the platform's receptions just before and after it, where those stand already."""
    days: dict[int, list[datetime.date]] = defaultdict(list)
    for platform, on in [*town.standing, *(slot.key for slot in town.slots)]:
        days[platform].append(on)
    own = {slot.key for slot in town.slots}
    found = []
    for slot in town.slots:
        here = sorted(days[slot.platform])
        place = here.index(slot.on)
        beside = {(slot.platform, on) for on in (here[max(place - 1, 0)], here[min(place + 1, len(here) - 1)])} - own
        found.append(frozenset(pk for key in beside for pk in town.standing.get(key, ())))
    return found


def _even_share(most: dict[int, int], had: dict[int, int], needed: int) -> int:
    """The turns of each, those she has included, when all take as many as they can of the same number. At least one."""
    total = needed + sum(had.get(pk, 0) for pk in most)
    share = 1
    while share < total and sum(min(had.get(pk, 0) + most[pk], max(share, had.get(pk, 0))) for pk in most) < total:
        share += 1
    return share
