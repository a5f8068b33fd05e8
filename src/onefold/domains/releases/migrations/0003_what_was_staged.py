"""What each table held when it was staged; how often a run was taken up."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("releases", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="StagedTable",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("table", models.CharField(max_length=100)),
                ("rows", models.PositiveBigIntegerField()),
                ("digest", models.CharField(max_length=40)),
                (
                    "staged",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="tables",
                        to="releases.stageddataset",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("staged", "table"), name="one_record_per_staged_table")
                ],
            },
        ),
        firewall.open_to_staff("releases_stagedtable"),
        migrations.AddField("run", "attempts", models.PositiveSmallIntegerField(default=0)),
    ]
