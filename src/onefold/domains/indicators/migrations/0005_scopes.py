"""Figures over one company's or one region's customers, behind the same wall as the group's."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("indicators", "0004_withheld"), ("releases", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="ScopedValue",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="releases.release"
                    ),
                ),
                ("scope_kind", models.CharField(max_length=10)),
                ("scope", models.CharField(max_length=40)),
                ("indicator", models.CharField(max_length=60)),
                ("version", models.PositiveSmallIntegerField()),
                ("as_of", models.DateField()),
                ("row", models.CharField(max_length=60)),
                ("column", models.CharField(max_length=60)),
                ("numerator", models.BigIntegerField(null=True)),
                ("denominator", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["release", "indicator", "scope_kind", "scope", "row", "column"],
                        name="one_figure_per_scope",
                    )
                ]
            },
        ),
        firewall.protect("indicators_scopedvalue", may_see=f"{firewall.KIND} IN ('group', 'company')"),
    ]
