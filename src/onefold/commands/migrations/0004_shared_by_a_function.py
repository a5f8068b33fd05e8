"""Databases made before `onefold_shared` was get it here; in new ones it is there already."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("commands", "0003_dead_letters")]
    operations = [migrations.RunSQL(firewall.SHARED, migrations.RunSQL.noop)]
