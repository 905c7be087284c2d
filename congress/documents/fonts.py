"""The closed set of fonts, and which characters it can print.

Fontconfig sees only the fonts of two packages and the office's own licensed ones (``PAPER_FONT_DIRS``), so that every
machine makes the same PDF from the same input.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from xml.sax.saxutils import escape

from django.conf import settings
from django.core.exceptions import ValidationError
from fontTools.ttLib import TTFont

# Noto Serif SC and Noto Sans SC set the text; Noto Sans CJK SC (44,810 characters) catches the rare ones of names.
PACKAGES = ("pylopdf_fonts_zh_cn", "noto_cjk_sans_otc")
_SUFFIXES = {".ttf", ".otf", ".ttc", ".otc"}


def folders() -> list[Path]:
    """The font folders, the office's own first. Raises RuntimeError when a font package is not installed."""
    found = [Path(folder) for folder in settings.PAPER_FONT_DIRS]
    for name in PACKAGES:
        spec = find_spec(name)
        if spec is None or spec.origin is None:
            raise RuntimeError(f"font package {name} is not installed")
        found.append(Path(spec.origin).parent)
    return found


def close_font_set() -> Path:
    """Points fontconfig at our folders only, by writing its configuration and setting FONTCONFIG_FILE.

    Must run before WeasyPrint is imported. Several processes may do so at once: the file's name follows its content.
    """
    home = Path(str(settings.VAR_DIR)) / "fonts"
    home.mkdir(parents=True, exist_ok=True)
    dirs = "".join(f"<dir>{escape(str(folder))}</dir>" for folder in folders())
    text = f'<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>{dirs}<cachedir>{escape(str(home / "cache"))}</cachedir></fontconfig>'
    path = home / f"{hashlib.sha256(text.encode()).hexdigest()[:16]}.conf"
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=home, delete=False, encoding="utf-8") as draft:
            draft.write(text)
        os.replace(draft.name, path)
    os.environ["FONTCONFIG_FILE"] = str(path)
    return path


@lru_cache(maxsize=1)
def coverage() -> frozenset[int]:
    """Code points that at least one font of the closed set can draw. Read once per process (about half a second)."""
    covered: set[int] = set()
    for folder in folders():
        for path in sorted(folder.rglob("*")):
            if path.suffix.lower() in _SUFFIXES:
                with TTFont(path, fontNumber=0, lazy=True) as font:  # the faces of one collection share their coverage
                    covered.update(font.getBestCmap())
    return frozenset(covered)


def unprintable(text: str) -> str:
    """The characters of ``text`` that would print as a box, each once, in order; "" when all can be printed."""
    covered = coverage()
    return "".join(dict.fromkeys(char for char in text if ord(char) not in covered and not char.isspace()))


def validate_printable(text: str) -> None:
    """Form and import validator for names. Raises ValidationError naming the characters that can't be printed."""
    if missing := unprintable(text):
        codes = "、".join(f"“{char}”（U+{ord(char):04X}）" for char in missing)
        raise ValidationError(
            f"字库中没有{codes}，印制文件时会成为空框。请核对是否录入有误；确需使用的，请联系系统管理员增加字库。", code="unprintable"
        )
