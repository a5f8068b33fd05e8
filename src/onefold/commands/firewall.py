"""The firewall's mechanics: migration operations that put row security on a table. Each room's migration says which wall.

The wall is FORCEd, so that not even the tables' owner slips through. Two roles have policies: `onefold_app` (web processes;
sees what the viewer of the transaction may see) and `onefold_batch` (jobs; sees everything; its password is unknown to
web processes). Whoever adds a table without a wall fails `tests/architecture`.
"""

from __future__ import annotations

import re

from django.db.migrations.operations import RunSQL

KIND = "(SELECT onefold_viewer_kind())"
COMPANY = "(SELECT onefold_viewer_company())"
SELLER = "(SELECT onefold_viewer_seller())"
CUSTOMER = "(SELECT onefold_viewer_customer())"
STAFF = f"{KIND} IN ('company', 'seller')"
ANYONE = f"{KIND} IS NOT NULL"

FUNCTIONS = """
CREATE FUNCTION onefold_viewer_kind() RETURNS text LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
DECLARE kind text := current_setting('app.viewer', true);
BEGIN
    IF kind IS NULL OR kind = '' THEN
        RAISE EXCEPTION 'no viewer: open reading(viewer) or an action first' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN kind;
END $$;
CREATE FUNCTION onefold_viewer_company() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN onefold_viewer_kind() <> '' THEN nullif(current_setting('app.company', true), '') END $$;
CREATE FUNCTION onefold_viewer_seller() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN onefold_viewer_kind() <> '' THEN nullif(current_setting('app.seller', true), '') END $$;
CREATE FUNCTION onefold_viewer_customer() RETURNS uuid LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT CASE WHEN onefold_viewer_kind() <> '' THEN nullif(current_setting('app.customer', true), '')::uuid END $$;
CREATE FUNCTION onefold_at() RETURNS timestamptz LANGUAGE sql STABLE PARALLEL SAFE AS
    $$ SELECT current_setting('app.at')::timestamptz $$;
"""

SHARED = """
CREATE OR REPLACE FUNCTION onefold_shared(record uuid, from_company text, category text) RETURNS boolean
LANGUAGE plpgsql STABLE PARALLEL SAFE AS $$
BEGIN
    RETURN EXISTS (
        SELECT 1 FROM consent_consent c
        WHERE c.source_record_id = record AND c.from_company_id = from_company
          AND c.to_company_id = onefold_viewer_company()
          AND category = ANY (c.categories) AND (c.purpose = 'MARKETING' OR onefold_viewer_kind() = 'company')
          AND c.valid_from <= onefold_at()::date AND (c.valid_until IS NULL OR c.valid_until > onefold_at()::date)
          AND NOT EXISTS (SELECT 1 FROM consent_withdrawal w WHERE w.consent_id = c.consent_id));
END $$;
"""
"""A function of the caller's own rights, so that the walls round consents hold in it too. Written into each policy instead, the
same words made plans of hundreds of nodes, for a wall's tables have walls themselves; here they are planned once a connection
and asked only about rows of another company."""

NO_FUNCTIONS = """
DROP FUNCTION onefold_shared(uuid, text, text);
DROP FUNCTION onefold_viewer_kind(); DROP FUNCTION onefold_viewer_company(); DROP FUNCTION onefold_viewer_seller();
DROP FUNCTION onefold_viewer_customer(); DROP FUNCTION onefold_at();
"""


def protect(table: str, *, may_see: str, may_write: str | None = None, app: str = "SELECT") -> RunSQL:
    """Put a wall on `table`: the app role sees rows for which `may_see` holds and writes rows for which `may_write` holds.

    `app` lists the privileges the app role gets at all (SELECT, INSERT, ...); everything else it has not.
    """
    checked = f" WITH CHECK ({may_write})" if may_write else " WITH CHECK (false)"
    return RunSQL(
        f"""
        ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;
        ALTER TABLE {table} FORCE ROW LEVEL SECURITY;
        CREATE POLICY app_scope ON {table} TO onefold_app USING ({may_see}){checked};
        CREATE POLICY batch_all ON {table} TO onefold_batch USING (true) WITH CHECK (true);
        REVOKE ALL ON {table} FROM onefold_app;
        GRANT {app} ON {table} TO onefold_app;
        """,
        f"""
        DROP POLICY app_scope ON {table};
        DROP POLICY batch_all ON {table};
        ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY;
        ALTER TABLE {table} DISABLE ROW LEVEL SECURITY;
        """,
    )


def open_to_staff(table: str, *, app: str = "SELECT") -> RunSQL:
    """A table without customers' facts (companies, series, channels): any viewer may read it, a missing scope still raises."""
    return protect(table, may_see=ANYONE, app=app)


def consented(source_record: str, from_company: str, category: str) -> str:
    """SQL: a consent is in force by which `from_company` shares `category` of this source record with the viewer's company.

    Sellers sell, so they need a consent for marketing; a company's other staff may also look under one for service.
    """
    return f"onefold_shared({source_record}, {from_company}, '{category}')"


def company_facts(
    table: str, *, company: str = "company_id", source_record: str = "source_record_id", category: str
) -> RunSQL:
    """The wall round a company's facts: its own staff, others under a consent for `category`, and the customer oneself."""
    return protect(table, may_see=facts_seen(table, company=company, source_record=source_record, category=category))


def facts_seen(
    table: str, *, company: str = "company_id", source_record: str = "source_record_id", category: str
) -> str:
    """SQL: what `company_facts` lets be seen."""
    return by_row(f"""
        ({STAFF} AND ({table}.{company} = {COMPANY} OR {consented(f"{table}.{source_record}", f"{table}.{company}", category)}))
        OR ({KIND} = 'customer' AND EXISTS (
            SELECT 1 FROM customers_membership m
            WHERE m.source_record_id = {table}.{source_record} AND m.customer_id = {CUSTOMER}))
    """)


def by_row(words: str) -> str:
    """The same words, but the viewer asked for at each row and not once a statement: for tables whose rows are found by an index,
    a few at a time. A question asked once is a node that every plan sets up, whether it comes to it or not.
    """
    return re.sub(r"\(SELECT (onefold_\w+\(\))\)", r"\1", words)


def look_again(table: str, *, may_see: str) -> RunSQL:
    """Say anew which rows of a walled table may be seen. Who may write what stays."""
    return RunSQL(f"ALTER POLICY app_scope ON {table} USING ({may_see})", RunSQL.noop)
