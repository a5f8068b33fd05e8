"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("indicators", "0001_initial"), ("releases", "0002_firewall")]
    operations = [
        firewall.protect("indicators_indicatordefinition", may_see=f"{firewall.KIND} IN ('group', 'company')"),
        firewall.protect("indicators_indicatorvalue", may_see=f"{firewall.KIND} IN ('group', 'company')"),
    ]
