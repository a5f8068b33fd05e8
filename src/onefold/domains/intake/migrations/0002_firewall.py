"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("intake", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        # Staff of the holding may hand in a file and see its receipt; the rows inside are the company's alone.
        firewall.protect(
            "intake_batch",
            may_see=f"{firewall.KIND} = 'group' OR ({firewall.KIND} = 'company' AND company_code = {firewall.COMPANY})",
            may_write=f"{firewall.KIND} = 'group' OR ({firewall.KIND} = 'company' AND company_code = {firewall.COMPANY})",
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "intake_reject",
            may_see=f"{firewall.KIND} = 'company' AND company_code = {firewall.COMPANY}",
        ),
    ]
