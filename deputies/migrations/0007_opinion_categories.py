"""Ships the categories of opinions, so that a new installation can sort what voters say."""

from django.db import migrations

from deputies.defaults.opinion_categories import ship


def forwards(apps, schema_editor):
    ship(apps.get_model("deputies", "OpinionCategory"))


class Migration(migrations.Migration):
    dependencies = [("deputies", "0006_opinion_steps")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
