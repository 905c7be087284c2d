"""Ships the reply classes, the grounds of examination and the categories."""

from django.db import migrations

from suggestions.defaults.profiles import ship


def forwards(apps, schema_editor):
    ship(*(apps.get_model("suggestions", name) for name in ("ReplyScheme", "ReplyClass", "Ground", "SuggestionCategory")))


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0001_initial")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
