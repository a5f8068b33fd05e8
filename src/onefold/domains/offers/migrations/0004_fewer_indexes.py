"""The evidence of millions of decisions has one index, its key."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0003_fewer_indexes"),
        ("offers", "0003_values_and_actions"),
        ("organisation", "0005_token_lives"),
        ("releases", "0002_firewall"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="decision",
            name="one_decision_per_company",
        ),
        migrations.RemoveField(
            model_name="decision",
            name="id",
        ),
        migrations.AddField(
            model_name="decision",
            name="pk",
            field=models.CompositePrimaryKey(
                "release", "customer", "owner_company", blank=True, editable=False, primary_key=True, serialize=False
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE offers_decision ADD PRIMARY KEY (release_id, customer_id, owner_company_id)",
            migrations.RunSQL.noop,
        ),
        migrations.AlterField(
            model_name="decision",
            name="customer",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="customers.customer",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="owner_company",
            field=models.ForeignKey(
                db_constraint=False,
                db_index=False,
                on_delete=django.db.models.deletion.PROTECT,
                to="organisation.company",
            ),
        ),
        migrations.AlterField(
            model_name="decision",
            name="release",
            field=models.ForeignKey(
                db_constraint=False, db_index=False, on_delete=django.db.models.deletion.CASCADE, to="releases.release"
            ),
        ),
    ]
