"""The draw: even, never one's own, never mutual, no repeat where one can be avoided, the same for the same seed."""

import os
import subprocess
import sys

import pytest

from congress.errors import DomainError
from platforms.services.draw import draw


def codes(number: int) -> list[str]:
    return [f"4699011{n:04d}" for n in range(number)]


def assert_is_fair(pairs: dict[str, str], units: list[str]) -> None:
    assert sorted(pairs) == sorted(units)
    assert sorted(pairs.values()) == sorted(units), "each assesses exactly one"
    assert all(area != assessor for area, assessor in pairs.items()), "nobody assesses itself"
    assert all(pairs[assessor] != area for area, assessor in pairs.items()), "no two assess each other"


@pytest.mark.parametrize("number", [*range(3, 16), 40, 137])
def test_is_fair_and_repeats_nothing_for_twenty_rounds_in_a_row(number):
    units, previous = codes(number), {}
    for seed in range(20):
        pairs = draw(units, previous, str(seed))
        assert_is_fair(pairs, units)
        assert not [area for area in units if previous.get(area) == pairs[area]]
        previous = pairs


def test_three_units_take_turns():
    units = codes(3)
    first = draw(units, {}, "a")
    assert draw(units, first, "b") == {assessor: area for area, assessor in first.items()}


def test_gives_one_circle():
    pairs = draw(codes(12), {}, "圈")
    seen, unit = [], codes(1)[0]
    for _ in pairs:
        unit = pairs[unit]
        seen.append(unit)
    assert sorted(seen) == codes(12)


def test_same_seed_same_draw_whatever_the_order_of_the_input():
    units = codes(30)
    assert draw(units, {}, "2026Q3") == draw(reversed(units), {}, "2026Q3") == draw(set(units), {}, "2026Q3")
    assert draw(units, {}, "2026Q3") != draw(units, {}, "2026Q4")


def test_does_not_depend_on_the_hash_seed_of_the_process():
    program = "from platforms.services.draw import draw; print(sorted(draw({str(n) for n in range(20)}, {}, 'x').items()))"
    said = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, text=True, check=True
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(said) == 1


def test_units_that_came_and_went_are_no_trouble():
    before = draw(codes(12), {}, "a")
    units = [*codes(9), "新设街道"]
    pairs = draw(units, before, "b")
    assert_is_fair(pairs, units)
    assert not [area for area in units if before.get(area) == pairs[area]]


@pytest.mark.parametrize("number", [5, 30])
def test_repeats_as_little_as_possible_where_an_uneven_last_round_leaves_no_choice(number):
    units = codes(number)
    uneven = dict.fromkeys(units[1:], units[0])  # the first one assessed all others
    pairs = draw(units, uneven, "s")
    assert_is_fair(pairs, units)
    assert sum(uneven.get(area) == assessor for area, assessor in pairs.items()) == 1


def test_small_draws_are_equally_likely():
    units = codes(4)
    previous = {units[0]: units[1], units[1]: units[2], units[2]: units[3], units[3]: units[0]}
    drawn = {tuple(sorted(draw(units, previous, str(seed)).items())) for seed in range(60)}
    assert len(drawn) == 1, "only the reverse circle repeats nothing and is no pair"
    free = {tuple(sorted(draw(units, {}, str(seed)).items())) for seed in range(200)}
    assert len(free) == 6


@pytest.mark.parametrize("number", [0, 1, 2])
def test_refuses_fewer_than_three(number):
    with pytest.raises(DomainError, match=f"至少要有3个镇（街道）参加，现在只有{number}个"):
        draw(codes(number), {}, "s")


def test_three_thousand_units_are_drawn_at_once():
    units = codes(3000)
    before = draw(units, {}, "a")
    pairs = draw(units, before, "b")
    assert_is_fair(pairs, units)
    assert not [area for area in units if before[area] == pairs[area]]
