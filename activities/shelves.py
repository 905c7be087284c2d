"""How complete the booklets of platforms are, read for many platforms in a constant number of queries.

A platform keeps the set that its standard names; a booklet tells of the area where the platform stands. Nothing is entered
here: a booklet is complete when its sources hold enough records, and paper ones are ticked with a photo.
"""

from __future__ import annotations

import datetime
import enum
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import Count
from django.utils import timezone

from activities import booklets
from activities.booklets import PAPER, Line, Part
from activities.models import Booklet, PaperTick
from activities.sources.papers import RESERVED
from congress.figures import among
from congress.periods import Period
from congress.territory import holding
from platforms.enums import scopes_of
from platforms.models import Platform, StandardItem
from platforms.standing import items_in_force


class State(enum.Enum):
    COMPLETE = "齐全"
    SHORT = "不足"
    EMPTY = "缺"
    RESERVED = "待启用"


@dataclass
class Tally:
    """How many records, and the last day of one. Records that several sources tell of are counted once."""

    number: int = 0
    last: datetime.date | None = None
    seen: set[tuple[str, int]] = field(default_factory=set)

    def take(self, what: str, record: int, number: int, last: datetime.date | None) -> None:
        if record:
            if (what, record) in self.seen:
                return
            self.seen.add((what, record))
        self.number += number
        if last is not None and (self.last is None or last > self.last):
            self.last = last

    def join(self, other: Tally) -> None:
        self.seen, fresh = self.seen | other.seen, other.seen - self.seen
        self.number += other.number - len(other.seen) + len(fresh)
        if other.last is not None and (self.last is None or other.last > self.last):
            self.last = other.last


@dataclass(frozen=True)
class Volume:
    """One booklet of one platform in one period."""

    booklet: Booklet
    item: StandardItem
    lines: tuple[Line, ...]
    number: int
    last: datetime.date | None
    needed: int
    photos: int

    @property
    def needs_paper(self) -> bool:
        return any(line.key == PAPER for line in self.lines)

    @property
    def collects(self) -> bool:
        """Whether any of its records are kept here."""
        return any(line.source is not None and not line.source.is_reserved for line in self.lines)

    @property
    def is_reserved(self) -> bool:
        return not self.collects and not self.needs_paper

    @property
    def is_reserved_partly(self) -> bool:
        return any(line.source is not None and line.source.is_reserved for line in self.lines)

    @property
    def state(self) -> State:
        if self.is_reserved:
            return State.RESERVED
        enough = not self.collects or self.number >= self.needed
        if enough and (self.photos or not self.needs_paper):
            return State.COMPLETE
        return State.SHORT if self.number or self.photos else State.EMPTY

    @property
    def missing(self) -> str:
        """What has to come, in words; empty when nothing has."""
        if self.is_reserved:
            return RESERVED
        found = []
        if self.collects and self.number < self.needed:
            found.append(f"还差 {self.needed - self.number} 条" if self.number else f"还没有记录，应有 {self.needed} 条")
        if self.needs_paper and not self.photos:
            found.append("缺纸质材料照片")
        return "，".join(found)

    @property
    def kept(self) -> str:
        """本年 12 条，最近 2026年9月1日; or what there is on paper."""
        found = []
        if self.collects:
            last = f"，最近 {self.last.year}年{self.last.month}月{self.last.day}日" if self.last else ""
            found.append(f"{self.number} 条{last}")
        if self.needs_paper:
            found.append(f"纸质照片 {self.photos} 张")
        return "；".join(found) or RESERVED


@dataclass(frozen=True)
class Shelf:
    """A platform's set."""

    platform: Platform
    volumes: tuple[Volume, ...]

    @property
    def name(self) -> str:
        """The set's name, such as 一册五簿三档案; of several all."""
        return "、".join(dict.fromkeys(volume.item.standard.name for volume in self.volumes))

    @property
    def counted(self) -> tuple[Volume, ...]:
        return tuple(volume for volume in self.volumes if volume.state != State.RESERVED)

    @property
    def complete(self) -> int:
        return sum(volume.state == State.COMPLETE for volume in self.volumes)

    @property
    def total(self) -> int:
        return len(self.counted)

    @property
    def share(self) -> Decimal:
        """From 0 to 1."""
        return (Decimal(self.complete) / self.total).quantize(Decimal("0.0001")) if self.total else Decimal(0)

    @property
    def gaps(self) -> tuple[Volume, ...]:
        return tuple(volume for volume in self.counted if volume.state != State.COMPLETE)

    @property
    def last(self) -> datetime.date | None:
        return max((volume.last for volume in self.volumes if volume.last), default=None)


