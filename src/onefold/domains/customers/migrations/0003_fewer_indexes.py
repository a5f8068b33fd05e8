"""Each index is written for each of millions of rows: only those somebody asks by are left."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_firewall"),
        ("organisation", "0005_token_lives"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="searchtoken",
            name="one_token_per_record",
        ),
        migrations.RemoveField(
            model_name="searchtoken",
            name="id",
        ),
        migrations.AddField(
            model_name="searchtoken",
            name="pk",
            field=models.CompositePrimaryKey(
                "token", "source_record", blank=True, editable=False, primary_key=True, serialize=False
            ),
        ),
        migrations.RunSQL(
            "ALTER TABLE customers_searchtoken ADD PRIMARY KEY (token, source_record_id)", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="membership",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
            ),
        ),
        migrations.AlterField(
            model_name="searchtoken",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
            ),
        ),
        migrations.AlterField(
            model_name="searchtoken",
            name="source_record",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, to="customers.sourcerecord"
            ),
        ),
        migrations.AlterField(
            model_name="sourcerecord",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
            ),
        ),
    ]
