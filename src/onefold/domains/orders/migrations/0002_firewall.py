"""The walls round orders, the legal transitions as a trigger, and the history of states that the database writes itself."""

from django.db import migrations

from onefold.commands import firewall

SEEN = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND {firewall.COMPANY} IN (seller_company_id, owner_company_id))
    OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
"""
CARRIED_ON = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER} AND seller_company_id = {firewall.COMPANY})
    OR ({firewall.KIND} = 'company' AND seller_company_id = {firewall.COMPANY})
    OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
"""
ORDER_SEEN = f"""
    ({firewall.KIND} = 'seller' AND seller_id = {firewall.SELLER})
    OR ({firewall.KIND} = 'company' AND (seller_company_id = {firewall.COMPANY} OR EXISTS (
        SELECT 1 FROM orders_orderitem i WHERE i.order_id = orders_order.order_id AND i.owner_company_id = {firewall.COMPANY})))
    OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
"""
OF_ITEM = "EXISTS (SELECT 1 FROM orders_orderitem i WHERE i.item_id = {table}.item_id)"
CARRIED = f"EXISTS (SELECT 1 FROM orders_orderitem i WHERE i.item_id = {{table}}.item_id AND ({CARRIED_ON}))"
CHANGED_AT_A_DOOR = "state, reason, payer, payment_operation, cancel_reason, cancel_asked_at, changed_at"

LEGAL = (
    ("", "DOOR", "QUOTING"),
    ("QUOTING", "JOB", "PROPOSED QUOTE_UNKNOWN"),
    ("QUOTING", "BOTH", "VOID_UNPAID"),
    ("QUOTE_UNKNOWN", "JOB", "QUOTING PROPOSED"),
    ("QUOTE_UNKNOWN", "BOTH", "VOID_UNPAID"),
    ("PROPOSED", "DOOR", "DISCLOSED"),
    ("PROPOSED", "BOTH", "VOID_UNPAID"),
    ("DISCLOSED", "DOOR", "UNDERWRITING"),
    ("DISCLOSED", "BOTH", "VOID_UNPAID"),
    ("UNDERWRITING", "JOB", "ACCEPTED COUNTERED REFERRED UNDERWRITE_UNKNOWN"),
    ("UNDERWRITING", "BOTH", "VOID_UNPAID"),
    ("UNDERWRITE_UNKNOWN", "JOB", "UNDERWRITING ACCEPTED COUNTERED REFERRED"),
    ("UNDERWRITE_UNKNOWN", "BOTH", "VOID_UNPAID"),
    ("REFERRED", "JOB", "ACCEPTED COUNTERED"),
    ("REFERRED", "BOTH", "VOID_UNPAID"),
    ("COUNTERED", "DOOR", "ACCEPTED"),
    ("COUNTERED", "BOTH", "VOID_UNPAID"),
    ("ACCEPTED", "DOOR", "AUTHORISING"),
    ("ACCEPTED", "BOTH", "VOID_UNPAID"),
    ("AUTHORISING", "JOB", "AUTHORISED CAPTURING AUTHORISE_UNKNOWN VOIDING ACCEPTED VOID_UNPAID"),
    ("AUTHORISE_UNKNOWN", "JOB", "AUTHORISING AUTHORISED CAPTURING VOIDING ACCEPTED VOID_UNPAID"),
    ("AUTHORISED", "JOB", "CAPTURING"),
    ("AUTHORISED", "BOTH", "VOIDING"),
    ("CAPTURING", "JOB", "ISSUING CAPTURE_UNKNOWN VOIDING REFUNDING"),
    ("CAPTURE_UNKNOWN", "JOB", "CAPTURING ISSUING VOIDING REFUNDING"),
    ("ISSUING", "JOB", "ISSUED ISSUE_UNKNOWN WITHDRAWING REFUNDING"),
    ("ISSUE_UNKNOWN", "JOB", "ISSUING ISSUED WITHDRAWING REFUNDING"),
    ("ISSUED", "JOB", "IN_FORCE"),
    ("ISSUED", "BOTH", "WITHDRAWING"),
    ("WITHDRAWING", "JOB", "WITHDRAW_UNKNOWN REFUNDING"),
    ("WITHDRAW_UNKNOWN", "JOB", "WITHDRAWING REFUNDING"),
    ("VOIDING", "JOB", "VOID_UNPAID VOID_UNKNOWN REFUNDING"),
    ("VOID_UNKNOWN", "JOB", "VOIDING VOID_UNPAID REFUNDING"),
    ("REFUNDING", "JOB", "VOID_REFUNDED CANCELLED_REFUNDED REFUND_UNKNOWN"),
    ("REFUND_UNKNOWN", "JOB", "REFUNDING VOID_REFUNDED CANCELLED_REFUNDED"),
)
"""(state before, who may, states after), as rules.TRANSITIONS said when this was written; a test compares the two."""


