"""Standards with their versions, and checking platforms against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from congress.errors import DomainError
from congress.models import User
from congress.services import audit
from platforms.defaults import standards as defaults
from platforms.enums import CheckState
from platforms.models import Platform, Standard, StandardCheck, StandardItem


@dataclass(frozen=True)
class ItemData:
    """One item as staff want it in the next version. The code ties it to the item before."""

    code: str
    name: str
    short_name: str
    requirement: str = ""
    position: int = 0


@transaction.atomic
def ship_standards(*, actor: audit.Actor) -> int:
    """Adds the standards the product comes with where their key is missing; answers how many. Again it adds none."""
    added = defaults.ship(Standard, StandardItem)
    if added:
        audit.record(actor, "platforms.ship_standards", changes={"added": [None, added]})
    return added


@transaction.atomic
def new_version(*, actor: audit.Actor, standard: Standard, items: Iterable[ItemData] | None = None, **fields: Any) -> Standard:
    """Makes the next version of a standard, with ``fields`` and ``items`` changed, and puts it in force.

    Checks go over, with their evidence, to the item of the same code; those of an item that was left out stay with the
    old version. Raises DomainError when the standard is not the version in force, or two items share a code.
    """
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    if not standard.is_current:
        raise DomainError(f"{standard}已不是现行版本，请在现行版本上修改。")
    old_items = {item.code: item for item in standard.items.all()}
    wanted = (
        list(items)
        if items is not None
        else [ItemData(i.code, i.name, i.short_name, i.requirement, i.position) for i in old_items.values()]
    )
    kept = {name: fields.get(name, getattr(standard, name)) for name in ("name", "scope", "source", "position")}
    number = Standard.objects.filter(key=standard.key).aggregate(last=Max("version"))["last"] + 1
    Standard.objects.filter(pk=standard.pk).update(is_current=False)
    version = Standard.objects.create(key=standard.key, version=number, is_current=True, **kept)
    codes = [item.code for item in _write_items(version, wanted)]
    carried = 0
    for item in version.items.all():
        if item.code in old_items:
            carried += StandardCheck.objects.filter(item=old_items[item.code]).update(item=item)
    audit.record(
        actor,
        "platforms.new_standard_version",
        version,
        ref=f"{version.key}-{version.version}",
        changes={"version": [standard.version, number], "items": [sorted(old_items), sorted(codes)], "checks": [None, carried]},
    )
    return version


@transaction.atomic
def create_standard(*, actor: audit.Actor, key: str, items: Iterable[ItemData], **fields: Any) -> Standard:
    """Adds a standard in its first version. Raises DomainError when the key is taken or two items share a code."""
    if Standard.objects.filter(key=key).exists():
        raise DomainError(f"标识“{key}”已有标准使用，请另取一个。")
    standard = Standard.objects.create(key=key, **fields)
    wanted = _write_items(standard, items)
    audit.record(
        actor, "platforms.create_standard", standard, ref=f"{key}-1", changes={"items": [None, sorted(item.code for item in wanted)]}
    )
    return standard


@transaction.atomic
def revise_standard(*, actor: audit.Actor, standard: Standard, items: Iterable[ItemData], **fields: Any) -> Standard:
    """Changes a standard as staff edited it; answers the version that now holds.

    Once a platform was checked against it, the change is a new version (see ``new_version``); before, the version itself
    changes. Without a difference nothing is written. Raises DomainError as ``new_version`` does.
    """
    standard = Standard.objects.select_for_update().get(pk=standard.pk)
    wanted = _numbered(standard.key, items)
    now = [ItemData(i.code, i.name, i.short_name, i.requirement, i.position) for i in standard.items.order_by("position", "code")]
    changes = audit.difference({name: getattr(standard, name) for name in fields}, fields)
    if not changes and sorted(wanted, key=lambda item: (item.position, item.code)) == now:
        return standard
    if StandardCheck.objects.filter(item__standard=standard).exists():
        return new_version(actor=actor, standard=standard, items=wanted, **fields)
    if not standard.is_current:
        raise DomainError(f"{standard}已不是现行版本，请在现行版本上修改。")
    Standard.objects.filter(pk=standard.pk).update(**fields)
    standard.items.all().delete()
    standard.refresh_from_db()
    _write_items(standard, wanted)
    audit.record(
        actor,
        "platforms.change_standard",
        standard,
        ref=f"{standard.key}-{standard.version}",
        changes={**changes, "items": [[item.code for item in now], [item.code for item in wanted]]},
    )
    return standard


def _numbered(key: str, items: Iterable[ItemData]) -> list[ItemData]:
    """The items, those without a code numbered after the highest number in use. Raises DomainError for a code used twice."""
    items = list(items)
    codes = [item.code for item in items if item.code]
    if len(set(codes)) < len(codes):
        raise DomainError("同一标准内项目编号不能重复。")
    used = StandardItem.objects.filter(standard__key=key).values_list(
        "code", flat=True
    )  # of every version: a code never gets a second meaning
    numbers = [int(end) for code in (*codes, *used) if (end := code.rpartition(".")[2]).isdecimal()]
    following = count(max(numbers, default=0) + 1)
    return [item if item.code else replace(item, code=f"{key}.{next(following)}") for item in items]


def _write_items(standard: Standard, items: Iterable[ItemData]) -> list[ItemData]:
    wanted = _numbered(standard.key, items)
    StandardItem.objects.bulk_create(
        StandardItem(standard=standard, code=i.code, name=i.name, short_name=i.short_name, requirement=i.requirement, position=i.position)
        for i in wanted
    )
    return wanted


@transaction.atomic
def set_check(*, actor: User, platform: Platform, item: StandardItem, state: str, note: str = "") -> StandardCheck:
    """Says how a platform stands to an item. The same state and note again are a no-op that keeps who checked and when.

    Raises DomainError when the item is not of a standard in force for this platform.
    """
    if state not in CheckState.values:
        raise ValueError(f"unknown state {state!r}")
    Platform.objects.select_for_update().get(pk=platform.pk)
    if not Standard.objects.applying_to(platform).filter(pk=item.standard_id).exists():
        raise DomainError(f"“{item}”不是“{platform}”现行适用的标准，请刷新后再看。")
    note = note.strip()
    check = StandardCheck.objects.filter(platform=platform, item=item).first()
    if check and check.state == state and check.note == note:
        return check
    before = {"state": check.state if check else None, "note": check.note if check else ""}
    check = check or StandardCheck(platform=platform, item=item)
    check.state, check.note, check.checked_by, check.checked_at = state, note, actor, timezone.now()
    check.save()
    audit.record(
        actor,
        "platforms.set_check",
        platform,
        changes={"item": [None, item.code], **audit.difference(before, {"state": state, "note": note})},
    )
    return check


@transaction.atomic
def meet_all(*, actor: User, platform: Platform) -> int:
    """Marks every item that applies to the platform as met; answers how many changed. Again it changes none."""
    Platform.objects.select_for_update().get(pk=platform.pk)
    items = StandardItem.objects.filter(standard__in=Standard.objects.applying_to(platform))
    found = {check.item_id: check for check in platform.checks.filter(item__in=items)}
    now = timezone.now()
    fresh, changed = [], []
    states: dict[str, list[str | None]] = {}
    for item in items:
        check = found.get(item.pk)
        if check is None:
            fresh.append(StandardCheck(platform=platform, item=item, state=CheckState.MET, checked_by=actor, checked_at=now))
            states[item.code] = [None, CheckState.MET]
        elif check.state != CheckState.MET:
            states[item.code] = [check.state, CheckState.MET]
            check.state, check.note, check.checked_by, check.checked_at = CheckState.MET, "", actor, now
            changed.append(check)
    StandardCheck.objects.bulk_create(fresh)
    StandardCheck.objects.bulk_update(changed, ["state", "note", "checked_by", "checked_at"])
    if states:
        audit.record(actor, "platforms.meet_all", platform, changes=states)
    return len(states)
