"""A matter's own code and whether it was adopted; the booklets a new installation starts with."""

from django.db import migrations, models

from activities.defaults import booklets


def ship(apps, schema_editor):
    booklets.ship(apps.get_model("activities", "Booklet"))


class Migration(migrations.Migration):
    dependencies = [("activities", "0002_rota_drafts")]

    operations = [
        migrations.AddField(
            model_name="forumitem",
            name="code",
            field=models.CharField(default="", max_length=40, unique=True, verbose_name="编号"),
            preserve_default=False,
        ),
        migrations.AddConstraint(
            model_name="forumitem",
            constraint=models.CheckConstraint(
                condition=models.Q(("fed_back_on__isnull", True), ("is_adopted__isnull", True))
                | models.Q(("fed_back_on__isnull", False), ("is_adopted__isnull", False)),
                name="fed_back_item_says_whether_adopted",
            ),
        ),
        migrations.RunPython(ship, migrations.RunPython.noop),
    ]
