"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("sellers", "0001_initial"), ("organisation", "0002_firewall")]
    operations = [
        firewall.open_to_staff("sellers_seller"),
    ]
