"""The audit trail is insert-only in the database itself: triggers refuse what goes round the queryset.

SQLite and PostgreSQL get them; another vendor keeps only the queryset's refusal and has to withhold the rights to
UPDATE and DELETE from the product's account (docs/operations.md). SQLite drops a table's triggers when a migration
rebuilds the table: such a migration calls ``install`` again, and tests/congress/test_audit.py notices when it did not.
"""

from __future__ import annotations

from django.db.backends.base.base import BaseDatabaseWrapper

_INSTALL = {
    "sqlite": (
        "CREATE TRIGGER congress_auditentry_no_update BEFORE UPDATE ON congress_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END",
        "CREATE TRIGGER congress_auditentry_no_delete BEFORE DELETE ON congress_auditentry "
        "BEGIN SELECT RAISE(ABORT, 'the audit trail is insert-only'); END",
    ),
    "postgresql": (
        "CREATE FUNCTION congress_auditentry_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit trail is insert-only' USING ERRCODE = 'integrity_constraint_violation'; END $$",
        "CREATE TRIGGER congress_auditentry_no_change BEFORE UPDATE OR DELETE ON congress_auditentry "
        "FOR EACH ROW EXECUTE PROCEDURE congress_auditentry_refuse()",
        "CREATE TRIGGER congress_auditentry_no_truncate BEFORE TRUNCATE ON congress_auditentry "
        "FOR EACH STATEMENT EXECUTE PROCEDURE congress_auditentry_refuse()",
    ),
}
_REMOVE = {
    "sqlite": (
        "DROP TRIGGER IF EXISTS congress_auditentry_no_update",
        "DROP TRIGGER IF EXISTS congress_auditentry_no_delete",
    ),
    "postgresql": (
        "DROP TRIGGER IF EXISTS congress_auditentry_no_change ON congress_auditentry",
        "DROP TRIGGER IF EXISTS congress_auditentry_no_truncate ON congress_auditentry",
        "DROP FUNCTION IF EXISTS congress_auditentry_refuse()",
    ),
}


def install(connection: BaseDatabaseWrapper) -> None:
    """Puts the triggers in place, whether or not they were there."""
    remove(connection)
    _run(connection, _INSTALL)


def remove(connection: BaseDatabaseWrapper) -> None:
    _run(connection, _REMOVE)


def _run(connection: BaseDatabaseWrapper, statements: dict[str, tuple[str, ...]]) -> None:
    with connection.cursor() as cursor:
        for statement in statements.get(connection.vendor, ()):
            cursor.execute(statement)
