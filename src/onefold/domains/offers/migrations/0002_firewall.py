"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("offers", "0001_initial"), ("consent", "0002_firewall"), ("releases", "0002_firewall")]
    operations = [
        # A verdict on a company's series tells whether the customer holds it, so it is seen like that company's holdings.
        firewall.protect(
            "offers_decision",
            may_see=f"""{firewall.STAFF}
                AND EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = offers_decision.customer_id)
                AND (owner_company_id = {firewall.COMPANY} OR EXISTS (
                    SELECT 1 FROM customers_membership m
                    WHERE m.customer_id = offers_decision.customer_id AND m.company_id = offers_decision.owner_company_id
                      AND {firewall.consented("m.source_record_id", "m.company_id", "HOLDINGS")}))
            """,
        ),
    ]
