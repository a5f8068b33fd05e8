"""Tokens open what their scopes name, end by themselves, are replaced by the next one of their system, and say when they were used."""

import django.contrib.postgres.fields
from django.db import migrations, models

CHOICES = [("FEEDS", "Feeds"), ("DECISIONS", "Decisions"), ("LEADS", "Leads"), ("WEBHOOKS", "Webhooks")]
EACH_ITS_OWN_SYSTEM = """
    ALTER TABLE organisation_apitoken NO FORCE ROW LEVEL SECURITY;
    UPDATE organisation_apitoken SET system_id = token_id;
    ALTER TABLE organisation_apitoken FORCE ROW LEVEL SECURITY;
"""
"""The wall is taken down for the owner of the tables for this one statement, which nobody but a migration is."""


class Migration(migrations.Migration):
    dependencies = [("organisation", "0004_token_firewall")]
    operations = [
        migrations.AddField("apitoken", "system_id", models.UUIDField(null=True)),
        migrations.RunSQL(EACH_ITS_OWN_SYSTEM, migrations.RunSQL.noop),
        migrations.AlterField("apitoken", "system_id", models.UUIDField()),
        migrations.AddField(
            "apitoken",
            "scopes",
            django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(choices=CHOICES, max_length=20), default=["FEEDS"], size=None
            ),
            preserve_default=False,
        ),
        migrations.AddField("apitoken", "expires_at", models.DateTimeField(null=True)),
        migrations.AddField("apitoken", "last_used_at", models.DateTimeField(null=True)),
        migrations.AddIndex(
            "apitoken", models.Index(fields=["company_code", "system_id"], name="organisatio_company_system")
        ),
        migrations.RunSQL(
            "GRANT UPDATE (expires_at, last_used_at) ON organisation_apitoken TO onefold_app",
            "REVOKE UPDATE (expires_at, last_used_at) ON organisation_apitoken FROM onefold_app",
        ),
    ]
