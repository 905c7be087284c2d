"""From a document's row to the bytes of its file.

``to_html`` and ``to_pdf`` stand alone, so that each can be measured and tested by itself. The same HTML gives the same
bytes: no clock, no random id, a closed font set.
"""

from __future__ import annotations

import logging
import re
import threading
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from types import ModuleType
from typing import Any

from django.template.loader import render_to_string

from congress.documents import fetcher, fonts, registry
from congress.documents.errors import PaperError
from congress.models import Document

# PDF/A-3u with tags: the archive keeps it, and a screen reader reads it. Photos were scaled on upload already.
OPTIONS = {"pdf_variant": "pdf/a-3u", "pdf_tags": True, "dpi": 220, "jpeg_quality": 82}
_NOTDEF = re.compile(r'\.notdef glyph rendered .*?"(.+)" \(U\+([0-9A-F]+)\)', re.DOTALL)


@dataclass(frozen=True)
class Paper:
    """A finished file. ``pages`` is None for a kind without pages, such as a workbook."""

    data: bytes
    pages: int | None = None


def produce(document: Document) -> Paper:
    """The document's file. Raises PaperError when it can't be made as it stands, such as a character without a glyph."""
    kind = registry.find(document.kind)
    if kind.render is not None:
        return Paper(kind.render(document))
    html, photos = _html(document)
    return to_pdf(html, photos)


def to_html(document: Document) -> str:
    """The document as HTML, for kinds that have a template."""
    return _html(document)[0]


def _html(document: Document) -> tuple[str, Collection[str]]:
    kind = registry.find(document.kind)
    if kind.build is None:
        raise ValueError(f"document kind {kind.key!r} has no HTML")
    context = kind.build(document)
    return render_to_string(kind.template, context), frozenset(context.get("photos", ()))


def to_pdf(html: str, photos: Collection[str] = ()) -> Paper:
    """HTML as PDF. ``photos`` are the stored names of the pictures it may show.

    Raises PaperError, in Chinese, when the machine lacks a library, a character has no glyph, or anything in the
    document was refused or could not be read: on paper a warning is a mistake.
    """
    weasyprint = engine()
    with _watched() as messages:
        laid_out = weasyprint.HTML(string=html, base_url="paper:", url_fetcher=_fetcher(weasyprint, photos)).render(**OPTIONS)
        data = laid_out.write_pdf(**OPTIONS)
    if messages:
        raise PaperError(_sentence(messages))
    return Paper(data, len(laid_out.pages))


@lru_cache(maxsize=1)
def engine() -> ModuleType:
    """WeasyPrint, imported on first use: the portal runs, and says what is missing, where its libraries are not installed."""
    fonts.close_font_set()
    for chatty in ("weasyprint.progress", "fontTools"):
        logging.getLogger(chatty).setLevel(logging.WARNING)
    try:
        import weasyprint
    except OSError as error:
        raise PaperError(
            "本机缺少排版程序库，不能生成 PDF。请系统管理员安装 Pango 和 HarfBuzz"
            "（Debian：libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0；openEuler、Fedora：pango harfbuzz；macOS：pango）后重试。"
        ) from error
    from congress.documents import cjk

    cjk.install()
    return weasyprint


def _fetcher(weasyprint: ModuleType, photos: Collection[str]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: Any = None) -> Any:
            path, content_type = fetcher.locate(url, photos)
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": content_type})

    return OwnFiles()


class _Watch(logging.Handler):
    """Collects the warnings of its own thread: another thread's document is not ours to judge."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.thread = threading.get_ident()
        self.messages: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.thread == self.thread:
            self.messages.append(record.getMessage())


@contextmanager
def _watched() -> Iterator[list[str]]:
    logger, watch = logging.getLogger("weasyprint"), _Watch()
    logger.addHandler(watch)
    try:
        yield watch.messages
    finally:
        logger.removeHandler(watch)


def _sentence(messages: list[str]) -> str:
    missing = dict.fromkeys(found.groups() for message in messages if (found := _NOTDEF.search(message)))
    if missing:
        return f"字库中没有{'、'.join(f'“{char}”（U+{code}）' for char, code in missing)}，印出来会是空框。请核对文字，或者增加字库后重试。"
    return f"版式有误，没有生成：{messages[0][:200]}"
