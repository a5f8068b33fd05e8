"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("consent", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        firewall.protect(
            "customers_membership",
            may_see=f"""
                ({firewall.STAFF} AND (company_id = {firewall.COMPANY}
                    OR {firewall.consented("customers_membership.source_record_id", "customers_membership.company_id", "BASIC")}))
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
        ),
        firewall.company_facts("customers_sourcerecord", category="BASIC"),
        firewall.company_facts("customers_searchtoken", category="BASIC"),
        firewall.protect(
            "customers_customer",
            may_see="EXISTS (SELECT 1 FROM customers_membership m WHERE m.customer_id = customers_customer.customer_id)",
        ),
    ]
