"""What a document may read: the product's own stylesheets, and photos its builder handed over. Nothing else.

Two internal schemes only. ``paper:official.css`` is a file of ``static/paper``; ``media:files/ab/….jpg`` is a file below
MEDIA_ROOT, and only when the path was handed over for this very document (``allowed``).
"""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from urllib.parse import unquote

from django.conf import settings

STYLES = {".css": "text/css", ".svg": "image/svg+xml", ".png": "image/png"}
PHOTOS = {".jpg": "image/jpeg", ".jpeg": "image/jpeg", ".png": "image/png", ".webp": "image/webp"}


class Forbidden(ValueError):
    """An address a document may not read."""


def media_url(name: str) -> str:
    """The internal address of a stored file, for templates."""
    return f"media:{name}"


def locate(url: str, allowed: Collection[str] = ()) -> tuple[Path, str]:
    """The file and content type behind an internal address. Raises Forbidden for everything else.

    SECURITY: text in a document comes from people (names, problems, captions). Should any of it ever become an address,
    it must not make the server read its own files or call another server: no http, no file:, no data:, no relative
    address, no way out of the two folders, also not through a symbolic link or an encoded "..".
    """
    scheme, colon, rest = url.partition(":")
    name = unquote(rest)
    if not colon or not name or "\x00" in name or "\\" in name or name.startswith("/"):
        raise Forbidden(f"not an internal address: {url[:80]!r}")
    if scheme == "paper":
        root, types = Path(settings.BASE_DIR) / "static" / "paper", STYLES
    elif scheme == "media":
        root, types = Path(settings.MEDIA_ROOT), PHOTOS
        if name not in allowed:
            raise Forbidden(f"not handed over for this document: {url[:80]!r}")
    else:
        raise Forbidden(f"scheme not allowed: {url[:80]!r}")
    root = root.resolve()
    path = (root / name).resolve()
    if not path.is_relative_to(root) or not path.is_file():
        raise Forbidden(f"outside the product's own files: {url[:80]!r}")
    content_type = types.get(path.suffix.lower())
    if content_type is None:
        raise Forbidden(f"type not allowed: {url[:80]!r}")
    return path, content_type
