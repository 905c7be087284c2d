"""Clocks against days worked out apart from the code, from the published holiday notices (deadlines.csv)."""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from congress.errors import DomainError
from congress.models import CalendarDay
from congress.services.audit import SYSTEM
from congress.workdays import Calendar
from suggestions.defaults.profiles import DEFAULT, PROFILES
from suggestions.enums import ClockAct, ClockState, LimitKind
from suggestions.models import Clock, ProfileLimit
from suggestions.services import clocks, profiles
from tests.factories.suggestions import SuggestionFactory

DAY = datetime.date
FIRST_DAY = DAY(2024, 11, 30)
TABLE = list(csv.DictReader(Path(__file__).with_name("deadlines.csv").read_text(encoding="utf8").splitlines()))


@pytest.fixture
def suggestion(db):
    return SuggestionFactory()


def started(suggestion, kind=LimitKind.ANSWER, on=FIRST_DAY) -> Clock:
    (clock,) = clocks.start(actor=SYSTEM, suggestion=suggestion, kinds=[kind], on=on)
    return clock


def test_the_table_has_every_limit_of_every_profile():
    wanted = {(name, kind.value, limit) for name, limits in PROFILES.items() for kind, limit in limits.items()}
    assert {(row["profile"], row["kind"], row["limit"]) for row in TABLE} == wanted


@pytest.mark.parametrize("name", PROFILES)
def test_deadlines_agree_with_the_table(suggestion, name):
    profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits=PROFILES[name])
    rows = [row for row in TABLE if row["profile"] == name]
    for day in sorted({row["starts_on"] for row in rows}):
        made = clocks.start(actor=SYSTEM, suggestion=suggestion, kinds=LimitKind, on=DAY.fromisoformat(day))
        expected = {row["kind"]: row["due_on"] for row in rows if row["starts_on"] == day}
        assert {clock.kind: clock.due_on.isoformat() for clock in made} == expected


def test_a_congress_starts_with_the_default_rules(suggestion):
    profile = profiles.profile_of(suggestion.congress)
    assert profiles.profile_of(suggestion.congress) == profile
    assert profiles.limits_of(profile) == {kind.value: limit for kind, limit in PROFILES[DEFAULT].items()}
    assert [(row.label, row.weight) for row in profile.weights.all()][0] == ("按期答复", 20)


def test_changing_the_rules_moves_no_running_clock(suggestion):
    clock = started(suggestion)
    profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits={LimitKind.ANSWER: "1m"})
    clock.refresh_from_db()
    assert (clock.limit, clock.due_on) == ("3m", DAY(2025, 2, 28))
    assert started(suggestion).due_on == DAY(2024, 12, 30)
    with pytest.raises(DomainError, match="无法识别"):
        profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits={LimitKind.ANSWER: "3 weeks"})
    assert ProfileLimit.objects.get().limit == "1m"


@pytest.mark.parametrize(
    ("start", "months", "due"),
    [
        (DAY(2024, 11, 30), 1, DAY(2025, 3, 31)),  # the corresponding day is a Sunday
        (DAY(2024, 11, 30), 3, DAY(2025, 5, 30)),
        (DAY(2025, 10, 31), 1, DAY(2026, 2, 28)),  # a Saturday worked for the Spring Festival
        (DAY(2025, 10, 31), 3, DAY(2026, 4, 30)),
        (DAY(2023, 11, 30), 1, DAY(2024, 4, 1)),
    ],
)
def test_an_extension_is_reckoned_from_the_first_day(suggestion, start, months, due):
    clock = clocks.extend(actor=SYSTEM, clock=started(suggestion, on=start), months=months, on=start, reason="涉及面广")
    assert clock.due_on == due
    assert list(clock.events.values_list("act", "due_on", "reason"))[1] == (ClockAct.EXTENDED, due, "涉及面广")


@pytest.mark.parametrize(
    ("kind", "start", "paused", "resumed", "due"),
    [
        (LimitKind.RETURN, DAY(2025, 9, 22), DAY(2025, 9, 26), DAY(2025, 10, 9), DAY(2025, 10, 16)),  # six working days were left
        (LimitKind.ANSWER, DAY(2025, 6, 30), DAY(2025, 8, 1), DAY(2025, 8, 15), DAY(2025, 10, 14)),  # sixty days were left
        (LimitKind.ANSWER, DAY(2025, 6, 30), DAY(2025, 9, 30), DAY(2025, 10, 10), DAY(2025, 10, 10)),  # its last day
    ],
)
def test_what_was_left_at_a_pause_is_counted_after_it(suggestion, kind, start, paused, resumed, due):
    clock = started(suggestion, kind, start)
    clocks.pause(actor=SYSTEM, clock=clock, on=paused, reason="代表要求补充材料")
    with pytest.raises(DomainError, match="只有正在计时"):
        clocks.extend(actor=SYSTEM, clock=clock, months=1, on=paused, reason="")
    clocks.resume(actor=SYSTEM, clock=clock, on=resumed)
    clock.refresh_from_db()
    assert (clock.state, clock.due_on) == (ClockState.RUNNING, due)
    acts = [ClockAct.STARTED, ClockAct.PAUSED, ClockAct.RESUMED]
    assert list(clock.events.values_list("act", flat=True)) == acts
    assert clocks.resume(actor=SYSTEM, clock=clock, on=resumed).events.count() == 3


def test_a_clock_stops_once(suggestion):
    clock = started(suggestion)
    for day in (DAY(2025, 1, 6), DAY(2025, 1, 7)):
        clocks.stop(actor=SYSTEM, clocks=Clock.objects.all(), on=day)
    clock.refresh_from_db()
    assert (clock.state, clock.stopped_on, clock.events.count()) == (ClockState.STOPPED, DAY(2025, 1, 6), 2)
    with pytest.raises(DomainError, match="已经办毕"):
        clocks.pause(actor=SYSTEM, clock=clock, on=DAY(2025, 1, 8), reason="")


def test_a_holiday_notice_moves_clocks_that_nobody_moved(suggestion):
    plain, extended = started(suggestion), started(suggestion)
    clocks.extend(actor=SYSTEM, clock=extended, months=1, on=DAY(2025, 1, 6), reason="")
    before = Calendar.load()
    CalendarDay.objects.create(date=DAY(2025, 2, 28), is_workday=False, name="临时放假")
    assert clocks.recompute(before, Calendar.load(), SYSTEM) == 1
    plain.refresh_from_db()
    extended.refresh_from_db()
    assert (plain.due_on, extended.due_on) == (DAY(2025, 3, 3), DAY(2025, 3, 31))
    assert clocks.recompute(before, Calendar.load(), SYSTEM) == 0
