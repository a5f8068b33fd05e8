"""A little book for the tests of money: two companies, and journals between them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from django.db import connection

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.ledger import invariants
from onefold.kernel.ids import new_id

JOB = Viewer.system("test")
DAY = date(2026, 6, 15)
AT = datetime(2026, 7, 3, 2, 0, tzinfo=UTC)


def two_companies() -> None:
    """Call as the batch role."""
    clock.set_demo_clock(AT)
    with connection.cursor() as cursor:
        for code in ("HLIFE", "HPC"):
            cursor.execute(
                "INSERT INTO organisation_company (company_id, pillar, name_en, name_zh) VALUES (%s, 'INSURANCE', %s, %s)",
                [code, code, code],
            )


def line(company: str, kind: str, amount: int, **more: Any) -> dict[str, Any]:
    return {"company": company, "kind": kind, "amount_minor": amount, "currency": "CNY", **more}


def moved(amount: int, company: str = "HLIFE", **more: Any) -> dict[str, Any]:
    """What `post` is asked: `amount` from income to cash; cash may not be overdrawn."""
    asked = {
        "operation_id": new_id(),
        "effective_on": DAY,
        "event": "test",
        "entries": [line(company, "CASH", amount, no_overdraft=True), line(company, "INCOME", -amount)],
    }
    return asked | more


def broken() -> list[str]:
    with connection.cursor() as cursor:
        return [check.code for check in invariants.broken(cursor)]


def balance(kind: str, company: str = "HLIFE") -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(sum(balance_minor), 0)::bigint FROM ledger_balance JOIN ledger_account USING (account_id) "
            "WHERE kind = %s AND ledger_account.company_id = %s",
            [kind, company],
        )
        return int(cursor.fetchone()[0])
