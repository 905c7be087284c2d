"""Justified lines of Chinese: WeasyPrint 70 stretches only spaces, of which Chinese has none.

What is left of a justified line is spread evenly over its Chinese characters; figures and Latin words keep together
("97.3%" is never torn). This touches two internals of WeasyPrint (``layout.inline.justify_line`` and
``Layout.set_text``), so its version is pinned and the right edge is held by tests. Imported only after the font set is
closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import weasyprint
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import inline
from weasyprint.text.ffi import TO_UNITS, ffi, pango
from weasyprint.text.line_break import Layout

VERSION = "70.0"
WIDEST_GAP = 0.25  # of the type size; a line that needs more is short of text and is left alone

_stretch_spaces = inline.justify_line
_set_text = Layout.set_text


def install() -> None:
    """Teaches WeasyPrint the justification. Safe to call twice; raises RuntimeError under a version never tried."""
    if weasyprint.__version__ != VERSION:
        raise RuntimeError(f"justification was made for WeasyPrint {VERSION}, not {weasyprint.__version__}")
    inline.justify_line = justify_line
    Layout.set_text = set_text


def stretches(char: str) -> bool:
    """Whether a line may open around the character: Chinese, its punctuation, and spaces; not figures and Latin letters."""
    return char >= "\u2010" or char == " "


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Takes the place of WeasyPrint's own. ``extra_width`` is what is missing to the right edge, in px.

    Pango puts half a character's gap on either side of it, and none outside the first and last of a text.
    """
    text = "".join(box.text for box in _texts(line)).rstrip()
    if not any(char >= "\u2e80" for char in text):
        _stretch_spaces(context, line, extra_width)
        return
    own = line.style["letter_spacing"]
    extra_width += 0 if own == "normal" else own  # the last character's own spacing lies outside the line, unseen
    gaps = sum(map(stretches, text)) - (stretches(text[0]) + stretches(text[-1])) / 2
    if gaps > 0 and 0 < extra_width / gaps < line.style["font_size"] * WIDEST_GAP:
        gap = extra_width / gaps
        _spread(line, gap, -gap / 2 if stretches(text[0]) else 0)


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Takes the place of ``Layout.set_text``: when a line is drawn, its Chinese characters get their gap as letter spacing."""
    _set_text(layout, text, justify)
    gap = getattr(layout, "chinese_gap", 0) if justify else 0
    if not gap:
        return
    own = layout.style["letter_spacing"]
    spacing = int(((0 if own == "normal" else own) + gap) * TO_UNITS)
    attributes = pango.pango_layout_get_attributes(layout.layout)
    if attributes == ffi.NULL:
        attributes = ffi.gc(pango.pango_attr_list_new(), pango.pango_attr_list_unref)
    for start, end in _ranges(layout.text):
        attribute = pango.pango_attr_letter_spacing_new(spacing)
        attribute.start_index, attribute.end_index = start, end
        pango.pango_attr_list_change(attributes, attribute)
    pango.pango_layout_set_attributes(layout.layout, attributes)


def _ranges(text: str) -> Iterator[tuple[int, int]]:
    """Stretches of characters that open, as UTF-8 byte offsets."""
    start, position = None, 0
    for char in text:
        if stretches(char):
            start = position if start is None else start
        elif start is not None:
            yield start, position
            start = None
        position += len(char.encode())
    if start is not None:
        yield start, position


def _texts(box: Any) -> Iterator[Any]:
    if isinstance(box, TextBox):
        yield box
    elif isinstance(box, (LineBox, InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _texts(child)


def _spread(box: Any, gap: float, shift: float) -> float:
    """Moves the box by ``shift`` and widens it by its characters' gaps; returns the shift of what follows."""
    if isinstance(box, TextBox):
        if box.text:
            width = gap * sum(map(stretches, box.text))
            box.position_x += shift + (gap / 2 if stretches(box.text[0]) else 0)
            box.pango_layout.chinese_gap = gap
            box.width += width
            shift += width
    elif isinstance(box, (LineBox, InlineBox)):
        before = shift
        box.position_x += shift
        for child in box.children:
            if child.is_in_normal_flow():
                shift = _spread(child, gap, shift)
        box.width += shift - before
    else:
        box.translate(shift, 0)
    return shift
