"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("holdings", "0001_initial"), ("consent", "0002_firewall")]
    operations = [
        firewall.company_facts("holdings_contract", category="HOLDINGS"),
    ]
