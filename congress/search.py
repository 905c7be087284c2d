"""One search over everything a person may see. Each app registers how its own records are found."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from congress.models import User

LIMIT = 20  # hits of one kind on the search page; the kind's own list shows the rest


@dataclass(frozen=True)
class Hit:
    """One record found. ``detail`` is the line under its title; ``url`` is "" when the person has no page for it."""

    title: str
    url: str
    detail: str = ""


@dataclass(frozen=True)
class Searcher:
    """``find(user, words)`` gives at most ``LIMIT`` hits in a constant number of queries, only of what the person may see.

    ``more(words)`` is the address of the kind's own list with the same words, or "".
    """

    key: str
    label: str
    find: Callable[[User, str], Iterable[Hit]]
    more: Callable[[str], str] = lambda words: ""


_searchers: dict[str, Searcher] = {}


def register(searcher: Searcher) -> None:
    _searchers[searcher.key] = searcher


def everywhere(user: User, words: str) -> list[tuple[Searcher, list[Hit]]]:
    """The kinds that have hits, in the order they were registered. Blank words find nothing."""
    words = " ".join(words.split())
    if not words:
        return []
    found = [(searcher, list(searcher.find(user, words))) for searcher in _searchers.values()]
    return [(searcher, hits) for searcher, hits in found if hits]
