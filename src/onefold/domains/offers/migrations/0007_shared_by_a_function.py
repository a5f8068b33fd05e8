"""The same wall as in 0002, asked by a function: see `firewall.SHARED`."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("offers", "0006_evidence"), ("commands", "0004_shared_by_a_function")]
    operations = [
        firewall.look_again(
            "offers_decision",
            may_see=f"""{firewall.STAFF}
                AND EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = offers_decision.customer_id)
                AND (owner_company_id = {firewall.COMPANY} OR EXISTS (
                    SELECT 1 FROM customers_membership m
                    WHERE m.customer_id = offers_decision.customer_id AND m.company_id = offers_decision.owner_company_id
                      AND {firewall.consented("m.source_record_id", "m.company_id", "HOLDINGS")}))
            """,
        )
    ]
