"""A kind of record as columns of a file, standing on django-import-export.

A resource declares its columns once: they read cells on import, show them on export, and make the empty template. Import runs
over whole columns and whole tables instead of import-export's row by row (``docs/architecture.md`` says what that would cost);
export, in the pages and in the admin, is import-export's own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, ClassVar, NoReturn

from django.db import models
from import_export import fields, resources, widgets

from congress.errors import DomainError
from congress.imports import table as tables
from congress.imports import values
from congress.imports.plan import CREATED, UNCHANGED, UPDATED, Plan, PlannedRow, Record
from congress.imports.reading import Sheet
from congress.services.audit import SYSTEM, Actor

Read = Callable[[Any], Any]
Show = Callable[[Any], str]


def show_plainly(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    return str(value)


class Cell(widgets.Widget):
    """Reads a cell by a function of ``values`` and shows it in Chinese."""

    def __init__(self, read: Read, show: Show) -> None:
        super().__init__()
        self.read, self.show = read, show

    def clean(self, value: Any, row: Any = None, **kwargs: Any) -> Any:
        return self.read(value)

    def render(self, value: Any, obj: Any = None, **kwargs: Any) -> str:
        return self.show(value)


class Column(fields.Field):
    """One column: its Chinese heading, other names it goes by, how a cell is read and shown."""

    def __init__(
        self,
        title: str,
        read: Read,
        attribute: str,
        *,
        show: Show = show_plainly,
        synonyms: Iterable[str] = (),
        required: bool = False,
        help: str = "",
        example: str = "",
        choices: Iterable[str] = (),
        get: Callable[[Any], Any] | None = None,
    ) -> None:
        super().__init__(attribute=attribute, column_name=title, widget=Cell(read, show))
        self.get = get
        self.synonyms = tuple(synonyms)
        self.required, self.help, self.example, self.choices = required, help, example, tuple(choices)

    def get_value(self, instance: models.Model) -> Any:
        """What ``get`` makes of the row, where a path of attributes can't say it."""
        return self.get(instance) if self.get else super().get_value(instance)

    def export(self, instance: models.Model, **kwargs: Any) -> Any:
        return values.neutral(super().export(instance, **kwargs))


