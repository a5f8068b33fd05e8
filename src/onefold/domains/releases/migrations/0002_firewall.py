"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("releases", "0001_initial"), ("commands", "0002_firewall")]
    operations = [
        migrations.RunSQL(
            "CREATE SCHEMA staging; GRANT USAGE, CREATE ON SCHEMA staging TO onefold_batch",
            "DROP SCHEMA staging CASCADE",
        ),
        firewall.open_to_staff("releases_release"),
        firewall.open_to_staff("releases_stageddataset"),
        firewall.open_to_staff("releases_activation"),
        firewall.open_to_staff("releases_activerelease"),
        firewall.protect(
            "releases_run",
            may_see=firewall.ANYONE,
            may_write=f"{firewall.KIND} IN ('company', 'group')",
            app="SELECT, INSERT",
        ),
    ]
