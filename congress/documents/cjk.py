"""Justified lines of Chinese: WeasyPrint 70 stretches only spaces, of which Chinese has none.

What is left of a justified line is spread evenly after each of its characters. This touches two internals of WeasyPrint
(``layout.inline.justify_line`` and ``Layout.set_text``), so its version is pinned and the right edge is held by tests.
Imported only after the font set is closed.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import weasyprint
from weasyprint.formatting_structure.boxes import InlineBox, LineBox, TextBox
from weasyprint.layout import inline
from weasyprint.text.line_break import Layout

VERSION = "70.0"
WIDEST_GAP = 0.25  # of the type size; a line that needs more is short of text and is left alone

_stretch_spaces = inline.justify_line
_set_text = Layout.set_text
_OBJECT = "\ufffc"


def install() -> None:
    """Teaches WeasyPrint the justification. Safe to call twice; raises RuntimeError under a version never tried."""
    if weasyprint.__version__ != VERSION:
        raise RuntimeError(f"justification was made for WeasyPrint {VERSION}, not {weasyprint.__version__}")
    inline.justify_line = justify_line
    Layout.set_text = set_text


def is_chinese(text: str) -> bool:
    return any("\u2e80" <= char <= "\U0003ffff" and char != _OBJECT for char in text)


def justify_line(context: Any, line: Any, extra_width: float) -> None:
    """Takes the place of WeasyPrint's own. ``extra_width`` is what is missing to the right edge, in px."""
    text = "".join(_pieces(line))
    if not is_chinese(text):
        _stretch_spaces(context, line, extra_width)
        return
    gaps = len(text.rstrip()) - 1
    own = line.style["letter_spacing"]
    extra_width += 0 if own == "normal" else own  # the last character's own spacing lies outside the line, unseen
    if gaps > 0 and 0 < extra_width / gaps < line.style["font_size"] * WIDEST_GAP:
        _spread(line, extra_width / gaps, 0)


def set_text(layout: Any, text: str, justify: bool = False) -> None:
    """Takes the place of ``Layout.set_text``: when a line is drawn, its gap joins the letter spacing."""
    gap = getattr(layout, "chinese_gap", 0) if justify else 0
    if not gap:
        _set_text(layout, text, justify)
        return
    style = layout.style
    own = style["letter_spacing"]
    layout.style = {
        "word_spacing": style["word_spacing"],
        "overflow_wrap": style["overflow_wrap"],
        "tab_size": style["tab_size"],
        "letter_spacing": (0 if own == "normal" else own) + gap,
    }
    try:
        _set_text(layout, text, justify)
    finally:
        layout.style = style


def _pieces(box: Any) -> Iterator[str]:
    """The line's text in order; anything that is not text counts as one character."""
    if isinstance(box, TextBox):
        yield box.text
    elif isinstance(box, (LineBox, InlineBox)):
        for child in box.children:
            if child.is_in_normal_flow():
                yield from _pieces(child)
    else:
        yield _OBJECT


def _spread(box: Any, gap: float, shift: float) -> float:
    """Moves the box by ``shift`` and widens it by ``gap`` a character; returns the shift of what follows."""
    if isinstance(box, TextBox):
        box.position_x += shift
        if box.text:
            box.pango_layout.chinese_gap = gap
            box.width += gap * len(box.text)
            shift += gap * len(box.text)
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
