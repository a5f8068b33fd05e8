"""The firewall of this room: a company's own webhooks and messages. The relay writes messages, the courier what came of them."""

from django.db import migrations

from onefold.commands import firewall

OWN = f"{firewall.KIND} = 'company' AND company_code = {firewall.COMPANY}"


class Migration(migrations.Migration):
    dependencies = [("webhooks", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        firewall.protect(
            "webhooks_webhook", may_see=OWN, may_write=OWN, app="SELECT, INSERT, UPDATE (ended_at, ended_by)"
        ),
        firewall.protect(
            "webhooks_message",
            may_see=OWN,
            may_write=OWN,
            app="SELECT, INSERT, UPDATE (state, attempts, reason, due_at)",
        ),
    ]
