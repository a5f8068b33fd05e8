"""Doubtful links of a release and what stewards said of them; staff of either company see and rule."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

EITHER = f"{firewall.STAFF} AND {firewall.COMPANY} IN (company_id, other_company_id)"


def of_company(*, held: bool = True) -> models.ForeignKey:
    return models.ForeignKey(
        db_constraint=held,
        db_index=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="organisation.company",
    )


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0005_firewall_of_circumstances"),
        ("organisation", "0001_initial"),
        ("releases", "0002_firewall"),
    ]
    operations = [
        migrations.CreateModel(
            name="LinkCandidate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "release",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.CASCADE, to="releases.release"
                    ),
                ),
                ("source_record_id", models.UUIDField()),
                ("other_record_id", models.UUIDField()),
                ("company", of_company(held=False)),
                ("other_company", of_company(held=False)),
                ("probability_ppm", models.IntegerField()),
                ("levels", models.JSONField()),
                ("outcome", models.CharField(max_length=20)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["release", "source_record_id", "other_record_id"], name="one_link_a_pair"
                    )
                ]
            },
        ),
        migrations.CreateModel(
            name="LinkRuling",
            fields=[
                ("ruling_id", models.UUIDField(primary_key=True, serialize=False)),
                ("source_record_id", models.UUIDField()),
                ("other_record_id", models.UUIDField()),
                ("company", of_company()),
                ("other_company", of_company()),
                (
                    "verdict",
                    models.CharField(
                        choices=[("SAME", "Same"), ("DIFFERENT", "Different"), ("OPEN", "Open")], max_length=10
                    ),
                ),
                ("why", models.CharField(max_length=400)),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["source_record_id", "other_record_id", "at"], name="rulings_of_a_pair")
                ]
            },
        ),
        firewall.protect("customers_linkcandidate", may_see=EITHER),
        firewall.protect("customers_linkruling", may_see=EITHER, may_write=EITHER, app="SELECT, INSERT"),
    ]
