"""Entering a deputy as a person, and changing what is known of her."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from congress.imports.lookups import NextCode
from congress.models import Area
from congress.services import audit
from deputies.models import Deputy
from deputies.pinyin import initials
from deputies.services.guards import FieldRefused, require

FIELDS = ("name", "sex", "born_on", "nationality", "education", "party", "trade", "position", "phone")


@transaction.atomic
def register_deputy(*, actor: audit.Actor, area: Area, code: str = "", **fields: Any) -> Deputy:
    """Enters a person; an empty code is made from the area's, as the import makes it. Raises PermissionDenied and FieldRefused."""
    require(actor, "deputies.manage_deputies")
    fields = _known(fields)
    Area.objects.select_for_update(of=("self",)).get(pk=area.pk)  # two new deputies of one area get two codes
    if code and (holder := Deputy.objects.filter(code=code).first()):
        raise FieldRefused("code", f"代表编号 {code} 已由{holder}使用，请另编一个，或留空由系统编号。")
    code = code or NextCode(Deputy.objects.filter(code__startswith=f"{area.code}-").values_list("code", flat=True)).after(area.code)
    deputy = Deputy.objects.create(code=code, initials=initials(fields["name"]), **fields)
    audit.record(actor, "deputies.create_deputy", deputy, changes=audit.difference({}, fields))
    return deputy


@transaction.atomic
def update_deputy(*, actor: audit.Actor, deputy: Deputy, **fields: Any) -> Deputy:
    """Changes the given fields; without a difference it writes nothing. Raises PermissionDenied."""
    require(actor, "deputies.manage_deputies")
    fields = _known(fields)
    deputy = Deputy.objects.select_for_update(of=("self",)).get(pk=deputy.pk)
    changes = audit.difference({name: getattr(deputy, name) for name in fields}, fields)
    if not changes:
        return deputy
    for name, value in fields.items():
        setattr(deputy, name, value)
    deputy.initials = initials(deputy.name)
    deputy.save(update_fields=[*fields, "initials"])
    audit.record(actor, "deputies.change_deputy", deputy, changes=changes)
    return deputy


def _known(fields: dict[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - set(FIELDS):
        raise TypeError(f"not fields of a deputy: {sorted(unknown)}")
    return fields
