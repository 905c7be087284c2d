"""Ships the default standards, so that a new installation has something to check platforms against."""

from django.db import migrations

from platforms.defaults.standards import ship


def forwards(apps, schema_editor):
    ship(apps.get_model("platforms", "Standard"), apps.get_model("platforms", "StandardItem"))


class Migration(migrations.Migration):
    dependencies = [("platforms", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
