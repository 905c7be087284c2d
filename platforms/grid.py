"""The grid of platforms × items (标准对照): which rows, which columns, and the sums over all rows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Count, QuerySet

from congress.models import User
from platforms.enums import CheckState, PlatformKind, StandardScope
from platforms.models import Platform, Standard, StandardCheck, StandardItem
from platforms.standing import LEVELS, Cell, Standing, Tally, items_in_force, without_gaps

PER_PAGE = 50
MOST_SUMMED = 2000  # platforms whose sums are worked out whole; beyond, the sums are the page's
WORST = 5  # items in the table of those that most platforms lack
NAMED = 8  # platforms named for each of them


@dataclass(frozen=True)
class Asked:
    """The filters of the grid, as they stand in the address."""

    unit: str = ""
    level: str = ""
    kind: str = ""
    standard: str = ""
    item: str = ""
    gaps: str = ""

    @classmethod
    def read(cls, values: Mapping[str, str]) -> Asked:
        return cls(**{name: str(values.get(name, "")).strip() for name in cls.__dataclass_fields__})


@dataclass(frozen=True)
class Sum:
    """One item over all rows."""

    item: StandardItem
    total: int
    met: int
    partly: int

    @property
    def missing(self) -> int:
        return self.total - self.met - self.partly


@dataclass(frozen=True)
class Lack:
    """An item that many platforms lack: how many, which ones, and what the notes say."""

    sum: Sum
    missing: list[Platform]
    partly: list[Platform]
    note: str

    @property
    def unnamed(self) -> int:
        return self.sum.missing - len(self.missing)


class Grid:
    """Reads itself in seven queries at most. ``page`` holds platforms; ``rows`` their items."""

    def __init__(self, user: User, asked: Asked, number: str | None = None) -> None:
        self.asked, self.number = asked, number
        self.all = Platform.objects.visible_to(user).active()
        if asked.unit:
            self.all = self.all.filter(unit__code=asked.unit)

    @cached_property
    def _sizes(self) -> dict[tuple[str, str], int]:
        """How many platforms there are of each level and kind."""
        counted = {f"n_{level}": Count("pk", filter=condition) for level, condition in LEVELS.items()}
        kinds: Iterable[Any] = self.all.order_by().values("kind").annotate(**counted)
        return {(level, row["kind"]): row[f"n_{level}"] for row in kinds for level in LEVELS}

    @cached_property
    def levels(self) -> list[tuple[str, str, int]]:
        """Each level that has platforms: scope, label, how many."""
        sizes: Counter[str] = Counter()
        for (level, _), size in self._sizes.items():
            sizes[level] += size
        return [(level, StandardScope(level).label, sizes[level]) for level in LEVELS if sizes[level]]

    @cached_property
    def level(self) -> str:
        """The level asked for; without one, the first that has platforms."""
        present = [level for level, _, _ in self.levels]
        return self.asked.level if self.asked.level in LEVELS else (present[0] if present else StandardScope.VILLAGE)

    @cached_property
    def kinds(self) -> list[tuple[str, str, int]]:
        """The kinds of platform at this level: value, label, how many."""
        return [(kind, label, size) for kind, label in PlatformKind.choices if (size := self._sizes.get((self.level, kind)))]

    @cached_property
    def level_items(self) -> list[StandardItem]:
        scopes = [self.level] if self.level == StandardScope.DEMONSTRATION else [StandardScope.ALL, self.level]
        return items_in_force(scopes=scopes)

    @cached_property
    def standards(self) -> list[Standard]:
        return list(dict.fromkeys(item.standard for item in self.level_items))

    @cached_property
    def items(self) -> list[StandardItem]:
        """The columns. A standard that isn't of this level is ignored."""
        return [item for item in self.level_items if item.standard.key == self.asked.standard] or self.level_items

    @property
    def columns(self) -> list[tuple[Standard, list[StandardItem]]]:
        groups: dict[Standard, list[StandardItem]] = defaultdict(list)
        for item in self.items:
            groups[item.standard].append(item)
        return list(groups.items())

    @cached_property
    def item(self) -> StandardItem | None:
        """The one item whose gaps alone are asked for."""
        return next((item for item in self.items if item.code == self.asked.item), None)

    @cached_property
    def platforms(self) -> QuerySet[Platform]:
        rows = self.all.filter(LEVELS[self.level])
        if self.asked.kind:
            rows = rows.filter(kind=self.asked.kind)
        if self.item:
            rows = rows.exclude(pk__in=without_gaps([self.item]))
        elif self.asked.gaps and self.items:
            rows = rows.exclude(pk__in=without_gaps(self.items))
        return rows

    @cached_property
    def page(self) -> Page:
        return Paginator(self.platforms.select_related("area", "unit"), PER_PAGE).get_page(self.number)

    @property
    def total(self) -> int:
        return self.page.paginator.count

    @property
    def summed(self) -> int:
        """How many platforms the sums are over."""
        return len(self._summed)

    @property
    def is_whole(self) -> bool:
        """Whether the sums are over all rows, not the page's alone."""
        return self.total <= MOST_SUMMED

    @cached_property
    def _summed(self) -> dict[int, Platform]:
        if not self.is_whole:
            return {platform.pk: platform for platform in self.page.object_list}
        return {platform.pk: platform for platform in self.platforms.only("code", "name")}

    @cached_property
    def _checks(self) -> dict[int, dict[int, StandardCheck]]:
        """Platform → item → check, over all that is summed."""
        checks = StandardCheck.objects.order_by().filter(item__in=[item.pk for item in self.items])
        if len(self._summed) <= PER_PAGE:
            checks = checks.filter(platform__in=list(self._summed))
        else:
            checks = checks.filter(platform__in=self.platforms.order_by().values("pk"))
        found: dict[int, dict[int, StandardCheck]] = defaultdict(dict)
        for check in checks.only("platform_id", "item_id", "state", "note"):
            found[check.platform_id][check.item_id] = check
        return found

    def _standing(self, platform: Platform) -> Standing:
        checks = self._checks.get(platform.pk, {})
        return Standing(platform, [Cell(item, checks.get(item.pk)) for item in self.items])

    @cached_property
    def rows(self) -> list[Standing]:
        return [self._standing(platform) for platform in self.page.object_list]

    def every_row(self) -> list[Standing]:
        """All rows, whatever the page, for the export."""
        platforms = list(self.platforms.select_related("area", "unit"))
        self.__dict__["_summed"] = {platform.pk: platform for platform in platforms}
        return [self._standing(platform) for platform in platforms]

    @cached_property
    def sums(self) -> list[Sum]:
        states = Counter((check.item_id, check.state) for checks in self._checks.values() for check in checks.values())
        total = len(self._summed)
        return [Sum(item, total, states[item.pk, CheckState.MET], states[item.pk, CheckState.PARTLY]) for item in self.items]

    @cached_property
    def tally(self) -> Tally:
        return Tally(sum(each.total for each in self.sums), sum(each.met for each in self.sums), sum(each.partly for each in self.sums))

    @cached_property
    def faultless(self) -> int:
        """How many of the summed platforms meet every item."""
        whole = len(self.items)
        return sum(1 for checks in self._checks.values() if sum(check.state == CheckState.MET for check in checks.values()) == whole)

    @cached_property
    def worst(self) -> list[Lack]:
        """The items that most platforms lack."""
        ranked = sorted(
            (each for each in self.sums if each.missing + each.partly), key=lambda each: (-each.missing, -each.partly, each.item.code)
        )
        return [self._lack(each) for each in ranked[:WORST]]

    def _lack(self, each: Sum) -> Lack:
        missing, partly, notes = [], [], Counter[str]()
        for key, platform in self._summed.items():
            check = self._checks.get(key, {}).get(each.item.pk)
            if check is None or check.state == CheckState.NOT_YET:
                missing.append(platform)
            elif check.state == CheckState.PARTLY:
                partly.append(platform)
            if check and check.note and check.state != CheckState.MET:
                notes[check.note] += 1
        note = notes.most_common(1)[0][0] if notes else ""
        return Lack(each, missing[:NAMED], partly[:NAMED], note)
