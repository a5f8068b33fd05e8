"""Staff may see that reactions were put aside, and have them tried again. A delivery names an event; the event itself stays closed."""

from django.db import migrations

from onefold.commands import firewall

PUT_ASIDE = f"{firewall.KIND} IN ('company', 'group') AND state IN ('DEAD', 'WAITING')"


class Migration(migrations.Migration):
    dependencies = [("commands", "0002_firewall")]
    operations = [
        migrations.RunSQL(
            f"""
            ALTER POLICY app_scope ON commands_delivery USING ({PUT_ASIDE}) WITH CHECK ({PUT_ASIDE});
            GRANT UPDATE (state, attempts, due_at) ON commands_delivery TO onefold_app;
            """,
            """
            REVOKE UPDATE (state, attempts, due_at) ON commands_delivery FROM onefold_app;
            ALTER POLICY app_scope ON commands_delivery USING (false) WITH CHECK (false);
            """,
        )
    ]
