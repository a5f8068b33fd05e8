"""The same wall as in 0002; consents are found by an index, a few at a time: see `firewall.by_row`."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("consent", "0004_fewer_indexes"), ("commands", "0004_shared_by_a_function")]
    operations = [
        firewall.look_again(
            "consent_consent",
            may_see=firewall.by_row(f"""
                ({firewall.STAFF} AND (from_company_id = {firewall.COMPANY} OR to_company_id = {firewall.COMPANY}))
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """),
        )
    ]
