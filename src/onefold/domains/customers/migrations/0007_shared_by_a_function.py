"""The same walls as in 0002, asked by a function: see `firewall.SHARED`."""

from django.db import migrations

from onefold.commands import firewall

TABLE = "customers_membership"


class Migration(migrations.Migration):
    dependencies = [("customers", "0006_links"), ("commands", "0004_shared_by_a_function")]
    operations = [
        firewall.look_again(
            TABLE,
            may_see=firewall.by_row(f"""
                ({firewall.STAFF} AND (company_id = {firewall.COMPANY}
                    OR {firewall.consented(f"{TABLE}.source_record_id", f"{TABLE}.company_id", "BASIC")}))
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """),
        ),
        firewall.look_again(
            "customers_sourcerecord", may_see=firewall.facts_seen("customers_sourcerecord", category="BASIC")
        ),
        firewall.look_again(
            "customers_searchtoken", may_see=firewall.facts_seen("customers_searchtoken", category="BASIC")
        ),
    ]
