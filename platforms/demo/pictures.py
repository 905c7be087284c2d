"""Small drawn scenes that stand for photos: a notice board, a reception desk, an open ledger, a door plate."""

from __future__ import annotations

import io
from random import Random

from PIL import Image, ImageDraw

_SIZE = (480, 360)
_WALLS = ("#dfe6e2", "#e6e0d4", "#dbe2e8", "#e8e4dc")
_FLOORS = ("#a89a82", "#9a8c78", "#b3a48c")
_RED, _CREAM, _WOOD, _INK = "#9b2424", "#faf7f0", "#8d6246", "#6b6257"


def _board(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.rectangle((110, 60, 370, 230), fill=_RED)
    draw.rectangle((126, 76, 354, 214), fill=_CREAM)
    for row in range(5):
        draw.rectangle((142, 94 + row * 23, 142 + random.randint(90, 195), 101 + row * 23), fill=_INK)
    draw.rectangle((150, 230, 162, 300), fill=_WOOD)
    draw.rectangle((318, 230, 330, 300), fill=_WOOD)


def _desk(draw: ImageDraw.ImageDraw, random: Random) -> None:
    for x in (150, 240, 330)[: random.randint(2, 3)]:
        draw.ellipse((x - 26, 110, x + 26, 162), fill="#d9a982")
        draw.rounded_rectangle((x - 42, 165, x + 42, 240), 20, fill=random.choice(("#3f5468", "#6d5745", "#546650")))
    draw.rectangle((70, 225, 410, 250), fill=_WOOD)
    draw.rectangle((84, 250, 396, 315), fill="#a5764f")


def _ledger(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.polygon(((70, 110), (236, 130), (236, 300), (70, 270)), fill=_CREAM)
    draw.polygon(((244, 130), (410, 110), (410, 270), (244, 300)), fill=_CREAM)
    for row in range(6):
        draw.line((90, 140 + row * 22, 90 + random.randint(70, 130), 148 + row * 22), fill=_INK, width=4)
        draw.line((264, 152 + row * 22, 264 + random.randint(70, 130), 144 + row * 22), fill=_INK, width=4)


def _plate(draw: ImageDraw.ImageDraw, random: Random) -> None:
    draw.rectangle((160, 40, 320, 330), fill="#7f8a8c")
    draw.rectangle((172, 52, 308, 330), fill="#c4cbc9")
    draw.rectangle((340, 70, 392, 300), fill=_CREAM, outline=_WOOD, width=5)
    for row in range(7):
        draw.rectangle((356, 90 + row * 28, 376, 106 + row * 28), fill=_RED)


SCENES = (("牌子", _plate), ("公示栏", _board), ("接待台", _desk), ("登记簿", _ledger))


def draw(random: Random, scene: int) -> tuple[str, bytes]:
    """(caption, JPEG) of one of ``SCENES``."""
    caption, paint = SCENES[scene % len(SCENES)]
    picture = Image.new("RGB", _SIZE, random.choice(_WALLS))
    pen = ImageDraw.Draw(picture)
    pen.rectangle((0, 270, *_SIZE), fill=random.choice(_FLOORS))
    paint(pen, random)
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=82)
    return caption, file.getvalue()
