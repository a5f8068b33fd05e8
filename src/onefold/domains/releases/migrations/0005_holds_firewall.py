"""Who may see and judge what is held. That two persons passed it is the database's to hold too."""

from django.db import migrations

from onefold.commands import firewall

STAFF = f"{firewall.KIND} IN ('company', 'group')"
OWN_PART = f"{firewall.KIND} = 'group' OR ({firewall.KIND} = 'company' AND company_code IN ('', {firewall.COMPANY}))"
TWO_PERSONS = """
CREATE FUNCTION releases_judged_by_two() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state IN ('DROPPED', 'SUPERSEDED') THEN
        RAISE EXCEPTION 'a hold that has ended stays as it is' USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.state = 'PASSED'
       AND (SELECT count(DISTINCT a.by) FROM releases_approval a WHERE a.hold_id = NEW.hold_id) < 2 THEN
        RAISE EXCEPTION 'a held release is passed by two persons' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER judged_by_two BEFORE UPDATE ON releases_hold FOR EACH ROW EXECUTE FUNCTION releases_judged_by_two();
"""


class Migration(migrations.Migration):
    dependencies = [("releases", "0004_holds")]
    operations = [
        firewall.protect("releases_factcount", may_see=OWN_PART),
        firewall.protect(
            "releases_hold", may_see=STAFF, may_write=STAFF, app="SELECT, UPDATE (state, ended_at, ended_by, why)"
        ),
        firewall.protect("releases_finding", may_see=OWN_PART),
        firewall.protect(
            "releases_approval",
            may_see=STAFF,
            may_write=f"{STAFF} AND by = (SELECT current_setting('app.actor'))",
            app="SELECT, INSERT",
        ),
        migrations.RunSQL(
            TWO_PERSONS,
            "DROP TRIGGER judged_by_two ON releases_hold; DROP FUNCTION releases_judged_by_two();",
        ),
    ]
