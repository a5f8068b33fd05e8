"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("contacts", "0001_initial"), ("customers", "0002_firewall")]
    operations = [
        firewall.protect(
            "contacts_attempt",
            may_see=f"""
                ({firewall.STAFF} AND company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
            may_write=f"{firewall.STAFF} AND company_id = {firewall.COMPANY}",
            app="SELECT, INSERT",
        ),
        # As with do-not-contact: the silence is everybody's business, who recorded it is not.
        firewall.protect(
            "contacts_suppression",
            may_see="EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = contacts_suppression.customer_id)",
            may_write=f"{firewall.STAFF} AND company_id = {firewall.COMPANY}",
            app="SELECT (suppression_id, customer_id, series_code, until), INSERT",
        ),
    ]
