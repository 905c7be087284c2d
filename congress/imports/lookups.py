"""Areas by code or name, read once per import."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from typing import NamedTuple

from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL
from congress.imports import values
from congress.models import Area, Congress


class Place(NamedTuple):
    """An area as an import needs it."""

    pk: int
    code: str
    name: str
    kind: str
    parent_id: int | None
    path: str


class AreaBook:
    """All areas in memory: 17,000 take a tenth of a second, a query per row takes a hundred times that."""

    def __init__(self) -> None:
        rows = Area.objects.order_by("code").values_list("pk", "code", "name", "kind", "parent_id", "path")
        self.places = [Place(*row) for row in rows]
        self.by_pk = {place.pk: place for place in self.places}
        self.by_code = {place.code: place for place in self.places}
        self.by_name: dict[str, list[Place]] = {}
        for place in self.places:
            self.by_name.setdefault(place.name, []).append(place)
        self.home = Congress.objects.home()
        self.home_path = self.home.area.path if self.home else ""

    def name(self, pk: int | None) -> str:
        return self.by_pk[pk].name if pk in self.by_pk else ""

    def find(self, text: str, within: Place | None = None) -> Place:
        """The one area of that code or name: in ``within`` when given, else in the home district first. Raises ValueError."""
        code = values.half_width(text)
        if code[:1].isdigit() and (place := self.by_code.get(code) or self.by_code.get(area_code(code))):
            return place
        found = self._named(text)
        if within:
            found = [place for place in found if place.path.startswith(within.path)]
        elif len(found) > 1:
            found = [place for place in found if self.home_path and place.path.startswith(self.home_path)] or found
            found = [place for place in found if place.kind not in VILLAGE_LEVEL] or found
        if len(found) == 1:
            return found[0]
        if not found:
            where = f"{within.name}没有" if within else "没有"
            raise ValueError(f"{where}名为“{text}”的区划，请先导入区划，或改填区划代码")
        known = "、".join(f"{self.name(place.parent_id)}{place.name}（{place.code}）" for place in found[:3])
        raise ValueError(f"名为“{text}”的区划有 {len(found)} 个：{known}{'等' if len(found) > 3 else ''}，请改填区划代码")

    def label(self, pk: int, within: Place | None = None) -> str:
        """What to call the area in a file so that ``find`` gives it back: its name, led by its town's if need be, or its code."""
        place = self.by_pk[pk]
        for text in (place.name, self.name(place.parent_id) + place.name):
            try:
                if self.find(text, within) is place:
                    return text
            except ValueError:
                continue
        return place.code

    def _named(self, text: str) -> list[Place]:
        """Of that name, or of a name led by its town's (那良镇里火村)."""
        if text in self.by_name:
            return self.by_name[text]
        for cut in range(2, len(text)):
            towns = [place for place in self.by_name.get(text[:cut], ()) if place.kind in TOWN_LEVEL]
            rest = text[cut:].strip("/-、 ")
            found = [place for place in self.by_name.get(rest, ()) for town in towns if place.path.startswith(town.path)]
            if found:
                return found
        return []

    def town_of(self, place: Place) -> Place | None:
        """The town-level area that the place is or lies in."""
        current: Place | None = place
        while current and current.kind not in TOWN_LEVEL:
            current = self.by_pk.get(current.parent_id) if current.parent_id else None
        return current

    def towns(self) -> list[str]:
        """Names of the home district's town-level areas, for a drop-down."""
        return [place.name for place in self.places if place.kind in TOWN_LEVEL and place.path.startswith(self.home_path)]


def area_code(text: str) -> str:
    """A statistical code without the noughts that pad a higher level to twelve digits."""
    code = values.code(text) or ""
    if len(code) == 12 and code.endswith("000"):
        code = code[:9]
    if len(code) == 9 and code.endswith("000"):
        code = code[:6]
    if len(code) == 6 and code.endswith("00"):
        code = code[:4]
    return code


class NextCode:
    """Codes for records that came without one: the area's code and a running number, the same for the same file."""

    def __init__(self, taken: Iterable[str], infix: str = "") -> None:
        self.taken = set(taken)
        self.infix = infix
        self.counters: dict[str, itertools.count] = {}

    def after(self, prefix: str) -> str:
        counter = self.counters.setdefault(prefix, itertools.count(1))
        for number in counter:
            code = f"{prefix}-{self.infix}{number:03d}"
            if code not in self.taken:
                self.taken.add(code)
                return code
        raise AssertionError("unreachable: the counter has no end")
