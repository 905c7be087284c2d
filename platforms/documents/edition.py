"""One edition of a round's result, opened for printing: the bulletin's stored JSON with look-ups over it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal
from functools import cached_property
from typing import Any

from congress.enums import AreaKind
from congress.models import Congress, Document
from platforms.documents.numbers import dec, mean
from platforms.models import Bulletin

Row = dict[str, Any]


class Edition:
    """Reads only what was stored on publishing. ``previous`` is the quarter before, for comparison, where there was one."""

    def __init__(self, bulletin: Bulletin) -> None:
        self.bulletin = bulletin
        self.round = bulletin.round
        self.congress: Congress = bulletin.round.congress
        self.results: Row = bulletin.results
        self.label: str = self.results["label"]
        self.table: Row = self.results["table"]
        self.areas: list[Row] = sorted(self.results["areas"], key=lambda area: area["rank"])
        self.platforms: list[Row] = self.results["platforms"]
        self.rectifications: list[Row] = self.results["rectifications"]
        self.items: dict[str, Row] = {item["code"]: item for item in self.table["items"]}
        self.grades: list[Row] = sorted(self.table["grades"], key=lambda grade: -dec(grade["minimum"]))

    @classmethod
    def of(cls, document: Document) -> Edition:
        """The edition a document belongs to. Raises Bulletin.DoesNotExist when its bulletin is gone."""
        return cls(Bulletin.objects.select_related("round__congress__area").get(batch=document.batch_id))

    @cached_property
    def area(self) -> dict[str, Row]:
        return {area["code"]: area for area in self.areas}

    @cached_property
    def platform(self) -> dict[str, Row]:
        return {platform["code"]: platform for platform in self.platforms}

    @cached_property
    def groups(self) -> dict[str, list[Row]]:
        """大项 in the table's order, each with its items; bonus items stand apart."""
        found: dict[str, list[Row]] = {}
        for item in self.table["items"]:
            if not item["is_bonus"]:
                found.setdefault(item["group"], []).append(item)
        return found

    @cached_property
    def _platforms_by_area(self) -> dict[str, list[Row]]:
        found: dict[str, list[Row]] = {}
        for platform in self.platforms:
            found.setdefault(platform["area"], []).append(platform)
        return found

    def platforms_of(self, area_code: str) -> list[Row]:
        return self._platforms_by_area.get(area_code, [])

    def rectifications_of(self, *, area: str = "", platform: str = "") -> list[Row]:
        if platform:
            return [row for row in self.rectifications if row["platform"] == platform]
        return [row for row in self.rectifications if row["area"] == area]

    # ---- groups (大项)

    def group_max(self, group: str) -> Decimal:
        return sum((dec(item["max"]) for item in self.groups[group]), Decimal(0))

    @cached_property
    def group_scores(self) -> dict[tuple[str, str], Decimal | None]:
        """(area code, group) → score: the area's own items, plus the average of its platforms; None when neither scored."""
        return {
            (area["code"], group): self._group_score(area, {item["code"] for item in items})
            for area in self.areas
            for group, items in self.groups.items()
        }

    def _group_score(self, area: Row, codes: set[str]) -> Decimal | None:
        own = scored(area["items"], codes)
        of_platforms = mean(
            [total for platform in self.platforms_of(area["code"]) if (total := scored(platform["items"], codes)) is not None]
        )
        parts = [part for part in (own, of_platforms) if part is not None]
        return sum(parts, Decimal(0)) if parts else None

    @cached_property
    def group_averages(self) -> dict[str, Decimal | None]:
        return {
            group: mean([value for area in self.areas if (value := self.group_scores[area["code"], group]) is not None])
            for group in self.groups
        }

    @cached_property
    def group_rates(self) -> list[tuple[str, Decimal]]:
        """(group, average ÷ maximum), the highest first; equal rates in the table's order."""
        rates = [(group, value / self.group_max(group)) for group, value in self.group_averages.items() if value is not None]
        return sorted(rates, key=lambda pair: -pair[1])

    # ---- words for who takes part

    @cached_property
    def _kinds(self) -> Counter[str]:
        return Counter(area["kind"] for area in self.areas)

    @property
    def units(self) -> str:
        """How the assessed units are called together: 镇（街道）, 乡镇（街道）, 镇."""
        kinds = self._kinds
        town = "乡镇" if kinds[AreaKind.TOWNSHIP] or kinds[AreaKind.ETHNIC_TOWNSHIP] else "镇"
        return f"{town}（街道）" if kinds[AreaKind.SUBDISTRICT] else town

    @property
    def units_counted(self) -> str:
        """7个镇、1个农场、4个街道."""
        order = (AreaKind.TOWN, AreaKind.TOWNSHIP, AreaKind.ETHNIC_TOWNSHIP, AreaKind.FARM, AreaKind.SUBDISTRICT)
        return "、".join(f"{self._kinds[kind]}个{kind.label}" for kind in order if self._kinds[kind])

    @property
    def addressees(self) -> str:
        """主送机关: 各镇人大，榕华华侨农场人大工委，各街道人大工委."""
        towns = [a for a in self.areas if a["kind"] in (AreaKind.TOWN, AreaKind.TOWNSHIP, AreaKind.ETHNIC_TOWNSHIP)]
        farms = sorted((a for a in self.areas if a["kind"] == AreaKind.FARM), key=lambda a: a["code"])
        streets = [a for a in self.areas if a["kind"] == AreaKind.SUBDISTRICT]
        found = []
        if towns:
            found.append(f"各{self.units.removesuffix('（街道）')}人大" if len(towns) > 1 else f"{towns[0]['name']}人大")
        found += [f"{farm['name']}人大工委" for farm in farms]
        if streets:
            found.append("各街道人大工委" if len(streets) > 1 else f"{streets[0]['name']}人大工委")
        return "，".join(found)

    @property
    def place(self) -> str:
        """区, 县 or 市: how the district calls itself."""
        last = self.congress.area.name[-1:]
        return last if last in "区县市旗" else "区"

    @property
    def issuer(self) -> str:
        return self.congress.document_issuer or f"{self.congress.area.name}人大常委会办公室"

    @property
    def heading(self) -> str:
        return self.congress.document_heading or f"{self.issuer}文件"

    @property
    def number(self) -> str:
        """发文字号; before one is given, the place for it is left free."""
        return self.bulletin.number or f"{self.congress.document_prefix}〔{self.bulletin.issued_on.year}〕　　号"

    @cached_property
    def previous(self) -> Row | None:
        """The result of the quarter before, as last corrected; None when there was no round."""
        before = Bulletin.objects.filter(round__code=self.round.period.previous.code).order_by("-version").first()
        return before.results if before else None


def scored(scores: Iterable[Row], codes: set[str]) -> Decimal | None:
    """The sum over the items among ``codes`` that have a score; None when none has."""
    found = [dec(row["score"]) for row in scores if row["code"] in codes and row["score"] is not None]
    return sum(found, Decimal(0)) if found else None
