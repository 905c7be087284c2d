"""The demo's parts: run in order, each with a generator of its own."""

from random import Random

import pytest

from congress import demo
from congress.demo import Part


@pytest.fixture(autouse=True)
def alone(monkeypatch):
    monkeypatch.setattr(demo, "_parts", {})


def test_parts_run_by_position_with_equal_generators():
    ran: list[tuple[str, float]] = []

    def part(key: str, position: int) -> Part:
        return Part(key, position, lambda random: ran.append((key, random.random())))

    for each in (part("b", 20), part("c", 10), part("a", 20)):
        demo.register(each)
    demo.load_parts(2026)
    first = Random(2026).random()
    assert ran == [("c", first), ("a", first), ("b", first)]


def test_a_key_is_taken_once():
    part = Part("a", 1, lambda random: None)
    demo.register(part)
    demo.register(part)
    with pytest.raises(ValueError, match="registered twice"):
        demo.register(Part("a", 2, lambda random: None))
