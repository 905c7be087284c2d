"""The product's sign for a phone's home screen: the congress's own character in white on its red, as a PNG.

Phones take no SVG there. The red fills the whole square and the character keeps to the middle, so that a phone may cut any
shape out of it.
"""

from __future__ import annotations

import io
from functools import lru_cache
from pathlib import Path

from fontTools.ttLib import TTFont
from PIL import Image, ImageDraw, ImageFont

from congress.documents import fonts

SIZES = (180, 192, 512)  # what iOS and Android ask for
_RED, _WHITE = "#9c1c1f", "#ffffff"
_SHARE = 0.56  # of the side: inside the circle that is never cut off
_HEAVY = 0.012  # a regular font, drawn a little heavier to be read at a finger's size


@lru_cache(maxsize=16)
def draw(character: str, size: int) -> bytes:
    """The PNG, ``size`` pixels a side. Made once per process and size; the same character gives the same bytes."""
    picture = Image.new("RGB", (size, size), _RED)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.truetype(str(_font_with(character)), round(size * _SHARE))
    pen.text((size / 2, size / 2), character, fill=_WHITE, font=font, anchor="mm", stroke_width=round(size * _HEAVY), stroke_fill=_WHITE)
    out = io.BytesIO()
    picture.quantize(64).save(out, "PNG", optimize=True)
    return out.getvalue()


@lru_cache(maxsize=16)
def _font_with(character: str) -> Path:
    """The first sans font of the closed set that has the character, the last of all where none has."""
    files = [path for folder in fonts.folders() for path in sorted(folder.rglob("*Sans*")) if path.suffix in {".otf", ".ttf", ".ttc"}]
    for path in files:
        with TTFont(path, fontNumber=0, lazy=True) as font:
            if ord(character) in font.getBestCmap():
                return path
    return files[-1]
