"""Gives the deputies who are there the letters they are found by, and the liaisons their one rule."""

from django.db import migrations

from deputies.pinyin import initials


def fill(apps, schema_editor):
    deputies = apps.get_model("deputies", "Deputy").objects
    batch = []
    for deputy in deputies.filter(initials="").only("pk", "name").iterator():
        deputy.initials = initials(deputy.name)
        batch.append(deputy)
    deputies.bulk_update(batch, ["initials"], batch_size=500)
    rules = apps.get_model("deputies", "LiaisonRule").objects
    if not rules.exists():
        rules.create()


class Migration(migrations.Migration):
    dependencies = [("deputies", "0004_register")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
