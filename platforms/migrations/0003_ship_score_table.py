"""Ships the default score table, so that a new installation can open its first round."""

from django.db import migrations

from platforms.defaults.score_table import ship


def forwards(apps, schema_editor):
    ship(*(apps.get_model("platforms", name) for name in ("ScoreTable", "ScoreItem", "DeductionRule", "Grade")))


class Migration(migrations.Migration):
    dependencies = [("platforms", "0002_ship_standards")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
