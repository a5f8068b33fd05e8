"""Who may see what is written by the owner alone, through `onefold user`; users, sessions and second factors are the sign-in's.

Web processes' own role loses what it had by default on the tables of Django, allauth and the queue of jobs.
"""

import django.contrib.postgres.fields
from django.db import migrations, models

TO_READ = "auth_user, auth_group, auth_user_groups, account_emailaddress, organisation_userscope"
USERS = f"{TO_READ}, auth_permission, auth_group_permissions, auth_user_user_permissions, account_emailconfirmation, mfa_authenticator"
JOBS = "procrastinate_jobs, procrastinate_events, procrastinate_periodic_defers, procrastinate_workers"
RIGHTS = f"""
REVOKE ALL ON {USERS}, django_session, django_content_type, django_migrations FROM onefold_app, onefold_batch;
REVOKE ALL ON {JOBS} FROM onefold_app;
REVOKE ALL ON ALL SEQUENCES IN SCHEMA public FROM onefold_app;
GRANT SELECT ON django_migrations TO onefold_app, onefold_batch;
GRANT SELECT ON auth_user, organisation_userscope TO onefold_batch;
REVOKE SELECT ON auth_user FROM onefold_batch;
GRANT SELECT (id, username, is_active, last_login) ON auth_user TO onefold_batch;
GRANT SELECT, DELETE ON django_session TO onefold_batch;
GRANT SELECT ON {TO_READ} TO onefold_signin;
GRANT UPDATE (password, last_login) ON auth_user TO onefold_signin;
GRANT SELECT, INSERT, UPDATE, DELETE ON django_session, mfa_authenticator TO onefold_signin;
"""
TRIES = """
ALTER TABLE organisation_signintry ENABLE ROW LEVEL SECURITY;
ALTER TABLE organisation_signintry FORCE ROW LEVEL SECURITY;
CREATE POLICY app_scope ON organisation_signintry TO onefold_signin USING (true) WITH CHECK (true);
CREATE POLICY batch_all ON organisation_signintry TO onefold_batch USING (true) WITH CHECK (true);
REVOKE ALL ON organisation_signintry FROM onefold_app, onefold_batch;
GRANT SELECT, INSERT, UPDATE, DELETE ON organisation_signintry TO onefold_signin;
GRANT SELECT, DELETE ON organisation_signintry TO onefold_batch;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("organisation", "0007_customers"),
        ("commands", "0005_audit_chain"),
        ("auth", "0012_alter_user_first_name_max_length"),
        ("sessions", "0001_initial"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("account", "0009_emailaddress_unique_primary_email"),
        ("mfa", "0003_authenticator_type_uniq"),
        ("procrastinate", "0041_post_retry_failed_job"),
    ]
    operations = [
        migrations.CreateModel(
            name="SignInTry",
            fields=[
                ("key", models.CharField(max_length=64, primary_key=True, serialize=False)),
                (
                    "tries",
                    django.contrib.postgres.fields.ArrayField(base_field=models.DateTimeField(), size=None),
                ),
                ("last_at", models.DateTimeField(db_index=True)),
            ],
        ),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
        migrations.RunSQL(TRIES, migrations.RunSQL.noop),
    ]
