"""Risk tests, needs analyses, opinions: rows that are only ever added."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("catalogue", "0002_firewall"),
        ("customers", "0005_firewall_of_circumstances"),
        ("organisation", "0005_token_lives"),
    ]

    operations = [
        migrations.CreateModel(
            name="NeedsAnalysis",
            fields=[
                ("seller_code", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("analysis_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "needs",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                (
                    "cover_elsewhere",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("budget_minor", models.BigIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
                    ),
                ),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer")),
            ],
        ),
        migrations.CreateModel(
            name="RiskTest",
            fields=[
                ("seller_code", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("test_id", models.UUIDField(primary_key=True, serialize=False)),
                ("level", models.PositiveSmallIntegerField()),
                ("differs_from", models.PositiveSmallIntegerField(null=True)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
                    ),
                ),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer")),
            ],
        ),
        migrations.CreateModel(
            name="Opinion",
            fields=[
                ("seller_code", models.CharField(blank=True, max_length=20)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("opinion_id", models.UUIDField(primary_key=True, serialize=False)),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("SUITABLE", "Suitable"),
                            ("STOP_ADVISED", "Stop Advised"),
                            ("UNSUITABLE", "Unsuitable"),
                        ],
                        max_length=12,
                    ),
                ),
                (
                    "reasons",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                (
                    "missing",
                    django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=30), size=None),
                ),
                ("yearly_minor", models.BigIntegerField()),
                ("valid_until", models.DateTimeField()),
                ("rulebook_version", models.CharField(max_length=64)),
                ("core_version", models.PositiveSmallIntegerField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
                    ),
                ),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer")),
                (
                    "series",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalogue.productseries"
                    ),
                ),
                ("analysis", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="advice.needsanalysis")),
            ],
        ),
        migrations.CreateModel(
            name="RiskConfirmation",
            fields=[
                (
                    "test",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="confirmation",
                        serialize=False,
                        to="advice.risktest",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="TakenTest",
            fields=[
                ("test_id", models.UUIDField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
                    ),
                ),
                ("customer", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="customers.customer")),
            ],
        ),
        migrations.CreateModel(
            name="Insistence",
            fields=[
                (
                    "opinion",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="insistence",
                        serialize=False,
                        to="advice.opinion",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                (
                    "company",
                    models.ForeignKey(
                        db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="opinion",
            index=models.Index(fields=["customer", "series", "-at"], name="opinions_on_a_series"),
        ),
        migrations.AddConstraint(
            model_name="needsanalysis",
            constraint=models.CheckConstraint(
                condition=models.Q(("budget_minor__gte", 0)), name="a_budget_is_not_negative"
            ),
        ),
        migrations.AddField(
            model_name="riskconfirmation",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
            ),
        ),
        migrations.AddConstraint(
            model_name="risktest",
            constraint=models.CheckConstraint(
                condition=models.Q(("level__gte", 1), ("level__lte", 5)), name="a_risk_level_is_1_to_5"
            ),
        ),
    ]
