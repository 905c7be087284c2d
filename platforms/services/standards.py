"""Standards with their versions, and checking platforms against them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
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
    wanted = list(items) if items is not None else [ItemData(i.code, i.name, i.short_name, i.requirement, i.position) for i in old_items.values()]
    codes = [item.code for item in wanted]
    if len(set(codes)) < len(codes):
        raise DomainError("同一标准内项目编号不能重复。")
    kept = {name: fields.get(name, getattr(standard, name)) for name in ("name", "scope", "source", "position")}
    number = Standard.objects.filter(key=standard.key).aggregate(last=Max("version"))["last"] + 1
    Standard.objects.filter(pk=standard.pk).update(is_current=False)
    version = Standard.objects.create(key=standard.key, version=number, is_current=True, **kept)
    StandardItem.objects.bulk_create(
        StandardItem(standard=version, code=i.code, name=i.name, short_name=i.short_name, requirement=i.requirement, position=i.position) for i in wanted
    )
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
