from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("deputies", "0010_points")]

    operations = [
        migrations.AddField(
            model_name="votercontact",
            name="awaits_opinion",
            field=models.BooleanField(default=False, help_text="还没有从中登记意见", verbose_name="需要有人去办"),
        ),
    ]
