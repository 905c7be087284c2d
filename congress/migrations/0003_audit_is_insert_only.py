"""Triggers that hold the audit trail insert-only."""

from django.db import migrations

from congress import audit_guard


def install(apps, schema_editor):
    audit_guard.install(schema_editor.connection)


def remove(apps, schema_editor):
    audit_guard.remove(schema_editor.connection)


class Migration(migrations.Migration):
    dependencies = [("congress", "0002_import_file")]

    operations = [migrations.RunPython(install, remove)]
