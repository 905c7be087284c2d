"""Long tables, put together in one pass.

A template evaluates some twenty nodes for each row of a list, which for a hundred rows takes longer than everything else
on the page. Here the markup around the cells is made once per table and filled row by row. On a phone the rows turn into
cards, for which every cell repeats its column's title.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape  # what Django's own escape() does, without its wrapper for lazy texts, which costs more than the work
from typing import Any, Generic, TypeVar
from urllib.parse import quote

from django.urls import reverse
from django.utils.http import RFC3986_SUBDELIMS
from django.utils.safestring import SafeString

Row = TypeVar("Row")
_PLAIN = f"{RFC3986_SUBDELIMS}~:@"  # what reverse() leaves as it is in one part of an address


@dataclass(frozen=True)
class Column(Generic[Row]):
    """One column. ``cell(row)`` gives text, which is escaped, or a SafeString, which stands as it is.

    ``head`` takes the title's place where that is more than words, such as a chart's scale. ``css`` goes on every cell of the
    column, ``head_css`` on its head alone.
    ``is_labelled`` is False for cells that speak for themselves, which then need no title in a card.
    """

    title: str
    cell: Callable[[Row], Any]
    css: str = ""
    is_heading: bool = False
    head: str | SafeString = ""
    head_css: str = ""
    is_labelled: bool = True


class Table(Generic[Row]):
    """A list's table: made once, ``render``-ed for each page of rows. ``css`` joins the classes of the whole table."""

    def __init__(self, caption: str, columns: Sequence[Column[Row]], css: str = "") -> None:
        self.caption, self.css = caption, css
        self._cells = [column.cell for column in columns]
        heads = "".join(_head(column) for column in columns)
        self._open = (
            f'<table class="table cards {escape(css)}" role="table"><caption class="sr">{escape(caption)}</caption>'
            f'<thead role="rowgroup"><tr role="row">{heads}</tr></thead><tbody role="rowgroup">'
        )
        self._row = f'<tr role="row">{"".join(_frame(column) for column in columns)}</tr>'

    def render(self, rows: Iterable[Row]) -> SafeString:
        # SECURITY: whatever a cell gives that is not marked safe is escaped here; the frames hold escaped titles only.
        cells, row = self._cells, self._row
        body = "".join([row % tuple([_safe(cell(record)) for cell in cells]) for record in rows])
        return SafeString(f"{self._open}{body}</tbody></table>")


def addresses(name: str) -> Callable[[object], str]:
    """A function from a code to the address ``name`` of it: what ``reverse`` would say, asked once instead of per row."""
    before, _, after = reverse(name, args=["CODE"]).partition("CODE")
    return lambda code: f"{before}{quote(str(code), safe=_PLAIN)}{after}"


def link(url: str, words: object, css: str = "") -> SafeString:
    """An address with its words."""
    look = f' class="{css}"' if css else ""
    return SafeString(f'<a{look} href="{escape(url)}">{_safe(words)}</a>')


def _safe(words: Any) -> str:
    return words if type(words) is SafeString else escape(str(words))


def _head(column: Column[Any]) -> str:
    css = f"{column.css} {column.head_css}".strip()
    look = f' class="{css}"' if css else ""
    return f'<th scope="col" role="columnheader"{look}>{_safe(column.head or column.title)}</th>'


def _frame(column: Column[Any]) -> str:
    """The cell's markup with %s where its words go."""
    look = f' class="{column.css}"' if column.css else ""
    if column.is_heading:
        return f'<th scope="row" role="rowheader"{look}>%s</th>'
    title = f' data-th="{escape(column.title)}"'.replace("%", "%%") if column.is_labelled else ""
    return f'<td role="cell"{title}{look}>%s</td>'
