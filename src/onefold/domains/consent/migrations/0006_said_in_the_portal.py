"""A customer asks to be left alone in the portal, and may turn that back there."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

from onefold.commands import firewall

OWN_WISH = f"{firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER} AND company_id IS NULL AND own"
OWN_RETRACTION = f"""
    {firewall.KIND} = 'customer' AND company_id IS NULL AND EXISTS (
        SELECT 1 FROM consent_contactblock b
        WHERE b.block_id = consent_blockretraction.block_id AND b.customer_id = {firewall.CUSTOMER} AND b.own)
"""


def nullable() -> models.ForeignKey:
    return models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, to="organisation.company")


class Migration(migrations.Migration):
    dependencies = [("consent", "0005_seen_by_row")]
    operations = [
        migrations.AlterField("contactblock", "company", nullable()),
        migrations.AlterField("blockretraction", "company", nullable()),
        migrations.AddField("contactblock", "own", models.BooleanField(db_default=False, default=False)),
        RunSQL("GRANT SELECT (own) ON consent_contactblock TO onefold_app", RunSQL.noop),
        RunSQL(
            f"""
            CREATE POLICY said_oneself ON consent_contactblock FOR INSERT TO onefold_app WITH CHECK ({OWN_WISH});
            CREATE POLICY taken_back_oneself ON consent_blockretraction FOR INSERT TO onefold_app
                WITH CHECK ({OWN_RETRACTION});
            """,
            """
            DROP POLICY said_oneself ON consent_contactblock;
            DROP POLICY taken_back_oneself ON consent_blockretraction;
            """,
        ),
    ]
