"""Calls that were let through, and where their recordings are kept."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

OWN = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})
"""


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0006_needs")]
    operations = [
        migrations.CreateModel(
            name="Call",
            fields=[
                ("call_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lead", of("leads.lead", related_name="calls")),
                ("seller", of("sellers.seller", related_name="+")),
                ("seller_company", of("organisation.company", related_name="+", db_index=False)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        migrations.CreateModel(
            name="Recording",
            fields=[
                (
                    "call",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="recording",
                        serialize=False,
                        to="leads.call",
                    ),
                ),
                ("seller", of("sellers.seller", related_name="+", db_index=False)),
                ("seller_company", of("organisation.company", related_name="+", db_index=False)),
                ("reference", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        *(
            firewall.protect(
                table,
                may_see=OWN,
                may_write=f"({OWN}) AND seller_company_id = {firewall.COMPANY}",
                app="SELECT, INSERT",
            )
            for table in ("leads_call", "leads_recording")
        ),
    ]
