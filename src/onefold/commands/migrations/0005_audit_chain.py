"""The audit is written once, for every role and for its tables' owner, numbered, and sealed link by link for each company.

A number is given as a line is written; whoever writes has a transaction id by then, so that the sealer knows from the
database's own snapshot when no smaller number can come any more (`commands.sealing`). Nobody may delete a line, except what
retention has declared to be over: the declaration stays, and so do the seals.
"""

from django.db import migrations, models

from onefold.commands import firewall

LINES, SEALS, BREAKS = "commands_auditline", "commands_auditseal", "commands_auditbreak"
NUMBERED = f"ALTER TABLE {LINES} ADD number bigint GENERATED ALWAYS AS IDENTITY"
FOR_EVER = f"""
CREATE FUNCTION onefold_for_ever() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION '% is written for ever', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END $$;
CREATE FUNCTION onefold_audit_over() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    IF NOT EXISTS (SELECT 1 FROM {BREAKS} b
                   WHERE b.kind = 'PRUNED' AND b.company = OLD.company AND b.number_until >= OLD.number) THEN
        RAISE EXCEPTION 'an audit line is written for ever, unless retention has declared it over'
            USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN OLD;
END $$;
CREATE FUNCTION onefold_audit_in_order() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    PERFORM pg_current_xact_id();
    RETURN NULL;
END $$;
CREATE TRIGGER a_in_order BEFORE INSERT ON {LINES} FOR EACH STATEMENT EXECUTE FUNCTION onefold_audit_in_order();
CREATE TRIGGER z_for_ever BEFORE UPDATE OR TRUNCATE ON {LINES} FOR EACH STATEMENT EXECUTE FUNCTION onefold_for_ever();
CREATE TRIGGER z_over BEFORE DELETE ON {LINES} FOR EACH ROW EXECUTE FUNCTION onefold_audit_over();
ALTER TABLE {LINES} ENABLE ALWAYS TRIGGER a_in_order;
ALTER TABLE {LINES} ENABLE ALWAYS TRIGGER z_for_ever;
ALTER TABLE {LINES} ENABLE ALWAYS TRIGGER z_over;
CREATE TRIGGER z_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON {SEALS} FOR EACH STATEMENT EXECUTE FUNCTION onefold_for_ever();
ALTER TABLE {SEALS} ENABLE ALWAYS TRIGGER z_for_ever;
CREATE TRIGGER z_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON {BREAKS} FOR EACH STATEMENT EXECUTE FUNCTION onefold_for_ever();
ALTER TABLE {BREAKS} ENABLE ALWAYS TRIGGER z_for_ever;
"""
NOT_FOR_EVER = f"""
DROP FUNCTION onefold_for_ever() CASCADE; DROP FUNCTION onefold_audit_over() CASCADE;
DROP FUNCTION onefold_audit_in_order() CASCADE; ALTER TABLE {LINES} DROP number;
"""
WRITTEN = "audit_id, command_id, action, actor, company, subject, facts, at"
MINE = "actor = current_setting('app.actor')"
SEEN = f"({firewall.KIND} = 'company' AND company = {firewall.COMPANY}) OR ({firewall.KIND} = 'group' AND company = '')"
BY_OWNER = "action LIKE 'organisation.%' OR action LIKE 'commands.%'"
RIGHTS = f"""
ALTER POLICY app_scope ON {LINES} USING ({SEEN})
    WITH CHECK ({firewall.ANYONE} AND {MINE} AND company = coalesce({firewall.COMPANY}, ''));
REVOKE ALL ON {LINES} FROM onefold_app, onefold_batch;
GRANT SELECT, INSERT ({WRITTEN}) ON {LINES} TO onefold_app, onefold_batch;
GRANT INSERT ({WRITTEN}) ON {LINES} TO onefold_signin;
CREATE POLICY sign_in ON {LINES} FOR INSERT TO onefold_signin WITH CHECK (action LIKE 'sign_in.%');
CREATE POLICY owner_administers ON {LINES} TO onefold_owner USING (true) WITH CHECK ({BY_OWNER});
CREATE POLICY owner_administers ON commands_commandrecord TO onefold_owner USING ({BY_OWNER}) WITH CHECK ({BY_OWNER});
CREATE POLICY owner_administers ON {SEALS} TO onefold_owner USING (true) WITH CHECK (true);
CREATE POLICY owner_administers ON {BREAKS} TO onefold_owner USING (true) WITH CHECK (true);
REVOKE ALL ON {SEALS}, {BREAKS} FROM onefold_batch;
GRANT SELECT, INSERT ON {SEALS}, {BREAKS} TO onefold_batch;
GRANT SELECT ON commands_democlock TO onefold_app, onefold_signin;
"""
"""The owner administers users and the audit's own limits, by actions that leave a line like every other."""


class Migration(migrations.Migration):
    dependencies = [("commands", "0004_shared_by_a_function")]
    operations = [
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("company", models.CharField(blank=True, max_length=20)),
                ("seal_no", models.PositiveBigIntegerField()),
                ("number_from", models.BigIntegerField()),
                ("number_until", models.BigIntegerField()),
                ("lines", models.PositiveBigIntegerField()),
                ("head_sha256", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=["company", "seal_no"], name="one_audit_seal_of_a_number")
                ]
            },
        ),
        migrations.CreateModel(
            name="AuditBreak",
            fields=[
                ("break_id", models.UUIDField(primary_key=True, serialize=False)),
                ("company", models.CharField(blank=True, max_length=20)),
                ("kind", models.CharField(choices=[("PRUNED", "Pruned"), ("RESTORED", "Restored")], max_length=10)),
                ("seal_no_from", models.PositiveBigIntegerField()),
                ("seal_no_until", models.PositiveBigIntegerField()),
                ("number_until", models.BigIntegerField()),
                ("why", models.CharField(max_length=200)),
                ("by", models.CharField(max_length=100)),
                ("at", models.DateTimeField()),
                ("key_id", models.CharField(max_length=16)),
                ("signature", models.CharField(max_length=128)),
            ],
        ),
        firewall.protect(SEALS, may_see=SEEN),
        firewall.protect(BREAKS, may_see=SEEN),
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(NUMBERED, migrations.RunSQL.noop)],
            state_operations=[migrations.AddField("auditline", "number", models.BigIntegerField(editable=False))],
        ),
        migrations.AddIndex("auditline", models.Index(fields=["company", "number"], name="audit_of_a_company")),
        migrations.AddConstraint(
            "auditline", models.UniqueConstraint(fields=["number"], name="one_audit_line_of_a_number")
        ),
        migrations.AddIndex("auditline", models.Index(fields=["company", "actor", "at"], name="audit_of_an_actor")),
        migrations.RunSQL(FOR_EVER, NOT_FOR_EVER),
        migrations.RunSQL(RIGHTS, migrations.RunSQL.noop),
    ]
