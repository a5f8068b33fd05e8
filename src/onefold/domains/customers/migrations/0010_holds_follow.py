"""A legal hold follows the person: where a record becomes another customer, whoever changes it, a hold on either protects both.

In the database, because memberships change by merging a release and by taking one back, row by row and in no action of their own.
`ENABLE ALWAYS`: a merge sets the other row triggers aside (`commands.references`).
"""

from django.db import migrations

FOLLOW = """
CREATE FUNCTION onefold_holds_follow() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    UPDATE retention_legalhold h
    SET followed = ARRAY(SELECT DISTINCT c FROM unnest(h.followed || OLD.customer_id || NEW.customer_id) c WHERE c <> h.customer_id)
    WHERE h.lifted_at IS NULL AND (h.customer_id || h.followed) && ARRAY[OLD.customer_id, NEW.customer_id]
      AND NOT (h.customer_id || h.followed) @> ARRAY[OLD.customer_id, NEW.customer_id];
    RETURN NULL;
END $$;
CREATE TRIGGER holds_follow AFTER UPDATE OF customer_id ON customers_membership
    FOR EACH ROW WHEN (OLD.customer_id IS DISTINCT FROM NEW.customer_id) EXECUTE FUNCTION onefold_holds_follow();
ALTER TABLE customers_membership ENABLE ALWAYS TRIGGER holds_follow;
"""
NO_MORE = "DROP TRIGGER holds_follow ON customers_membership; DROP FUNCTION onefold_holds_follow();"


class Migration(migrations.Migration):
    dependencies = [("customers", "0009_token_keys"), ("retention", "0003_followed")]
    operations = [migrations.RunSQL(FOLLOW, NO_MORE)]
