"""A customer refuses an offer in the portal: the silence is the customer's own, through no company."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

from onefold.commands import firewall

OWN_WORD = f"{firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER} AND company_id IS NULL"


class Migration(migrations.Migration):
    dependencies = [("contacts", "0004_touch")]
    operations = [
        migrations.AlterField(
            "suppression",
            "company",
            models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="organisation.company"),
        ),
        RunSQL(
            f"CREATE POLICY said_oneself ON contacts_suppression FOR INSERT TO onefold_app WITH CHECK ({OWN_WORD})",
            "DROP POLICY said_oneself ON contacts_suppression",
        ),
    ]
