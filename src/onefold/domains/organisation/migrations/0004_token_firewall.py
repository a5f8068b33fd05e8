"""The firewall of the tokens: a company's own. `system` looks one up to find out who is asking; it sees nothing else."""

from django.db import migrations

from onefold.commands import firewall

OWN = f"({firewall.KIND} = 'company' AND company_code = {firewall.COMPANY})"


class Migration(migrations.Migration):
    dependencies = [("organisation", "0003_apitoken"), ("commands", "0002_firewall")]
    operations = [
        firewall.protect(
            "organisation_apitoken",
            may_see=f"{firewall.KIND} = 'system' OR {OWN}",
            may_write=OWN,
            app="SELECT, INSERT, UPDATE (revoked_at, revoked_by)",
        )
    ]
