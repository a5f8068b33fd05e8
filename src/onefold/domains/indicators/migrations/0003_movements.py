"""What moved a figure, behind the same wall as the figures."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("indicators", "0002_firewall"), ("releases", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="IndicatorMovement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("indicator", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                (
                    "basis",
                    models.CharField(
                        choices=[
                            ("HISTORY", "both days as known now"),
                            ("RELEASE", "from what the release before published"),
                        ],
                        max_length=10,
                    ),
                ),
                ("as_of_before", models.DateField()),
                ("as_of", models.DateField()),
                ("row", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=60)),
                ("part", models.CharField(max_length=20)),
                ("channel", models.CharField(blank=True, max_length=60)),
                ("numerator", models.BigIntegerField()),
                ("denominator", models.BigIntegerField()),
                ("release", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="releases.release")),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("release", "indicator", "basis", "row", "column", "as_of", "part", "channel"),
                        name="one_part_per_movement",
                    )
                ],
            },
        ),
        firewall.protect("indicators_indicatormovement", may_see=f"{firewall.KIND} IN ('group', 'company')"),
    ]
