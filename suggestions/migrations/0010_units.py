from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("suggestions", "0050_lists")]

    operations = [
        migrations.AddField("reply", "promises", models.JSONField(blank=True, default=list, verbose_name="拟承诺事项")),
    ]
