"""Do-not-contact wishes taken back at once, and the wall round them.

Through which company a wish was said is unreadable here, so that the own company's attempt of the same answer stands in.
"""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("consent", "0002_firewall"), ("contacts", "0002_firewall"), ("organisation", "0002_firewall")]
    operations = [
        migrations.CreateModel(
            name="BlockRetraction",
            fields=[
                (
                    "block",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="retraction",
                        serialize=False,
                        to="consent.contactblock",
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
                ("company", models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to="organisation.company")),
            ],
        ),
        firewall.protect(
            "consent_blockretraction",
            may_see="EXISTS (SELECT 1 FROM consent_contactblock b WHERE b.block_id = consent_blockretraction.block_id)",
            may_write=f"""{firewall.STAFF} AND company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM contacts_attempt a
                WHERE a.attempt_id = consent_blockretraction.block_id AND a.company_id = {firewall.COMPANY})""",
            app="SELECT (block_id), INSERT",
        ),
    ]
