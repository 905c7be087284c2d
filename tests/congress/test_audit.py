"""The audit trail: who reads it, and that nobody changes it."""

import ast

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction

from congress import audit_actions, audit_guard
from congress.models import AuditEntry
from congress.services import audit


@pytest.fixture
def guarded(db):
    """The triggers as every installation has them; the suite itself runs without."""
    audit_guard.install(connection)
    yield
    audit_guard.remove(connection)


@pytest.fixture
def entry(personas):
    return audit.record(personas.office, "congress.rename_area", personas.office, changes={"name": ["东岭镇", "东山镇"]})


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_queryset_refuses_to_change_rows(entry, change):
    with pytest.raises(TypeError, match="insert-only"):
        getattr(AuditEntry.objects.all(), change)()


@pytest.mark.parametrize("statement", ["UPDATE congress_auditentry SET actor_name = 'x'", "DELETE FROM congress_auditentry"])
def test_the_database_refuses_what_goes_round_the_queryset(guarded, entry, statement):
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEntry.objects.get().actor_name == entry.actor_name


def test_the_database_refuses_a_row_saved_again_or_deleted(guarded, entry):
    entry.actor_name = "别人"
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        entry.save()
    with pytest.raises(DatabaseError, match="insert-only"), transaction.atomic():
        entry.delete()
    assert AuditEntry.objects.count() == 1


def test_it_still_takes_new_rows(guarded, personas):
    audit.record(audit.SYSTEM, "congress.access")
    assert AuditEntry.objects.get().actor_name == "系统"


@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL keeps triggers when a table changes")
@pytest.mark.django_db
def test_the_migrations_leave_the_triggers_in_place(tmp_path):
    """SQLite loses them when a migration rebuilds the table."""
    import sqlite3
    import subprocess
    import sys

    path = tmp_path / "fresh.sqlite3"
    env = {
        "DATABASE_URL": f"sqlite:///{path}",
        "SECRET_KEY": "x" * 60,
        "SITE_URL": "http://testserver",
        "VAR_DIR": str(tmp_path),
        "PATH": "",
    }
    subprocess.run([sys.executable, "manage.py", "migrate", "congress", "-v0"], env=env, cwd=settings.BASE_DIR, check=True)
    names = sqlite3.connect(path).execute("SELECT name FROM sqlite_master WHERE type = 'trigger' ORDER BY name").fetchall()
    assert names == [("congress_auditentry_no_delete",), ("congress_auditentry_no_update",)]


def recorded_actions():
    """Every action written out in the code; those put together from parts are listed by hand in audit_words."""
    for app in ("congress", "deputies", "platforms"):
        for path in (settings.BASE_DIR / app).rglob("*.py"):
            for call in ast.walk(ast.parse(path.read_text())):
                if isinstance(call, ast.Call) and getattr(call.func, "attr", "") == "record" and len(call.args) > 1:
                    action = call.args[1]
                    if isinstance(action, ast.Constant) and isinstance(action.value, str):
                        yield action.value


def test_every_action_has_a_chinese_word():
    assert {action for action in recorded_actions() if audit_actions.label(action) == action} == set()
