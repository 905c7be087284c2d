"""Line breaks of a document's title: whole words, in the shape of a trapezoid or a diamond (GB/T 9704-2012, 7.3.1)."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from itertools import combinations

LIMIT = 19.0  # characters of 2号 (22 pt) in a line of 156 mm, with a little air
_LATIN = 0.55  # a digit's width beside a Chinese character's


def width(text: str) -> float:
    """The text's width in Chinese characters."""
    return sum(1.0 if unicodedata.east_asian_width(char) in "WFA" else _LATIN for char in text)


def title_lines(parts: Sequence[str], limit: float = LIMIT) -> list[str]:
    """Joins the parts, none of which may be cut, into as few lines as fit, the most even of the allowed shapes.

    Allowed are a trapezoid (lines grow or shrink downwards) and a diamond (the middle is longest), never an hourglass.
    A part wider than a line is cut where the line ends.
    """
    pieces = [piece for part in parts for piece in _cut(part, limit)]
    for count in range(1, len(pieces) + 1):
        fitting = []
        for breaks in combinations(range(1, len(pieces)), count - 1):
            edges = [0, *breaks, len(pieces)]
            lines = ["".join(pieces[a:b]) for a, b in zip(edges, edges[1:], strict=False)]
            widths = [width(line) for line in lines]
            if max(widths) <= limit:
                fitting.append((_penalty(widths), lines))
        if fitting:
            return min(fitting)[1]
    return ["".join(pieces)]


def _penalty(widths: list[float]) -> tuple[int, float]:
    """How far the shape is from a good one: an hourglass last, then the more even the better."""
    hollow = any(widths[i] < widths[i - 1] and any(w > widths[i] for w in widths[i + 1 :]) for i in range(1, len(widths) - 1))
    return int(hollow), max(widths) - min(widths)


def _cut(part: str, limit: float) -> list[str]:
    pieces, current = [], ""
    for char in part:
        if width(current + char) > limit:
            pieces.append(current)
            current = ""
        current += char
    return [*pieces, current] if current else pieces
