"""The walls of this room: what a company advised is its own fact, and the customer's. That a test was taken is counted by everybody
who sees the customer; through which company, nobody reads.
"""

from django.db import migrations

from onefold.commands import firewall

OWN = f"{firewall.STAFF} AND company_id = {firewall.COMPANY}"
SEES_CUSTOMER = "EXISTS (SELECT 1 FROM customers_customer k WHERE k.customer_id = {table}.customer_id)"
OF_CUSTOMER = f"({firewall.KIND} = 'customer' AND customer_id = {firewall.CUSTOMER})"


def advised(table: str) -> object:
    return firewall.protect(
        table,
        may_see=f"({OWN}) OR {OF_CUSTOMER}",
        may_write=f"{OWN} AND {SEES_CUSTOMER.format(table=table)}",
        app="SELECT, INSERT",
    )


def about(table: str, column: str, other: str, key: str) -> object:
    """A row about a row of the own company."""
    theirs = f"EXISTS (SELECT 1 FROM {other} o WHERE o.{key} = {table}.{column}"
    return firewall.protect(
        table,
        may_see=f"{theirs})",
        may_write=f"{OWN} AND {theirs} AND o.company_id = {firewall.COMPANY})",
        app="SELECT, INSERT",
    )


class Migration(migrations.Migration):
    dependencies = [("advice", "0001_initial"), ("customers", "0005_firewall_of_circumstances")]
    operations = [
        advised("advice_risktest"),
        advised("advice_needsanalysis"),
        advised("advice_opinion"),
        about("advice_riskconfirmation", "test_id", "advice_risktest", "test_id"),
        about("advice_insistence", "opinion_id", "advice_opinion", "opinion_id"),
        firewall.protect(
            "advice_takentest",
            may_see=SEES_CUSTOMER.format(table="advice_takentest"),
            may_write=f"""{OWN} AND EXISTS (SELECT 1 FROM advice_risktest t
                WHERE t.test_id = advice_takentest.test_id AND t.customer_id = advice_takentest.customer_id)""",
            app="SELECT (test_id, customer_id, at), INSERT",
        ),
    ]
