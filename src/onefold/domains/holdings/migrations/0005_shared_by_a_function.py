"""The same wall as in 0002, asked by a function: see `firewall.SHARED`."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("holdings", "0004_contract_awaited_since"), ("commands", "0004_shared_by_a_function")]
    operations = [
        firewall.look_again("holdings_contract", may_see=firewall.facts_seen("holdings_contract", category="HOLDINGS"))
    ]
