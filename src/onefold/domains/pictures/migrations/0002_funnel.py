"""The funnel from the lead to the kept contract."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

STAFF = f"{firewall.KIND} IN ('group', 'company')"


class Migration(migrations.Migration):
    dependencies = [("pictures", "0001_initial")]

    operations = [
        migrations.CreateModel(
            name="FunnelStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("view", models.CharField(max_length=10)),
                ("row", models.CharField(max_length=40)),
                ("step", models.CharField(max_length=10)),
                ("leads", models.BigIntegerField(null=True)),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="releases.release"
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("release", "view", "row", "step"), name="one_step_of_a_funnel")
                ]
            },
        ),
        firewall.protect("pictures_funnelstep", may_see=STAFF),
    ]
