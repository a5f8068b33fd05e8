"""The viewer functions every wall leans on, and the walls round commands, audit and outbox."""

from django.db import migrations

from onefold.commands import firewall

MINE = "actor = current_setting('app.actor')"


class Migration(migrations.Migration):
    dependencies = [("commands", "0001_initial")]
    operations = [
        migrations.RunSQL(firewall.FUNCTIONS + firewall.SHARED, firewall.NO_FUNCTIONS),
        firewall.protect(
            "commands_commandrecord",
            may_see=f"{firewall.ANYONE} AND {MINE}",
            may_write=f"{firewall.ANYONE} AND {MINE}",
            app="SELECT, INSERT, UPDATE (result)",
        ),
        firewall.protect(
            "commands_auditline",
            may_see=f"{firewall.KIND} = 'company' AND company = {firewall.COMPANY}",
            may_write=f"{firewall.ANYONE} AND {MINE}",
            app="SELECT, INSERT",
        ),
        firewall.protect("commands_outboxevent", may_see="false", may_write=firewall.ANYONE, app="INSERT"),
        firewall.protect("commands_delivery", may_see="false", app="SELECT"),
        migrations.RunSQL(
            "REVOKE INSERT, UPDATE, DELETE ON commands_democlock FROM onefold_app", migrations.RunSQL.noop
        ),
    ]