def needed(least: int, period: Period, today: datetime.date) -> int:
    """How many records a booklet should hold by now: ``least`` is for a year, and months that have not begun ask for none."""
    last = min(period.end, today)
    months = (last.year - period.start.year) * 12 + last.month - period.start.month + 1 if last >= period.start else 0
    return max(1, least * months // 12)


def shelves_of(platforms: Iterable[Platform], period: Period, only: str = "") -> dict[int, Shelf]:
    """Each platform's shelf, or of it ``only`` the booklet of one item. ``platforms`` come with their area.

    At most four queries, however many platforms.
    """
    platforms = list(platforms)
    today = timezone.localdate()
    rows = Booklet.objects.filter(item_code=only) if only else Booklet.objects.all()
    kept = {booklet.item_code: booklet for booklet in rows}
    items = [item for item in items_in_force() if item.code in kept] if kept else []
    read = {booklet.pk: tuple(booklets.lines(booklet.sources)) for booklet in kept.values()}
    sets = {platform.pk: _set_of(platform, items) for platform in platforms}
    used = {kept[item.code].pk for found in sets.values() for item in found}
    wanted = {line for pk in used for line in read[pk]}
    tallies = _tallies(wanted, {platform.area.path: platform.area_id for platform in platforms}, period)
    on_paper = any(line.key == PAPER for line in wanted)
    photos = _photos({platform.pk for platform in platforms}, period) if on_paper else Counter()
    found = {}
    for platform in platforms:
        volumes = []
        for item in sets[platform.pk]:
            booklet = kept[item.code]
            tally = Tally()
            for line in read[booklet.pk]:
                if there := tallies.get((line, platform.area_id)):
                    tally.join(there)
            volumes.append(
                Volume(
                    booklet,
                    item,
                    read[booklet.pk],
                    tally.number,
                    tally.last,
                    needed(booklet.least, period, today),
                    photos[booklet.pk, platform.pk],
                )
            )
        found[platform.pk] = Shelf(platform, tuple(volumes))
    return found


def shelf_of(platform: Platform, period: Period) -> Shelf:
    return shelves_of([platform], period)[platform.pk]


def place_of(platform: Platform, item_code: str) -> tuple[Booklet, StandardItem] | None:
    """The booklet of that item, when it belongs to the platform's set. Two queries."""
    booklet = Booklet.objects.filter(item_code=item_code).first()
    if booklet is None:
        return None
    item = next((each for each in _set_of(platform, items_in_force()) if each.code == item_code), None)
    return (booklet, item) if item else None


def volume_read(booklet: Booklet, item: StandardItem, period: Period, parts: Iterable[Part], photos: int) -> Volume:
    """The booklet as its own parts show it, read already."""
    days = {entry.key: entry.on for part in parts for entry in part.entries}
    rows = {row for part in parts if part.sheet for row in part.sheet.links}
    wanted = needed(booklet.least, period, timezone.localdate())
    return Volume(
        booklet, item, tuple(booklets.lines(booklet.sources)), len(days) + len(rows), max(days.values(), default=None), wanted, photos
    )


def volume_of(platform: Platform, item_code: str, period: Period) -> Volume | None:
    """One booklet of a platform, or None where the item has none or is not of the platform's set. At most four queries."""
    return next(iter(shelves_of([platform], period, item_code)[platform.pk].volumes), None)


def _set_of(platform: Platform, items: Iterable[StandardItem]) -> list[StandardItem]:
    scopes = scopes_of(platform.area.kind, platform.is_demonstration)
    return [item for item in items if item.standard.scope in scopes]


def _tallies(lines: Iterable[Line], areas: Mapping[str, int], period: Period) -> Mapping[tuple[Line, int], Tally]:
    """What each line holds for each area, which are given by their paths. One query."""
    asked = sorted((line for line in lines if line.source is not None), key=lambda line: (line.key, line.argument))
    rows = booklets.asked([(line.source, line.argument) for line in asked if line.source is not None], period)
    above = holding(areas)
    found: dict[tuple[Line, int], Tally] = {}
    for place, what, record, path, number, last in rows:
        for area in above(path):
            found.setdefault((asked[place], area), Tally()).take(what, record, number, last)
    return found


def _photos(platform_ids: Iterable[int], period: Period) -> Counter[tuple[int, int]]:
    """Photos of paper booklets by booklet and platform: those of the period's years. One query."""
    years = range(period.start.year, period.end.year + 1)
    rows = among(PaperTick.objects.order_by(), "platform_id", set(platform_ids)).filter(year__in=list(years))
    return Counter({(booklet, platform): n for booklet, platform, n in rows.values_list("booklet", "platform").annotate(n=Count("pk"))})
