"""Whose a customer's matter is: one seller's of a company at a time, for as long as something happens."""

import django.db.models.deletion
from django.db import migrations, models

from onefold.commands import firewall

OWN_LEAD = """
    EXISTS (SELECT 1 FROM leads_lead l WHERE l.lead_id = leads_protection.lead_id
        AND l.customer_id = leads_protection.customer_id AND l.series_id = leads_protection.series_id
        AND l.seller_id = leads_protection.seller_id AND l.seller_company_id = leads_protection.seller_company_id)
"""
WHOSE = """
ALTER TABLE leads_need NO FORCE ROW LEVEL SECURITY;
ALTER TABLE leads_needleft NO FORCE ROW LEVEL SECURITY;
UPDATE leads_needleft l SET customer_id = n.customer_id FROM leads_need n WHERE n.need_id = l.need_id;
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE leads_needleft FORCE ROW LEVEL SECURITY;
ALTER TABLE leads_need FORCE ROW LEVEL SECURITY;
"""


def of(to: str, **more: object) -> models.ForeignKey:
    return models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, to=to, **more)


class Migration(migrations.Migration):
    dependencies = [("leads", "0009_visits")]
    operations = [
        migrations.AddField(
            "needleft", "customer", of("customers.customer", related_name="+", db_index=False, null=True)
        ),
        migrations.RunSQL(WHOSE, migrations.RunSQL.noop),
        migrations.AlterField("needleft", "customer", of("customers.customer", related_name="+", db_index=False)),
        # Customers see what became of their wishes; by a column of its own, for the wall round wishes asks this table.
        firewall.look_again(
            "leads_needleft",
            may_see=f"""
                ({firewall.STAFF} AND seller_company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
        ),
        migrations.CreateModel(
            name="Protection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("customer", of("customers.customer", db_index=False)),
                ("series", of("catalogue.productseries", db_index=False)),
                ("seller_company", of("organisation.company", related_name="+", db_index=False)),
                ("lead", of("leads.lead", related_name="+")),
                ("seller", of("sellers.seller", related_name="+", db_index=False)),
                ("since", models.DateTimeField()),
                ("until", models.DateField()),
                ("by", models.CharField(max_length=100)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["customer", "series", "seller_company"], name="one_sellers_matter_at_a_time"
                    )
                ]
            },
        ),
        # Colleagues of the company see whose it is, so that two do not come; another company learns nothing of it.
        firewall.protect(
            "leads_protection",
            may_see=f"""
                ({firewall.STAFF} AND seller_company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
            may_write=f"{firewall.STAFF} AND seller_company_id = {firewall.COMPANY} AND {OWN_LEAD}",
            app="SELECT, INSERT, UPDATE",
        ),
    ]
