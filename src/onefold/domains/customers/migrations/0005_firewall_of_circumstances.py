"""The walls round circumstances. Risk, income and birth are a company's own facts, of a category no other covers. Who is gone, who may
not decide alone and who refuses profiling concerns everybody who sees the customer, but through which company it was said does not:
hence the column grant; the company's own answer of the same id stands in for it where one is taken back.
"""

from django.db import migrations

from onefold.commands import firewall

OWN_ANSWER = f"""{firewall.STAFF} AND company_id = {firewall.COMPANY} AND heard AND EXISTS (
    SELECT 1 FROM customers_answer a WHERE a.answer_id = told_id AND a.company_id = {firewall.COMPANY}
      AND a.customer_id = {{table}}.customer_id AND a.kind = {{table}}.kind)"""
SEES_CUSTOMER = "EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = {table}.customer_id)"


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0004_circumstances"),
        ("consent", "0004_fewer_indexes"),
        ("commands", "0004_shared_by_a_function"),
    ]
    operations = [
        firewall.protect(
            "customers_answer",
            may_see=f"""({firewall.STAFF} AND company_id = {firewall.COMPANY})
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})""",
            may_write=f"""{firewall.STAFF} AND company_id = {firewall.COMPANY}
                AND {SEES_CUSTOMER.format(table="customers_answer")}""",
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "customers_circumstance",
            may_see=f"""
                ({firewall.STAFF} AND (company_id = {firewall.COMPANY} OR {
                firewall.consented(
                    "customers_circumstance.source_record_id", "customers_circumstance.company_id", "CIRCUMSTANCES"
                )
            }))
                OR ({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})
            """,
            may_write=OWN_ANSWER.format(table="customers_circumstance"),
            app="SELECT, INSERT",
        ),
        firewall.protect(
            "customers_standing",
            may_see=SEES_CUSTOMER.format(table="customers_standing"),
            may_write=OWN_ANSWER.format(table="customers_standing"),
            app="SELECT (told_id, source_record_id, customer_id, kind, value, told_on, valid_until, recorded_at, heard), INSERT",
        ),
        firewall.protect(
            "customers_answerretraction",
            may_see=firewall.ANYONE,
            may_write=f"""{firewall.STAFF} AND company_id = {firewall.COMPANY} AND EXISTS (
                SELECT 1 FROM customers_answer a
                WHERE a.answer_id = customers_answerretraction.answer_id AND a.company_id = {firewall.COMPANY})""",
            app="SELECT (answer_id), INSERT",
        ),
        firewall.protect("customers_answertaken", may_see=firewall.ANYONE),
    ]
