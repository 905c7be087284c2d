"""Ships the aspects that voters rate and what is asked of duty reports, so that a first meeting can be planned."""

from django.db import migrations

from deputies.defaults.duty_reports import ship


def forwards(apps, schema_editor):
    ship(apps.get_model("deputies", "BallotAspect"), apps.get_model("deputies", "DutyReportRule"))


class Migration(migrations.Migration):
    dependencies = [("deputies", "0008_duty_report_slips")]
    operations = [migrations.RunPython(forwards, migrations.RunPython.noop)]
