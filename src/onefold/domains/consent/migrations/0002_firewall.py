"""The firewall of this room: who may see and write which row."""

from django.db import migrations

from onefold.commands import firewall


class Migration(migrations.Migration):
    dependencies = [("consent", "0001_initial"), ("customers", "0002_firewall")]
    operations = [
        firewall.protect(
            "consent_consent",
            may_see=f"""
                ({firewall.STAFF} AND (from_company_id = {firewall.COMPANY} OR to_company_id = {firewall.COMPANY}))
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
        ),
        # Whoever gave the data, and the customer, may take the consent back; the recipient may not.
        firewall.protect(
            "consent_withdrawal",
            may_see="EXISTS (SELECT 1 FROM consent_consent c WHERE c.consent_id = consent_withdrawal.consent_id)",
            may_write=f"""EXISTS (
                SELECT 1 FROM consent_consent c WHERE c.consent_id = consent_withdrawal.consent_id
                AND (c.from_company_id = {firewall.COMPANY} OR c.customer_id = {firewall.CUSTOMER}))""",
            app="SELECT, INSERT",
        ),
        # That there is a block is everybody's business, through which company it was said is not: hence the column grant.
        firewall.protect(
            "consent_contactblock",
            may_see="EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = consent_contactblock.customer_id)",
            may_write=f"{firewall.STAFF} AND company_id = {firewall.COMPANY}",
            app="SELECT (block_id, customer_id, valid_from, valid_until), INSERT",
        ),
    ]
