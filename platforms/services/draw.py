"""The draw (抽签): who assesses whom. Pure arithmetic: same areas, same last round, same seed, same draw."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import permutations
from random import Random

from congress.errors import DomainError

FEWEST_UNITS = 3
_LISTED = 7  # up to this many units every possible circle is looked at: at most 6! = 720
_TRIES = 200


def draw(area_codes: Iterable[str], previous: Mapping[str, str], seed: str) -> dict[str, str]:
    """Answers {area: assessor} for all areas. ``previous`` is the last round's, in the same form.

    The units stand in one random circle and each is assessed by the next. So each assesses one and is assessed by one
    (even load), nobody assesses itself, and with three or more no two assess each other. Among the circles, those that
    repeat none of the last round's pairs are equally likely; a pair repeats only where no circle avoids it.

    With four or more units such a circle always exists when the last round was an even draw: it takes from each unit at
    most one way out and one way in, leaving n − 2 ≥ n ÷ 2 of both, which is Ghouila-Houri's condition for a directed
    Hamiltonian circle. With three units the two circles take turns.

    Raises DomainError when there are fewer than three.
    """
    codes = sorted(set(area_codes))
    if len(codes) < FEWEST_UNITS:
        raise DomainError(f"交叉考评至少要有{FEWEST_UNITS}个镇（街道）参加，现在只有{len(codes)}个。请先录入或启用参加考评的镇（街道）。")
    random = Random(seed)  # a text seed is hashed with SHA-512, whatever PYTHONHASHSEED says
    return _best(_every_circle(codes) if len(codes) <= _LISTED else _some_circles(codes, random), previous, random, len(codes) <= _LISTED)


def _best(circles: Iterable[list[str]], previous: Mapping[str, str], random: Random, listed: bool) -> dict[str, str]:
    """One of the circles with the fewest repeats: any of them at random when all are listed, else the first found."""
    fewest, best = None, []
    for circle in circles:
        repeats = sum(previous.get(area) == assessor for area, assessor in _pairs(circle))
        if fewest is None or repeats < fewest:
            fewest, best = repeats, [circle]
        elif repeats == fewest and listed:
            best.append(circle)
        if repeats == 0 and not listed:
            break
    return dict(_pairs(random.choice(best)))


def _every_circle(codes: list[str]) -> Iterator[list[str]]:
    first, *others = codes
    return ([first, *order] for order in permutations(others))


def _some_circles(codes: list[str], random: Random) -> Iterator[list[str]]:
    """Random circles. About e⁻¹ of them repeat nothing, however many units there are, so three are looked at on average.

    All ``_TRIES`` fail with probability below 10⁻³⁰ after an even draw; after an uneven one, edited by hand, a repeat may
    be unavoidable and the best one found is taken.
    """
    for _ in range(_TRIES):
        random.shuffle(codes)
        yield list(codes)


def _pairs(circle: list[str]) -> Iterator[tuple[str, str]]:
    return zip(circle, circle[1:] + circle[:1], strict=True)
