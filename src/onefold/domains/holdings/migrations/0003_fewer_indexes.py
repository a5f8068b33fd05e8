"""Codes of contracts carry no index: nobody asks by them, and each is written for each of millions of rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0002_firewall"),
        ("holdings", "0002_firewall"),
        ("organisation", "0005_token_lives"),
    ]

    operations = [
        migrations.AlterField(
            model_name="contract",
            name="channel",
            field=models.ForeignKey(
                db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, to="organisation.channel"
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="product",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalogue.product"
            ),
        ),
        migrations.AlterField(
            model_name="contract",
            name="series",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, to="catalogue.productseries"
            ),
        ),
    ]
