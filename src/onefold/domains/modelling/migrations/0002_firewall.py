"""The firewall of this room: cards and decisions hold no fact about a customer; staff of the group and of companies see them."""

from django.db import migrations

from onefold.commands import firewall

STAFF = f"{firewall.KIND} IN ('group', 'company')"


class Migration(migrations.Migration):
    dependencies = [("modelling", "0001_initial"), ("releases", "0002_firewall")]
    operations = [
        firewall.protect("modelling_fit", may_see=STAFF),
        firewall.protect("modelling_ruling", may_see=STAFF, may_write=STAFF, app="SELECT, INSERT, UPDATE"),
    ]
