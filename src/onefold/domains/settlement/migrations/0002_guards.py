"""Facts about money are written for ever, by whoever; and who may see them."""

from django.db import migrations

from onefold.commands import firewall

FOR_EVER = ("terms", "sale", "recognition", "line", "movement", "ending", "close", "statement", "clearing",
            "commissiongauge", "dealing")  # fmt: skip
GUARDS = "\n".join(
    f"CREATE TRIGGER z_for_ever BEFORE UPDATE OR DELETE OR TRUNCATE ON settlement_{table} FOR EACH STATEMENT "
    f"EXECUTE FUNCTION ledger_for_ever(); ALTER TABLE settlement_{table} ENABLE ALWAYS TRIGGER z_for_ever; "
    f"REVOKE UPDATE, DELETE, TRUNCATE ON settlement_{table} FROM onefold_batch;"
    for table in FOR_EVER
)
NO_GUARDS = "\n".join(f"DROP TRIGGER z_for_ever ON settlement_{table};" for table in FOR_EVER)

MINE = f"""
    ({firewall.KIND} = 'company' AND {firewall.COMPANY} IN (payer_company_id, payee_company_id))
    OR ({firewall.KIND} = 'seller' AND payee = {firewall.SELLER} AND payee_company_id = {firewall.COMPANY})
"""
SALE = "EXISTS (SELECT 1 FROM settlement_sale s WHERE s.item_id = settlement_{table}.{column})"
OF_A_SALE = f"""
    ({firewall.KIND} = 'company' AND {firewall.COMPANY} IN (owner_company_id, selling_company_id))
    OR ({firewall.KIND} IN ('company', 'seller')
        AND EXISTS (SELECT 1 FROM settlement_line l WHERE l.sale_id = settlement_sale.item_id))
    OR ({firewall.KIND} = 'seller' AND {firewall.SELLER} IN (seller_code, referrer_code, accompanying_code, servicer_code))
"""


class Migration(migrations.Migration):
    """Jobs write. A company reads what it pays or is paid, a seller what is theirs, the group statements of companies and the netting."""

    dependencies = [("settlement", "0001_initial"), ("ledger", "0002_guards")]
    operations = [
        firewall.protect("settlement_terms", may_see=f"{firewall.KIND} IN ('company', 'group')"),
        firewall.protect("settlement_line", may_see=MINE),
        firewall.protect("settlement_sale", may_see=OF_A_SALE),
        firewall.protect(
            "settlement_movement",
            may_see="EXISTS (SELECT 1 FROM settlement_line l WHERE l.line_id = settlement_movement.line_id)",
        ),
        firewall.protect(
            "settlement_recognition",
            may_see=f"""({firewall.KIND} = 'company' AND company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'seller' AND person = {firewall.SELLER})""",
        ),
        firewall.protect("settlement_ending", may_see=SALE.format(table="ending", column="item_id")),
        firewall.protect("settlement_close", may_see=firewall.ANYONE),
        firewall.protect(
            "settlement_statement",
            may_see=f"""({firewall.KIND} = 'company' AND company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'seller' AND person = {firewall.SELLER} AND company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'group' AND person = '')""",
        ),
        firewall.protect(
            "settlement_clearing",
            may_see=f"""({firewall.KIND} = 'company' AND {firewall.COMPANY} IN (debtor_id, creditor_id))
                OR {firewall.KIND} = 'group'""",
        ),
        firewall.protect(
            "settlement_commissiongauge",
            may_see=f"({firewall.KIND} = 'company' AND company_id = {firewall.COMPANY}) OR {firewall.KIND} = 'group'",
        ),
        firewall.protect(
            "settlement_dealing",
            may_see=f"""({firewall.KIND} = 'company' AND {firewall.COMPANY} IN (company_id, counterparty_id))
                OR {firewall.KIND} = 'group'""",
        ),
        migrations.RunSQL(GUARDS, NO_GUARDS),
    ]
