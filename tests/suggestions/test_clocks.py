"""Clocks against days worked out apart from the code, from the published holiday notices.

The three tables beside this file (``deadlines.csv``, ``extensions.csv``, ``second_rounds.csv``) were filled by a script of thirty
lines that shares nothing with the product: it reads the State Council's yearly notices from a list of days off and of weekends
worked (2004 to 2026), steps day by day for working days, takes the same day of the month or the month's last for months (民法典
art. 202), and goes on to the next working day from a last day that is off (art. 203). The first day is not counted (art. 201).
What the regulations set is in the domain notes; where one sets no limit, the table has none.
"""

from __future__ import annotations

import csv
import datetime
from pathlib import Path

import pytest

from congress.errors import DomainError
from congress.models import CalendarDay
from congress.services.audit import SYSTEM
from congress.workdays import Calendar, parse_date
from suggestions.defaults.profiles import DEFAULT, PROFILES
from suggestions.enums import ClockAct, ClockState, LimitKind
from suggestions.models import Clock, ProfileLimit
from suggestions.services import clocks, profiles
from tests.factories.suggestions import SuggestionFactory

DAY = datetime.date
FIRST_DAY = DAY(2024, 11, 30)


def table(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader(Path(__file__).with_name(name).read_text(encoding="utf8").splitlines()))


TABLE, EXTENSIONS, SECOND_ROUNDS = table("deadlines.csv"), table("extensions.csv"), table("second_rounds.csv")


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
def test_the_table_has_the_days_on_which_reckonings_go_wrong(name):
    rows = [row for row in TABLE if row["profile"] == name]
    starts = {row["starts_on"] for row in rows}
    # A leap day, ends of months, the eve of the Spring Festival, weekends that are worked.
    assert starts >= {"2024-02-29", "2024-01-31", "2025-08-31", "2025-12-31", "2025-01-24", "2025-09-28"}
    due = [DAY.fromisoformat(row["due_on"]) for row in rows]
    assert DAY(2024, 2, 29) in due  # 30 November and three months, or 31 January and one
    assert {DAY(2025, 2, 28), DAY(2026, 2, 28)} <= set(due)  # there is no 29th, 30th or 31st
    assert any(day.weekday() > 4 for day in due)  # a Saturday or Sunday worked for a holiday is a last day
    moved = [row for row in rows if row["limit"].endswith("m") and row["due_on"][8:] not in {row["starts_on"][8:], "28", "29", "30"}]
    assert moved  # the corresponding day was off


@pytest.mark.parametrize("name", PROFILES)
def test_deadlines_agree_with_the_table(suggestion, name):
    profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits=PROFILES[name])
    rows = [row for row in TABLE if row["profile"] == name]
    for day in sorted({row["starts_on"] for row in rows}):
        made = clocks.start(actor=SYSTEM, suggestion=suggestion, kinds=LimitKind, on=DAY.fromisoformat(day))
        expected = {row["kind"]: row["due_on"] for row in rows if row["starts_on"] == day}
        assert {clock.kind: clock.due_on.isoformat() for clock in made} == expected


@pytest.mark.parametrize("name", PROFILES)
def test_extensions_agree_with_the_table(suggestion, name):
    """One, two or three months more, of the ordinary and of the long answer."""
    profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits=PROFILES[name])
    calendar, found, expected = Calendar.load(), {}, {}
    for row in EXTENSIONS:
        if row["profile"] != name:
            continue
        start, key = DAY.fromisoformat(row["starts_on"]), (row["starts_on"], row["kind"], row["months"])
        given = {"actor": SYSTEM, "on": start, "calendar": calendar}
        (clock,) = clocks.start(suggestion=suggestion, kinds=[LimitKind(row["kind"])], **given)
        clocks.extend(clock=clock, months=int(row["months"]), reason="涉及面广", **given)
        found[key], expected[key] = clock.due_on.isoformat(), row["due_on"]
    assert len(expected) == 30 and found == expected


@pytest.mark.parametrize("name", PROFILES)
def test_second_rounds_agree_with_the_table(suggestion, name):
    """The deputy's own limit from the reply, then that of handling again from her refusal, and a month more of it."""
    profiles.set_limits(actor=SYSTEM, profile=profiles.profile_of(suggestion.congress), limits=PROFILES[name])
    rows = [row for row in SECOND_ROUNDS if row["profile"] == name]
    for row in rows:
        replied, judged = DAY.fromisoformat(row["replied_on"]), DAY.fromisoformat(row["judged_on"])
        first = clocks.start(actor=SYSTEM, suggestion=suggestion, kinds=[LimitKind.EVALUATE], on=replied)
        again = clocks.start(actor=SYSTEM, suggestion=suggestion, kinds=[LimitKind.REHANDLE], on=judged, round=2)
        assert [clock.due_on.isoformat() for clock in first] == ([row["judge_by"]] if row["judge_by"] else [])
        assert [(clock.due_on.isoformat(), clock.round) for clock in again] == ([(row["again_by"], 2)] if row["again_by"] else [])
        for clock in again:
            clocks.extend(actor=SYSTEM, clock=clock, months=1, on=judged, reason="涉及面广")
            assert clock.due_on.isoformat() == row["again_by_extended"]
    assert len(rows) == 4


@pytest.mark.parametrize("text", ["2026-02-29", "2025-06-31", "2026-13-01", "2026-00-10", "三月三十一日", ""])
def test_a_day_that_does_not_exist_is_named(text):
    with pytest.raises(DomainError, match=f"^日期“{text}”无法识别。请写作 2026-11-23。$"):
        parse_date(text)


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
