"""The registry of what booklets (册、记、簿、档案) collect: live views of records that are kept elsewhere, never a second entry.

A booklet names its sources one a line, each with an argument after a space (``activities training``). A source tells how many
records there are, for all areas at once (``facts``), and gives those of one area as they are printed (``read``).
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.db.models import CharField, Count, F, IntegerField, Max, QuerySet, Value
from django.db.models.functions import TruncDate

from congress.periods import Period

if TYPE_CHECKING:
    from congress.models import Area

FACT = ("f_pair", "f_what", "f_record", "f_path", "f_number", "f_last")


@dataclass(frozen=True)
class Entry:
    """One record as printed: its day, a title, and lines of (name, text). ``key`` keeps it from being bound in twice."""

    key: tuple[str, int]
    on: datetime.date
    title: str
    lines: tuple[tuple[str, str], ...] = ()
    photos: tuple[str, ...] = ()  # stored names


@dataclass(frozen=True)
class Sheet:
    """A register: heads, their widths in millimetres (0 for the rest of the line), and rows of words."""

    heads: tuple[str, ...]
    widths: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    links: tuple[str, ...] = ()  # where each row leads on the screen

    @property
    def lines(self) -> list[list[tuple[str, bool]]]:
        """The rows for print: each word, and whether it stands in the wide column, which begins at the left."""
        return [[(word, width == 0) for word, width in zip(row, self.widths, strict=True)] for row in self.rows]


@dataclass(frozen=True)
class Part:
    """What one source gives a booklet: entries by date, or a sheet, or a sentence why there is nothing."""

    label: str
    entries: tuple[Entry, ...] = ()
    sheet: Sheet | None = None
    note: str = ""


Facts = Callable[[Period, str], "Sequence[QuerySet[Any]]"]
Read = Callable[["Area", Period, str], Part]


@dataclass(frozen=True)
class Source:
    """``facts(period, argument)`` gives querysets made by ``counted`` or ``told``; ``arguments`` are the words it knows.

    A ``is_reserved`` source belongs to a floor that is not built yet: it counts nothing and is asked of nobody.
    """

    key: str
    label: str
    facts: Facts
    read: Read
    arguments: frozenset[str] = field(default_factory=frozenset)
    is_reserved: bool = False


_sources: dict[str, Source] = {}
PAPER = "paper"  # the line that says: kept on paper, ticked with a photo


def register(source: Source) -> None:
    """Adds a source, or replaces a reserved one. Raises ValueError when the key is taken by another one."""
    there = _sources.get(source.key)
    if there is not None and there is not source and not there.is_reserved:
        raise ValueError(f"booklet source {source.key!r} is registered twice")
    _sources[source.key] = source


def find(key: str) -> Source | None:
    return _sources.get(key)


def registered() -> tuple[Source, ...]:
    return tuple(_sources.values())


@dataclass(frozen=True)
class Line:
    """One line of a booklet's sources, read."""

    key: str
    argument: str

    @property
    def source(self) -> Source | None:
        return _sources.get(self.key)


def lines(sources: str) -> list[Line]:
    """The lines in their order; no line at all means paper."""
    found = [Line(key, argument.strip()) for key, _, argument in (line.strip().partition(" ") for line in sources.splitlines()) if key]
    return found or [Line(PAPER, "")]


def faults(sources: str) -> list[str]:
    """What staff wrote that no source understands, a sentence each."""
    found = []
    for line in lines(sources):
        if line.key == PAPER:
            continue
        if line.source is None:
            found.append(f"没有“{line.key}”这种记录。可以填写：{'、'.join((*sorted(_sources), PAPER))}。")
        elif unknown := [word for word in line.argument.split(",") if word and word not in line.source.arguments]:
            known = "、".join(sorted(line.source.arguments)) or "（无）"
            found.append(f"“{line.source.label}”没有“{'、'.join(unknown)}”这类，可以填写：{known}。")
    return found


# ---- what a source says it has: rows of FACT, so that one query can ask all sources together


def counted(rows: QuerySet[Any], *, path: str, on: str, is_time: bool = False) -> QuerySet[Any]:
    """For records that lie in one area: how many there are at each path, and the last day. ``is_time`` where ``on`` is a moment."""
    grouped = rows.order_by().values(f_path=F(path)).annotate(f_number=Count("pk"), f_last=Max(_day(on, is_time)))
    return grouped.annotate(f_what=Value("", CharField()), f_record=Value(0, IntegerField()))


def told(rows: QuerySet[Any], *, what: str, path: str, on: str, record: str = "pk", is_time: bool = False) -> QuerySet[Any]:
    """For records that belong to several areas: each record at each path, so that an area counts it once however it comes to it."""
    each = rows.order_by().filter(**{f"{path}__isnull": False}).values(f_path=F(path), f_record=F(record))
    return each.annotate(f_number=Value(1, IntegerField()), f_last=Max(_day(on, is_time)), f_what=Value(what, CharField()))


def _day(on: str, is_time: bool) -> Any:
    return TruncDate(on) if is_time else F(on)


def asked(pairs: Sequence[tuple[Source, str]], period: Period) -> list[tuple[Any, ...]]:
    """All that the sources have to tell of the period, as rows of FACT; ``pair`` is the place in ``pairs``. One query."""
    found = [
        rows.annotate(f_pair=Value(place, IntegerField())).values_list(*FACT)
        for place, (source, argument) in enumerate(pairs)
        for rows in source.facts(period, argument)
    ]
    if not found:
        return []
    return list(found[0].union(*found[1:], all=True)) if len(found) > 1 else list(found[0])
