"""How platforms stand to the standards in force, read for many platforms in a constant number of queries."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Q, QuerySet

from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL, AreaKind
from congress.figures import among
from platforms.enums import CheckState, StandardScope, scopes_of
from platforms.models import Platform, Standard, StandardCheck, StandardItem

LEVELS: dict[str, Q] = {
    StandardScope.VILLAGE: Q(area__kind__in=VILLAGE_LEVEL),
    StandardScope.TOWN: Q(area__kind__in=set(TOWN_LEVEL) - {AreaKind.SUBDISTRICT}),
    StandardScope.SUBDISTRICT: Q(area__kind=AreaKind.SUBDISTRICT),
    StandardScope.DEMONSTRATION: Q(is_demonstration=True),
}


@dataclass(frozen=True)
class Tally:
    """How many items apply to a platform, and how many of them are met or partly there."""

    total: int = 0
    met: int = 0
    partly: int = 0

    @property
    def missing(self) -> int:
        return self.total - self.met - self.partly

    @property
    def gaps(self) -> int:
        return self.total - self.met

    @property
    def share(self) -> Decimal:
        """0 to 1; an item that is partly there counts half."""
        return ((Decimal(self.met) + Decimal(self.partly) / 2) / self.total).quantize(Decimal("0.0001")) if self.total else Decimal(0)


@dataclass(frozen=True)
class Cell:
    """One item of one platform. Nobody has looked yet when ``check`` is None; that counts as 缺."""

    item: StandardItem
    check: StandardCheck | None

    @property
    def state(self) -> str:
        return self.check.state if self.check else CheckState.NOT_YET

    @property
    def is_met(self) -> bool:
        return self.state == CheckState.MET


@dataclass(frozen=True)
class Part:
    """One platform's items of one standard."""

    standard: Standard
    cells: list[Cell]

    @property
    def tally(self) -> Tally:
        return tally_of(self.cells)

    @property
    def gaps(self) -> list[Cell]:
        return [cell for cell in self.cells if not cell.is_met]

    @property
    def met(self) -> list[Cell]:
        return [cell for cell in self.cells if cell.is_met]

    @property
    def last(self) -> StandardCheck | None:
        """The newest check among the items that are met."""
        return max((cell.check for cell in self.met if cell.check), key=lambda check: check.checked_at, default=None)


@dataclass(frozen=True)
class Standing:
    """One platform with all its items, in the standards' order."""

    platform: Platform
    cells: list[Cell]

    @property
    def tally(self) -> Tally:
        return tally_of(self.cells)

    @property
    def first_gap(self) -> Cell | None:
        return next((cell for cell in self.cells if not cell.is_met), None)

    @property
    def sentence(self) -> str:
        return gap_sentence(self.cells)

    @property
    def parts(self) -> list[Part]:
        groups: dict[Standard, list[Cell]] = defaultdict(list)
        for cell in self.cells:
            groups[cell.item.standard].append(cell)
        return [Part(standard, cells) for standard, cells in groups.items()]


def tally_of(cells: Collection[Cell]) -> Tally:
    states = Counter(cell.state for cell in cells)
    return Tally(len(cells), states[CheckState.MET], states[CheckState.PARTLY])


def gap_sentence(cells: Iterable[Cell]) -> str:
    """“尚缺 2 项：制度、档案；另有 1 项不全：经费”, or “ 22 项标准全部达标”."""
    cells = list(cells)
    names: dict[str, list[str]] = defaultdict(list)
    for cell in cells:
        names[cell.state].append(cell.item.short_name)
    missing, partly = names[CheckState.NOT_YET], names[CheckState.PARTLY]
    parts = [f"尚缺 {len(missing)} 项：{'、'.join(missing)}"] if missing else []
    if partly:
        parts.append(f"{'另有' if missing else '有'} {len(partly)} 项不全：{'、'.join(partly)}")
    if not cells:
        return "没有适用的标准"
    return "；".join(parts) or f" {len(cells)} 项标准全部达标"


def items_in_force(keys: Collection[str] = (), scopes: Collection[str] = ()) -> list[StandardItem]:
    """The items of current standards in their order, each with its standard; narrowed by the standards' keys and scopes."""
    items = StandardItem.objects.filter(standard__is_current=True).select_related("standard")
    if keys:
        items = items.filter(standard__key__in=keys)
    if scopes:
        items = items.filter(standard__scope__in=scopes)
    return list(items.order_by("standard__position", "standard__key", "position"))


def tallies(ids: Iterable[int], keys: Collection[str] = ()) -> dict[int, Tally]:
    """The platforms' tallies over the standards of those keys (all when empty). Three queries, however many platforms."""
    wanted = set(ids)
    about = among(Platform.objects.order_by(), "pk", wanted).values_list("pk", "area__kind", "is_demonstration")
    return _tallies({pk: scopes_of(kind, marked) for pk, kind, marked in about if pk in wanted}, keys)


def tallies_of(platforms: Iterable[tuple[int, str, bool]]) -> dict[int, Tally]:
    """The same over all standards, for platforms already read as (pk, their area's kind, whether 示范). Two queries."""
    return _tallies({pk: scopes_of(kind, marked) for pk, kind, marked in platforms}, ())


def _tallies(scopes: Mapping[int, frozenset[StandardScope]], keys: Collection[str]) -> dict[int, Tally]:
    standards = Standard.objects.current()
    if keys:
        standards = standards.filter(key__in=keys)
    sizes = {pk: (scope, size) for pk, scope, size in standards.annotate(size=Count("items")).order_by().values_list("pk", "scope", "size")}
    totals: dict[frozenset[StandardScope], int] = {}
    for applied in scopes.values():
        if applied not in totals:
            totals[applied] = sum(size for scope, size in sizes.values() if scope in applied)
    found = among(StandardCheck.objects.order_by(), "platform_id", scopes.keys()).filter(item__standard__in=list(sizes))
    counted = found.values_list("platform_id", "item__standard_id", "state").annotate(number=Count("pk"))
    met: Counter[int] = Counter()
    partly: Counter[int] = Counter()
    for platform, standard, state, number in counted:
        if platform in scopes and sizes[standard][0] in scopes[platform]:
            if state == CheckState.MET:
                met[platform] += number
            elif state == CheckState.PARTLY:
                partly[platform] += number
    return {platform: Tally(totals[applied], met[platform], partly[platform]) for platform, applied in scopes.items()}


def standing_of(platform: Platform) -> Standing:
    """One platform with its items, who checked them and how much evidence there is (``check.files``). Two queries."""
    items = items_in_force(scopes=scopes_of(platform.area.kind, platform.is_demonstration))
    checks = platform.checks.current().select_related("checked_by").annotate(files=Count("evidence"))
    found = {check.item_id: check for check in checks.order_by()}
    return Standing(platform, [Cell(item, found.get(item.pk)) for item in items])


def without_gaps(items: Collection[StandardItem]) -> QuerySet[Any, Any]:
    """Keys of the platforms that meet every one of the items, for a subquery."""
    met = StandardCheck.objects.order_by().filter(item__in=[item.pk for item in items], state=CheckState.MET)
    return met.values("platform").annotate(number=Count("pk")).filter(number=len(items)).values("platform")
