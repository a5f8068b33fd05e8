"""What customers ask for of their own accord, and the lead it becomes."""

import django.db.models.deletion
from django.db import migrations, models
from django.db.migrations.operations.special import RunSQL

from onefold.commands import firewall

OWN = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})
"""
ASKED_FOR = f"""
    {firewall.STAFF} AND seller_company_id = {firewall.COMPANY} AND EXISTS (
        SELECT 1 FROM leads_need n WHERE n.lead_id = leads_lead.lead_id AND n.customer_id = leads_lead.customer_id
          AND n.series_id = leads_lead.series_id AND n.seller_id = leads_lead.seller_id)
"""


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0005_firewall_of_the_day")]
    operations = [
        migrations.CreateModel(
            name="Need",
            fields=[
                ("need_id", models.UUIDField(primary_key=True, serialize=False)),
                ("lead", of("leads.lead", related_name="needs")),
                ("customer", of("customers.customer")),
                ("series", of("catalogue.productseries", db_index=False)),
                ("seller", of("sellers.seller", related_name="+")),
                ("seller_company", of("organisation.company", related_name="+", db_index=False)),
                ("source", models.CharField(max_length=12)),
                ("note", models.CharField(blank=True, max_length=500)),
                ("at", models.DateTimeField()),
                ("expires_on", models.DateField()),
                ("by", models.CharField(max_length=100)),
            ],
        ),
        firewall.protect(
            "leads_need",
            may_see=f"{OWN} OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})",
            may_write=f"""({OWN}) AND seller_company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM customers_customer k WHERE k.customer_id = leads_need.customer_id)""",
            app="SELECT, INSERT",
        ),
        RunSQL(
            f"CREATE POLICY asked_for ON leads_lead FOR INSERT TO onefold_app WITH CHECK ({ASKED_FOR})",
            "DROP POLICY asked_for ON leads_lead",
        ),
    ]