class SheetResource(resources.ModelResource):
    """Base of all kinds. A subclass declares columns and says how rows meet the tables (``settle``) and are written (``write``)."""

    #: what the command and the address call the kind, such as "areas"
    key: ClassVar[str]
    label: ClassVar[str]
    #: name of the address that lists the records
    list_url: ClassVar[str]
    #: what the import page tells about matching
    hint: ClassVar[str] = ""
    #: the permissions to bring such a file in, and to take the rows out
    import_rule: ClassVar[str] = "congress.import_file"
    export_rule: ClassVar[str] = "congress.import_file"
    #: who imports or exports, for kinds where that decides what a row may say or show
    actor: Actor = SYSTEM

    @classmethod
    def columns(cls) -> dict[str, Column]:
        """In the order of ``Meta.fields``."""
        return {name: cls.fields[name] for name in cls._meta.fields}

    @classmethod
    def labels(cls) -> dict[str, str]:
        return {name: column.column_name for name, column in cls.columns().items()}

    @classmethod
    def synonyms(cls) -> dict[str, str]:
        """Plain heading → field, for every name a column goes by."""
        return {
            tables.plain(heading): name
            for name, column in cls.columns().items()
            for heading in (column.column_name, name, *column.synonyms)
        }

    @classmethod
    def find_table(cls, sheets: Iterable[Sheet]) -> tables.Table:
        required = [name for name, column in cls.columns().items() if column.required]
        return tables.find(sheets, cls.synonyms(), required, cls.labels())

    def import_data(self, *args: Any, **kwargs: Any) -> NoReturn:
        """Closed: import-export's own way would go round the checks, the areas' paths and the audit trail."""
        raise NotImplementedError("import through congress.imports.running")

    def choices(self) -> Mapping[str, Iterable[str]]:
        """Drop-down lists of the template that come from tables rather than from the column."""
        return {}

    def exported(self, user: Any) -> models.QuerySet:
        """What this person's export holds."""
        return self.get_queryset()

    def told(self, count: int) -> str:
        """What the audit trail says of an export of so many rows, after it was made."""
        return f"{self.label} {count} 行"

    def plan(self, table: tables.Table) -> Plan:
        """Reads every cell, checks every row and compares it with what is stored. Writes nothing."""
        plan = Plan(table, self.labels())
        if not table.rows:
            raise DomainError("表头下面没有数据行。")
        records = self._records(plan)
        self.settle(records, plan)
        plan.rejected.sort(key=lambda rejection: rejection.row or 0)
        return plan

    def _records(self, plan: Plan) -> list[Record]:
        """Column by column; a text met before is not read again."""
        records = [Record(number, {}, raw) for number, raw in plan.table.rows]
        for name, index in plan.table.columns.items():
            column = self.fields[name]
            read, required = column.widget.read, column.required
            known: dict[str, Any] = {}
            for record in records:
                raw = record.raw[index] if index < len(record.raw) else ""
                if raw == "" and not required:
                    continue
                value = known.get(raw) if type(raw) is str else None
                if value is None:
                    try:
                        value = read(raw)
                    except ValueError as error:
                        plan.reject(record, name, str(error))
                        continue
                    if value is None:
                        if required:
                            plan.reject(record, name, "不能为空")
                        continue
                    if type(raw) is str:
                        known[raw] = value
                record.given[name] = value
        return records

    def settle(self, records: list[Record], plan: Plan) -> None:
        """Adds to ``plan`` what becomes of each record, and to ``plan.work`` what ``write`` needs."""
        raise NotImplementedError

    def write(self, plan: Plan, actor: Actor) -> None:
        """Writes a plan without rejections, in bulk. Runs inside the transaction of ``running.run``, which audits it."""
        raise NotImplementedError

    def show(self, name: str, value: Any) -> str:
        """A stored value as the preview shows it; subclasses know the names behind foreign keys."""
        column = self.fields.get(name)
        return column.widget.show(value) if column is not None else show_plainly(value)

    def cells(self, row: PlannedRow) -> list[tuple[str, str, str]]:
        """(column, old, new) of every cell that changes."""
        labels = self.labels()
        return [
            (labels[name], self.show(name, row.before.get(name)), self.show(name, row.after[name]))
            for name in labels
            if name in row.after and (name in row.before or row.after[name] not in (None, ""))
        ]


def compare(stored: Mapping[str, Any] | None, given: Mapping[str, Any]) -> tuple[str, dict[str, Any], dict[str, Any]]:
    """(action, before, after) of one record: a new one, or the fields that differ."""
    if stored is None:
        return CREATED, {}, dict(given)
    after = {name: value for name, value in given.items() if stored[name] != value}
    return (UPDATED if after else UNCHANGED), {name: stored[name] for name in after}, after


def _attname(model: type[models.Model], name: str) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, models.Field)
    return field.attname


def update_rows(model: type[models.Model], changes: Mapping[int, Mapping[str, Any]]) -> None:
    """Writes changed fields of many rows: one statement per batch of rows that change the same fields."""
    groups: dict[tuple[str, ...], list[models.Model]] = {}
    for pk, fields_changed in changes.items():
        if not fields_changed:
            continue
        row = model(pk=pk)
        for name, value in fields_changed.items():
            setattr(row, _attname(model, name), value)
        groups.setdefault(tuple(sorted(fields_changed)), []).append(row)
    for names, rows in groups.items():
        model._base_manager.bulk_update(rows, names, batch_size=200)


def attnames(model: type[models.Model], given: Mapping[str, Any]) -> dict[str, Any]:
    """Values under their column names ("area" → "area_id"), to build a new row from primary keys."""
    return {_attname(model, name): value for name, value in given.items()}
