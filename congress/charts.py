"""Every chart of the product: plain SVG, drawn on the server, the same on a page and on paper.

On a page a mark carries a class and the style sheet colours it, in light and dark. On paper (``paper=True``) it carries
presentation attributes, because a PDF has no style sheet for SVG and is printed in black. Each chart opens with a
``<title>`` that says its values, for screen readers and for the tags of the PDF.

Lengths are in user units: 14 units are one line of text. A chart of ``width`` 600 across 156 mm of paper has text of
3.6 mm.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal

from django.utils.html import escape
from django.utils.safestring import SafeString

Number = Decimal | float | int

TEXT = 14  # height of the letters
# No space after the commas: WeasyPrint 70 would look for a face whose name begins with one.
_FACES = "黑体,SimHei,'Noto Sans SC','Noto Sans CJK SC',sans-serif"
# kind of mark → (class on a page, attributes on paper)
_INK = {
    "now": ("c-now", 'fill="#333"'),
    "mid": ("c-now", 'fill="#888"'),
    "low": ("c-low", 'fill="#bbb"'),
    "bar": ("c-bar", 'fill="#ddd"'),
    "old": ("c-old", 'fill="#fff" stroke="#333" stroke-width="1.5"'),
    "link": ("c-link", 'fill="none" stroke="#bbb" stroke-width="4" stroke-linecap="round"'),
    "axis": ("c-axis", 'fill="none" stroke="#999" stroke-width="1"'),
    "grid": ("c-axis", 'fill="none" stroke="#ccc" stroke-width="1"'),
    "mean": ("c-mean", 'fill="none" stroke="#a4161a" stroke-width="1.5"'),
    "line": ("c-line", 'fill="none" stroke="#a4161a" stroke-width="2.5"'),
    "other": ("c-mean", 'fill="none" stroke="#666" stroke-width="1.5" stroke-dasharray="5 4"'),
    "dot": ("c-now", 'fill="#a4161a"'),
    "square": ("c-bar", 'fill="#666"'),
}


@dataclass(frozen=True)
class Bar:
    """One row of a bar chart. ``said`` stands at its end, the value itself when empty; ``tone`` is now, mid or low."""

    label: str
    value: Number
    said: str = ""
    tone: str = "now"


@dataclass(frozen=True)
class Point:
    """One period of a trend. ``label`` may hold a space where it breaks into two lines; None means no value."""

    label: str
    value: Number | None
    other: Number | None = None


class _Sheet:
    """Collects the marks of one chart."""

    def __init__(self, paper: bool) -> None:
        self.paper = paper
        self.marks: list[str] = []

    def ink(self, kind: str) -> str:
        name, attributes = _INK[kind]
        return attributes if self.paper else f'class="{name}"'

    def rect(self, kind: str, x: float, y: float, width: float, height: float, radius: float = 0) -> None:
        rounded = f' rx="{_n(radius)}"' if radius else ""
        self.marks.append(f'<rect {self.ink(kind)} x="{_n(x)}" y="{_n(y)}" width="{_n(width)}" height="{_n(height)}"{rounded}/>')

    def circle(self, kind: str, x: float, y: float, radius: float) -> None:
        self.marks.append(f'<circle {self.ink(kind)} cx="{_n(x)}" cy="{_n(y)}" r="{_n(radius)}"/>')

    def path(self, kind: str, steps: str) -> None:
        self.marks.append(f'<path {self.ink(kind)} d="{steps}"/>')

    def text(self, x: float, y: float, words: str, anchor: str = "start") -> None:
        self.marks.append(f'<text x="{_n(x)}" y="{_n(y)}" text-anchor="{anchor}">{escape(words)}</text>')

    def svg(self, width: float, height: float, title: str) -> SafeString:
        """The finished chart; without a title it is decoration, and hidden from screen readers."""
        told = 'role="img"' if title else 'aria-hidden="true"'
        faces = f' font-family="{_FACES}" font-size="{TEXT}"' if self.paper else ""
        name = f"<title>{escape(title)}</title>" if title else ""
        # SECURITY: safe because every word went through escape() and all else is numbers.
        return SafeString(f'<svg class="chart" viewBox="0 0 {_n(width)} {_n(height)}" {told}{faces}>{name}{"".join(self.marks)}</svg>')


def bars(
    title: str,
    rows: Sequence[Bar],
    *,
    low: Number = 0,
    high: Number = 100,
    ticks: Sequence[Number] = (),
    bands: Sequence[tuple[Number, Number, str]] = (),
    mean: Number | None = None,
    width: int = 600,
    paper: bool = False,
) -> SafeString:
    """Horizontal bars from the top down in the order given, with a line at the mean.

    ``ticks`` are ruled and numbered below, ``bands`` (from, to, name) are named above. The scale widens by itself when a
    value lies outside ``low`` to ``high``.
    """
    sheet = _Sheet(paper)
    said = [row.said or plain(row.value) for row in rows]
    left = max((_width(row.label) for row in rows), default=0) + 8
    right = width - max((_width(words) for words in said), default=0) - 8
    top = 24 if bands else 4
    bottom = top + 28 * len(rows)
    place = _Scale(left, right, low, high, [row.value for row in rows] + ([mean] if mean is not None else []))
    for tick in ticks:
        x = place(tick)
        sheet.path("grid", f"M{_n(x)} {top}V{bottom}")
        sheet.text(x, bottom + TEXT + 2, plain(tick), "middle")
    for start, end, name in bands:
        sheet.text((place(start) + place(end)) / 2, TEXT, name, "middle")
    for number, (row, words) in enumerate(zip(rows, said, strict=True)):
        y = top + 28 * number
        sheet.text(left - 8, y + 19, row.label, "end")
        sheet.rect(row.tone, left, y + 5, place(row.value) - left, 18, 0 if paper else 2)
        sheet.text(right + 8, y + 19, words)
    if mean is not None:
        sheet.path("mean", f"M{_n(place(mean))} {top}V{bottom}")
    told = "，".join(f"{row.label}{words}" for row, words in zip(rows, said, strict=True))
    average = f"；平均{plain(mean)}" if mean is not None else ""
    return sheet.svg(width, bottom + (TEXT + 8 if ticks else 4), f"{title}：{told}{average}")


def trend(
    title: str,
    points: Sequence[Point],
    *,
    name: str,
    other: str = "",
    step: int = 5,
    width: int = 600,
    height: int = 180,
    paper: bool = False,
) -> SafeString:
    """A line over periods, and a second, dashed one (``other``) to compare with. Values stand beside their points."""
    sheet = _Sheet(paper)
    values = [value for point in points for value in (point.value, point.other) if value is not None]
    low = math.floor(float(min(values, default=step)) / step - 0.5) * step  # half a step below the lowest value, for its number
    high = max(math.ceil(float(max(values, default=0)) / step) * step, low + step)
    left, right, top, bottom = 34, width - 8, 38, height - (2 if any(" " in point.label for point in points) else 1) * (TEXT + 3) - 6
    across = (right - left) / max(len(points), 1)

    def x(index: int) -> float:
        return left + across * (index + 0.5)

    def y(value: Number) -> float:
        return bottom - (bottom - top) * (float(value) - low) / (high - low)

    for tick in range(low, high + step, step):
        sheet.path("grid", f"M{left} {_n(y(tick))}H{right}")
        sheet.text(left - 6, y(tick) + 5, str(tick), "end")
    lines = (("other", [point.other for point in points]), ("line", [point.value for point in points]))
    for kind, heights in lines:
        for run in _runs(heights):
            sheet.path(kind, "M" + "L".join(f"{_n(x(index))} {_n(y(value))}" for index, value in run))
    for index, point in enumerate(points):
        above = point.value is None or point.other is None or point.value >= point.other
        if point.other is not None:
            sheet.rect("square", x(index) - 3, y(point.other) - 3, 6, 6)
            sheet.text(x(index), y(point.other) + (20 if above else -8), plain(point.other), "middle")
        if point.value is not None:
            sheet.circle("dot", x(index), y(point.value), 4)
            sheet.text(x(index), y(point.value) + (-8 if above else 20), plain(point.value), "middle")
        for line, words in enumerate(point.label.split()):
            sheet.text(x(index), bottom + (TEXT + 3) * (line + 1), words, "middle")
    _legend(sheet, right, name, other)
    told = "；".join(
        f"{point.label.replace(' ', '')}{plain(point.value) if point.value is not None else '无'}"
        + (f"，{other}{plain(point.other)}" if point.other is not None else "")
        for point in points
    )
    return sheet.svg(width, height, f"{title}：{told}")


def _legend(sheet: _Sheet, right: float, name: str, other: str) -> None:
    edge = right
    for kind, words in (("other", other), ("line", name)):
        if not words:
            continue
        start = edge - _width(words) - 34
        sheet.path(kind, f"M{_n(start)} 10h28")
        if kind == "line":
            sheet.circle("dot", start + 14, 10, 4)
        else:
            sheet.rect("square", start + 11, 7, 6, 6)
        sheet.text(start + 34, 15, words)
        edge = start - 16


def columns(
    title: str, values: Sequence[Number], *, top: Number, mean: Number | None = None, is_low: bool = False, paper: bool = False
) -> SafeString:
    """A small column chart over periods, the last one marked. ``top`` is common to all charts that are compared."""
    sheet = _Sheet(paper)
    width = 11 * len(values)
    place = _Scale(0, 72, 0, top, values)
    for index, value in enumerate(values):
        kind = "bar" if index < len(values) - 1 else "low" if is_low else "now"
        sheet.rect(kind, 11 * index, 72 - place(value), 8, place(value))
    if mean is not None:
        sheet.path("mean", f"M0 {_n(72 - place(mean))}h{width}")
    sheet.path("axis", f"M0 72.5h{width}")
    return sheet.svg(width, 74, f"{title}：{'，'.join(plain(value) for value in values)}")


def change(
    title: str,
    *,
    now: Number,
    before: Number | None = None,
    mean: Number | None = None,
    low: Number = 0,
    high: Number = 100,
    is_low: bool = False,
    width: int = 400,
    paper: bool = False,
) -> SafeString:
    """One row's move from the value before (hollow) to now (solid). ``scale`` with the same span draws the head."""
    sheet = _Sheet(paper)
    place = _Scale(5, width - 5, low, high)
    sheet.path("axis", f"M5 12h{width - 10}")
    if mean is not None:
        sheet.path("mean", f"M{_n(place(mean))} 0v24")
    if before is not None:
        sheet.path("link", f"M{_n(place(before))} 12H{_n(place(now))}")
        sheet.circle("old", place(before), 12, 4.5)
    sheet.circle("low" if is_low else "now", place(now), 12, 6)
    return sheet.svg(width, 24, f"{title}{plain(now)}" + (f"，此前{plain(before)}" if before is not None else ""))