def pairs(*who: str) -> str:
    return ", ".join(
        f"('{before}', '{after}')" for before, by, afters in LEGAL if by in who for after in afters.split()
    )


TRIGGERS = f"""
CREATE FUNCTION orders_moves_legally() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE before text := CASE WHEN TG_OP = 'INSERT' THEN '' ELSE OLD.state END;
BEGIN
    IF before = NEW.state THEN
        RETURN NEW;
    END IF;
    IF (before, NEW.state) IN ({pairs("DOOR", "BOTH")})
        OR (current_user <> 'onefold_app' AND (before, NEW.state) IN ({pairs("JOB", "DOOR", "BOTH")})) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'an item does not go from % to %', before, NEW.state USING ERRCODE = 'check_violation';
END $$;
CREATE FUNCTION orders_change_is_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        INSERT INTO orders_itemchange (item_id, before, after, reason, at, by)
        VALUES (NEW.item_id, '', NEW.state, NEW.reason, onefold_at(), current_setting('app.actor'));
    ELSIF OLD.state <> NEW.state THEN
        INSERT INTO orders_itemchange (item_id, before, after, reason, at, by)
        VALUES (NEW.item_id, OLD.state, NEW.state, NEW.reason, onefold_at(), current_setting('app.actor'));
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER moves_legally BEFORE INSERT OR UPDATE ON orders_orderitem
    FOR EACH ROW EXECUTE FUNCTION orders_moves_legally();
CREATE TRIGGER change_is_kept AFTER INSERT OR UPDATE ON orders_orderitem
    FOR EACH ROW EXECUTE FUNCTION orders_change_is_kept();
ALTER TABLE orders_orderitem ENABLE ALWAYS TRIGGER moves_legally;
ALTER TABLE orders_orderitem ENABLE ALWAYS TRIGGER change_is_kept;
"""
NO_TRIGGERS = """
DROP TRIGGER change_is_kept ON orders_orderitem;
DROP TRIGGER moves_legally ON orders_orderitem;
DROP FUNCTION orders_change_is_kept();
DROP FUNCTION orders_moves_legally();
"""


class Migration(migrations.Migration):
    dependencies = [("orders", "0001_initial"), ("commands", "0004_shared_by_a_function")]
    operations = [
        firewall.protect(
            "orders_orderitem",
            may_see=SEEN,
            may_write=CARRIED_ON,
            app=f"SELECT, INSERT, UPDATE ({CHANGED_AT_A_DOOR})",
        ),
        firewall.protect("orders_order", may_see=ORDER_SEEN, may_write=CARRIED_ON, app="SELECT, INSERT"),
        firewall.protect(
            "orders_orderstep",
            may_see=OF_ITEM.format(table="orders_orderstep"),
            may_write=OF_ITEM.format(table="orders_orderstep"),  # the owner's machine may say: look again
            app="SELECT, INSERT, UPDATE (state, reason, due_at, ended_at)",
        ),
        firewall.protect(
            "orders_itemchange",
            may_see=OF_ITEM.format(table="orders_itemchange"),
            may_write=CARRIED.format(table="orders_itemchange"),
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "orders_disclosure",
            may_see=OF_ITEM.format(table="orders_disclosure"),
            may_write=CARRIED.format(table="orders_disclosure"),
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "orders_application",
            may_see=OF_ITEM.format(table="orders_application"),
            may_write=CARRIED.format(table="orders_application"),
            app="SELECT, INSERT",
        ),
        migrations.RunSQL(TRIGGERS, NO_TRIGGERS),
    ]
