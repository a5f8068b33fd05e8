"""What an activation changes is kept while it is in force: triggers that see whole statements, and do nothing otherwise.

They fire for the merge too, which sets row triggers aside (`commands.references`): `ENABLE ALWAYS`.
"""

from django.db import migrations

from onefold.commands import firewall

KEYS = {
    "organisation_company": ["company_id"],
    "organisation_channel": ["channel_id"],
    "organisation_agencyagreement": ["agreement_no"],
    "catalogue_productseries": ["series_id"],
    "catalogue_product": ["product_id"],
    "catalogue_channelproduct": ["id"],
    "sellers_seller": ["seller_id"],
    "customers_customer": ["customer_id"],
    "customers_sourcerecord": ["source_record_id"],
    "customers_membership": ["source_record_id"],
    "customers_searchtoken": ["token", "source_record_id"],
    "customers_circumstance": ["told_id"],
    "customers_standing": ["told_id"],
    "consent_consent": ["consent_id"],
    "consent_contactblock": ["block_id"],
    "holdings_contract": ["contract_id"],
    "holdout_arm": ["customer_id"],
    "leads_lead": ["lead_id"],
}
FUNCTION = """
CREATE FUNCTION releases_note_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    key text;
    joined text;
BEGIN
    SELECT 'jsonb_build_object(' || string_agg(format('%%L, x.%%I', k, k), ', ') || ')',
           string_agg(quote_ident(k), ', ') INTO key, joined FROM unnest(TG_ARGV) AS k;
    IF TG_OP = 'INSERT' THEN
        EXECUTE format(
            'INSERT INTO releases_change (release_id, "table", op, key, after) '
            'SELECT current_setting(''app.activating''), %%L, ''I'', %%s, jsonb_hash_extended(to_jsonb(x), 0) FROM now_rows x',
            TG_TABLE_NAME, key);
    ELSIF TG_OP = 'DELETE' THEN
        EXECUTE format(
            'INSERT INTO releases_change (release_id, "table", op, key, before) '
            'SELECT current_setting(''app.activating''), %%L, ''D'', %%s, to_jsonb(x) FROM before_rows x',
            TG_TABLE_NAME, key);
    ELSE
        EXECUTE format(
            'INSERT INTO releases_change (release_id, "table", op, key, before, after) '
            'SELECT current_setting(''app.activating''), %%L, ''U'', %%s, to_jsonb(x), jsonb_hash_extended(to_jsonb(n), 0) '
            'FROM before_rows x JOIN now_rows n USING (%%s)',
            TG_TABLE_NAME, key, joined);
    END IF;
    RETURN NULL;
END $$;
""".replace("%%", "%")
SEEN = {
    "INSERT": "NEW TABLE AS now_rows",
    "DELETE": "OLD TABLE AS before_rows",
    "UPDATE": "OLD TABLE AS before_rows NEW TABLE AS now_rows",
}


def noted(table: str, key: list[str]) -> str:
    words = ", ".join(f"'{column}'" for column in key)
    return "".join(
        f"""
        CREATE TRIGGER note_{kind.lower()} AFTER {kind} ON {table} REFERENCING {seen} FOR EACH STATEMENT
            WHEN (coalesce(current_setting('app.activating', true), '') <> '')
            EXECUTE FUNCTION releases_note_change({words});
        ALTER TABLE {table} ENABLE ALWAYS TRIGGER note_{kind.lower()};
        """
        for kind, seen in SEEN.items()
    )


def unnoted(table: str) -> str:
    return "".join(f"DROP TRIGGER note_{kind.lower()} ON {table};" for kind in SEEN)


class Migration(migrations.Migration):
    dependencies = [
        ("releases", "0008_changes"),
        ("organisation", "0001_initial"),
        ("catalogue", "0002_firewall"),
        ("sellers", "0002_firewall"),
        ("customers", "0008_looks"),
        ("consent", "0006_said_in_the_portal"),
        ("holdings", "0005_shared_by_a_function"),
        ("holdout", "0001_initial"),
        ("leads", "0010_protection"),
    ]
    operations = [
        firewall.protect("releases_change", may_see="false"),
        firewall.open_to_staff("releases_takingback"),
        migrations.RunSQL(
            FUNCTION + "".join(noted(table, key) for table, key in KEYS.items()),
            "".join(unnoted(table) for table in KEYS) + "DROP FUNCTION releases_note_change();",
        ),
    ]
