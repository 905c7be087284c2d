import django.core.validators
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('deputies', '0011_contact_awaits_opinion'),
    ]

    operations = [
        migrations.AddField(
            model_name='liaisonrule',
            name='least_contacts',
            field=models.PositiveSmallIntegerField(default=4, validators=[django.core.validators.MaxValueValidator(366)], verbose_name='代表每年联系选民不少于（次）'),
        ),
        migrations.AddIndex(
            model_name='mandate',
            index=models.Index(fields=['term', 'area'], name='mandate_by_term_and_area'),
        ),
    ]
