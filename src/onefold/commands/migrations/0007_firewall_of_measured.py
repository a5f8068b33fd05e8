"""Figures of health are counts and ages: staff may read them, and so may the probes, which look as nobody."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("commands", "0006_measured")]
    operations = [
        firewall.protect("commands_measured", may_see=f"{firewall.KIND} IN ('company', 'group', 'system')"),
    ]