def scale(ticks: Sequence[Number], *, low: Number = 0, high: Number = 100, width: int = 400, paper: bool = False) -> SafeString:
    """The numbers over a column of ``change`` charts."""
    sheet = _Sheet(paper)
    place = _Scale(5, width - 5, low, high)
    for tick in ticks:
        anchor = "start" if tick <= low else "end" if tick >= high else "middle"
        sheet.text(place(tick), 13, plain(tick), anchor)
    return sheet.svg(width, 16, "")


def share(part: Number, *, is_low: bool = False, width: int = 200, paper: bool = False) -> SafeString:
    """How much of the whole: ``part`` from 0 to 1. Without words, because the number stands in the next cell."""
    sheet = _Sheet(paper)
    sheet.rect("bar", 0, 1, width, 10, 2)
    sheet.rect("low" if is_low and not paper else "now", 0, 1, width * min(max(float(part), 0.0), 1.0), 10, 2)
    return sheet.svg(width, 12, "")


def plain(value: Number) -> str:
    """A value as the charts print it: at most two decimals, no trailing zeros."""
    return f"{float(value):.2f}".rstrip("0").rstrip(".") or "0"


class _Scale:
    """Maps low…high to start…end, held inside; ``values`` beyond the span widen it."""

    def __init__(self, start: float, end: float, low: Number, high: Number, values: Iterable[Number] = ()) -> None:
        known = [float(value) for value in values]
        self.start, self.end = start, end
        self.low, self.high = min([float(low), *known]), max([float(high), *known])

    def __call__(self, value: Number) -> float:
        part = (float(value) - self.low) / ((self.high - self.low) or 1)
        return self.start + (self.end - self.start) * min(max(part, 0.0), 1.0)


def _runs(values: Sequence[Number | None]) -> list[list[tuple[int, Number]]]:
    """Stretches without a gap."""
    runs: list[list[tuple[int, Number]]] = [[]]
    for index, value in enumerate(values):
        if value is None:
            runs.append([])
        else:
            runs[-1].append((index, value))
    return [run for run in runs if len(run) > 1]


def _width(words: str) -> float:
    """How wide a text will be, near enough to keep it clear of the marks."""
    return sum(TEXT if unicodedata.east_asian_width(letter) in "WFA" else TEXT * 0.6 for letter in words)


def _n(value: float) -> str:
    """A coordinate with at most one decimal."""
    text = f"{value:.1f}"
    return "0" if text == "-0.0" else text.removesuffix(".0")
