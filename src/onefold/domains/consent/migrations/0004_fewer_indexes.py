"""Codes of consents carry no index: nobody asks by them, and each is written for each of millions of rows."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("consent", "0003_block_retraction"),
        ("organisation", "0005_token_lives"),
    ]

    operations = [
        migrations.AlterField(
            model_name="consent",
            name="from_company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.company"
            ),
        ),
        migrations.AlterField(
            model_name="consent",
            name="to_company",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="organisation.company"
            ),
        ),
    ]
