"""Kinds where one row is one record, known by its code or, when the row has none, by its name and area."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, ClassVar

from django.db.models import TextChoices

from congress.imports import values
from congress.imports.lookups import AreaBook, NextCode, Place
from congress.imports.plan import UNCHANGED, Plan, PlannedRow, Record
from congress.imports.resource import SheetResource, attnames, compare, update_rows
from congress.services.audit import Actor


class CodedResource(SheetResource):
    """Adds matching and writing. A subclass says in ``resolve`` what the cells mean together."""

    #: columns that only help to find the area and are stored nowhere
    helpers: ClassVar[tuple[str, ...]] = ()
    #: between the area's code and the running number of a generated code
    code_infix: ClassVar[str] = ""

    areas: AreaBook

    def stored_fields(self) -> list[str]:
        return [name for name in self.columns() if name not in self.helpers]

    def prepare(self) -> None:
        """Reads the tables that rows refer to. Called once per import."""
        self.areas = AreaBook()

    def resolve(self, record: Record, plan: Plan) -> None:
        """Turns texts in ``record.given`` into keys and checks them; rejects through ``plan``."""

    def complete(self, record: Record, stored: dict[str, Any] | None, plan: Plan) -> None:
        """Adds what follows for a new record, and checks the record as it will be."""

    def same_place(self, given: dict[str, Any], stored: dict[str, Any]) -> bool:
        """Whether a row without a code and without an area may mean this record of the same name."""
        return True

    def code_prefix(self, given: dict[str, Any]) -> str:
        return self.areas.by_pk[given["area"]].code

    def find_area(self, record: Record, plan: Plan, name: str, within: Place | None = None) -> Place | None:
        """The place that a cell names, put into ``given`` as its key."""
        text = record.given.get(name)
        if text is None:
            return None
        try:
            place = self.areas.find(text, within)
        except ValueError as error:
            plan.reject(record, name, str(error))
            return None
        record.given[name] = place.pk
        return place

    def settle(self, records: list[Record], plan: Plan) -> None:
        self.prepare()
        known = list(self._meta.model._base_manager.order_by("code").values("pk", *self.stored_fields()))
        self._by_code = {row["code"]: row for row in known}
        self._by_name: dict[str, list[dict[str, Any]]] = {}
        self._by_place: dict[tuple[str, int], list[dict[str, Any]]] = {}
        for row in known:
            self._by_name.setdefault(row["name"], []).append(row)
            self._by_place.setdefault((row["name"], row["area"]), []).append(row)
        codes = NextCode([*self._by_code, *(record.given["code"] for record in records if "code" in record.given)], self.code_infix)
        first_rows: dict[Any, Record] = {}
        new: list[dict[str, Any]] = []
        changes: dict[int, dict[str, Any]] = {}
        for record in records:
            self.resolve(record, plan)  # also of a row already rejected, so that all its reasons are told at once
            if not record.ok:
                continue
            given = record.given
            stored = self._match(record, plan)
            if not record.ok:
                continue
            self.complete(record, stored, plan)
            if not record.ok:
                continue
            key = ("pk", stored["pk"]) if stored else given.get("code") or (given["name"], given["area"])
            if (first := first_rows.setdefault(key, record)) is not record:
                name = "code" if "code" in given else "name"
                plan.reject(record, name, f"与第 {first.number} 行重复")
                plan.reject(first, name, f"与第 {record.number} 行重复")
                continue
            if stored is None and "code" not in given:
                given["code"] = codes.after(self.code_prefix(given))
            action, before, after = compare(stored, {name: given[name] for name in given if name not in self.helpers})
            plan.rows.append(PlannedRow(record.number, action, (stored or given)["code"], given["name"], before, after))
            if stored is None:
                new.append(after)
            elif action != UNCHANGED:
                changes[stored["pk"]] = after
        plan.work = (new, changes)

    def _match(self, record: Record, plan: Plan) -> dict[str, Any] | None:
        given = record.given
        if "code" in given:
            return self._by_code.get(given["code"])
        if "area" in given:
            found = self._by_place.get((given["name"], given["area"]), [])
        else:
            found = [row for row in self._by_name.get(given["name"], ()) if self.same_place(given, row)]
        if len(found) > 1:
            plan.reject(record, "name", f"同名的{self.label}有 {len(found)} 个，请填写{plan.labels['code']}")
        return found[0] if len(found) == 1 else None

    def write(self, plan: Plan, actor: Actor) -> None:
        new, changes = plan.work
        model = self._meta.model
        model._base_manager.bulk_create([model(**attnames(model, given)) for given in new])
        update_rows(model, changes)


def by_label(choices: Iterable[tuple[str, str]], more: dict[str, str] | None = None) -> dict[str, str]:
    """Labels, stored values and synonyms of a closed list → the stored value."""
    words = {word: value for value, label in choices for word in (label, value)} | (more or {})
    return {values.half_width(word): value for word, value in words.items()}


def label_of(choices: type[TextChoices]) -> Callable[[Any], str]:
    """Shows a stored value by its label; a label stays what it is."""
    labels = {str(value): str(label) for value, label in choices.choices}
    return lambda value: labels.get(str(value), "" if value is None else str(value))
