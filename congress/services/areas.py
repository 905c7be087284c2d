"""The territory tree. Only here are parents and paths written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from congress.enums import TOWN_LEVEL, VILLAGE_LEVEL, AreaKind
from congress.errors import DomainError
from congress.models import Area
from congress.services import audit

#: The length of a statistical code by level: city, district, town, village (GB/T 2260, 统计用区划代码).
CODE_LENGTHS: dict[int, tuple[AreaKind, ...]] = {4: (AreaKind.CITY,), 6: (AreaKind.DISTRICT,), 9: TOWN_LEVEL, 12: VILLAGE_LEVEL}
_RANK: dict[str, int] = {kind: rank for rank, kinds in enumerate(CODE_LENGTHS.values()) for kind in kinds}


def parent_code(code: str) -> str:
    """The code of the level above, told by the code itself; "" above a city."""
    return {12: code[:9], 9: code[:6], 6: code[:4]}.get(len(code), "")


def stands_above(upper: str, lower: str) -> bool:
    """Whether an area of kind ``upper`` can hold one of kind ``lower``."""
    return _RANK[upper] < _RANK[lower]


@transaction.atomic
def create(*, actor: audit.Actor, code: str, name: str, kind: str, parent: Area | None = None, position: int = 0) -> Area:
    """Adds one area. Raises DomainError when the code is taken or the parent is of no higher level."""
    if Area.objects.filter(code=code).exists():
        raise DomainError(f"区划代码 {code} 已经登记。")
    _check_parent(kind, parent)
    area = Area(code=code, name=name, kind=kind, parent=parent, position=position, path=(parent.path if parent else "") + f"{code}/")
    add_many([area])
    audit.record(
        actor,
        "congress.create_area",
        area,
        changes={"name": [None, name], "kind": [None, kind], "parent": [None, parent.code if parent else ""]},
    )
    return area


@transaction.atomic
def rename(*, actor: audit.Actor, area: Area, name: str) -> Area:
    """Gives the area another name. The same name again is a no-op; paths hold codes and stay."""
    before = Area.objects.select_for_update().get(pk=area.pk)
    if before.name != name:
        Area.objects.filter(pk=area.pk).update(name=name)
        audit.record(actor, "congress.rename_area", area, changes={"name": [before.name, name]})
    area.name = name
    return area


@transaction.atomic
def move(*, actor: audit.Actor, area: Area, parent: Area | None) -> Area:
    """Puts the area with everything in it under another one. The same parent again is a no-op.

    Raises DomainError when the parent lies in the area or is of no higher level.
    """
    area = Area.objects.select_for_update().get(pk=area.pk)
    if area.parent_id == (parent.pk if parent else None):
        return area
    if parent and area.contains(parent):
        raise DomainError(f"{parent}在{area}之内，不能作为它的上级区划。")
    _check_parent(area.kind, parent)
    before = area.parent.code if area.parent else ""
    move_many({area.pk: parent.pk if parent else None})
    area.refresh_from_db()
    audit.record(actor, "congress.move_area", area, changes={"parent": [before, parent.code if parent else ""]})
    return area


def _check_parent(kind: str, parent: Area | None) -> None:
    if parent and not stands_above(parent.kind, kind):
        raise DomainError(f"{parent.get_kind_display()}不能作为{AreaKind(kind).label}的上级区划。")


def add_many(areas: Iterable[Area]) -> None:
    """Writes new areas level by level, gives each its path, and adopts towns that were waiting for their district.

    ``parent`` of each is set to an area that is stored or among the new ones. Unaudited: for services and imports that audit.
    """
    levels: dict[int, list[Area]] = {}
    for area in areas:
        levels.setdefault(_RANK[area.kind], []).append(area)
    for rank in sorted(levels):
        for area in levels[rank]:
            area.parent = area.parent  # takes over the key that a new parent was just given
            area.path = (area.parent.path if area.parent else "") + f"{area.code}/"
        Area.objects.bulk_create(levels[rank])
    for rank in sorted(levels, reverse=True):
        _adopt(levels[rank])


def _adopt(parents: list[Area]) -> None:
    """Puts areas without a parent under the new area that their code names, two statements for each that has such children."""
    waiting: dict[str, list[tuple[int, int]]] = {}
    for pk, code in Area.objects.filter(parent=None).values_list("pk", "code"):
        waiting.setdefault(parent_code(code), []).append((pk, len(code)))
    for parent in parents:
        if orphans := waiting.get(parent.code):
            # Their subtrees' paths all begin with an orphan's own code, of known length, so one statement reaches them all.
            strays = Area.objects.filter(path__startswith=parent.code).annotate(after_root=Substr("path", orphans[0][1] + 1, 1))
            strays.filter(after_root="/").update(path=Concat(Value(parent.path), F("path")))
            Area.objects.filter(pk__in=[pk for pk, _ in orphans]).update(parent=parent)


def move_many(parents: Mapping[int, int | None]) -> None:
    """Gives areas other parents and rewrites the paths of their subtrees, the higher levels first. Unaudited."""
    touched = {*parents, *(pk for pk in parents.values() if pk)}
    known = {area.pk: area for area in Area.objects.filter(pk__in=touched)}
    for pk in sorted(parents, key=lambda pk: _RANK[known[pk].kind]):
        area, parent_pk = known[pk], parents[pk]
        old = Area.objects.values_list("path", flat=True).get(pk=pk)
        above = Area.objects.values_list("path", flat=True).get(pk=parent_pk) if parent_pk else ""
        subtree = Area.objects.filter(path__startswith=old)
        subtree.update(path=Concat(Value(f"{above}{area.code}/"), Substr("path", len(old) + 1)))
        Area.objects.filter(pk=pk).update(parent_id=parent_pk)
