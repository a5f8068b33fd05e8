"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("organisation", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        firewall.open_to_staff("organisation_company"),
        firewall.open_to_staff("organisation_channel"),
        firewall.open_to_staff("organisation_agencyagreement"),
    ]
