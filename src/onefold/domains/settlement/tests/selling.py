"""Harbour Group's sales for the tests of money: the events exactly as orders tells them."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import connection, transaction

from onefold.commands import clock
from onefold.commands.viewer import Viewer
from onefold.domains.ledger import invariants as ledger_invariants
from onefold.domains.settlement import actions, invariants
from onefold.kernel.ids import derived_id, new_id

JOB = Viewer.system("test")
COMPANIES = ("HLIFE", "HPC", "HBANK", "HHEALTH")
SELLERS = (
    ("LIN", "HLIFE", "44980000001371", None),
    ("CHEN", "HLIFE", "44980000002742", None),
    ("ZHAO", "HPC", "44980000006855", None),
    ("SONG", "HBANK", "44980000010968", None),
    ("TRAINEE", "HLIFE", None, None),
    ("LEFT", "HLIFE", "44980000005484", date(2026, 4, 1)),
)
AGREEMENTS = (("HLIFE", "HPC", date(2018, 1, 1), None), ("HBANK", "HPC", date(2017, 5, 1), None),
              ("HBANK", "HLIFE", date(2015, 1, 1), None), ("HPC", "HLIFE", date(2015, 1, 1), None),
              ("HLIFE", "HHEALTH", date(2019, 4, 1), date(2026, 4, 1)))  # fmt: skip


def instant(on: date) -> datetime:
    return datetime(on.year, on.month, on.day, 4, tzinfo=UTC)


def set_day(on: date) -> None:
    clock.set_demo_clock(instant(on))


def small_group() -> None:
    """Call as the batch role: companies, sellers and agreements, and the clock on 2026-06-15."""
    set_day(date(2026, 6, 15))
    with connection.cursor() as cursor:
        for code in COMPANIES:
            cursor.execute(
                "INSERT INTO organisation_company (company_id, pillar, name_en, name_zh) VALUES (%s, 'INSURANCE', %s, %s)",
                [code, code, code],
            )
            cursor.execute(
                "INSERT INTO organisation_channel (channel_id, company_id, kind, name_en, name_zh) VALUES (%s, %s, 'AGENT', '', '')",
                [f"{code}.AGENTS", code],
            )
        for code, company, number, until in SELLERS:
            cursor.execute(
                "INSERT INTO sellers_seller (seller_id, company_id, channel_id, grade, name, registration_no, valid_from, valid_until) "
                "VALUES (%s, %s, %s, 3, %s, %s, '2014-01-01', %s)",
                [code, company, f"{company}.AGENTS", code, number, until],
            )
        for number, agreement in enumerate(AGREEMENTS):
            cursor.execute(
                "INSERT INTO organisation_agencyagreement (agreement_no, seller_company_id, owner_company_id, valid_from, valid_until) "
                "VALUES (%s, %s, %s, %s, %s)",
                [f"A{number}", *agreement],
            )


def issued(number: int = 0, **more: Any) -> dict[str, Any]:
    """`orders.ItemIssued`: a motor policy of 4,000 CNY that Lin of HLIFE sold for HPC on 2026-06-10."""
    event = {
        "item_id": str(derived_id("item", str(number))),
        "contract_id": str(derived_id("contract", str(number))),
        "customer_id": str(derived_id("customer", str(number))),
        "company": "HPC",
        "series": "HPC.MOTOR",
        "product": "HPC.MOTOR.STANDARD",
        "seller_code": "LIN",
        "selling_company": "HLIFE",
        "channel": "HLIFE.AGENTS",
        "referrer_code": None,
        "accompanying_code": None,
        "servicer_code": None,
        "premium_minor": 400_000,
        "currency": "CNY",
        "sold_at": "2026-06-10T02:00:00+00:00",
        "issued_at": "2026-06-11T02:00:00+00:00",
        "free_look_until": "2026-06-11T02:00:00+00:00",
    }
    return event | more


LIFE = {
    "company": "HLIFE", "series": "HLIFE.TERM", "product": "HLIFE.TERM.20", "premium_minor": 600_000,
    "free_look_until": "2026-06-26T00:00:00+08:00",
}  # fmt: skip


def accrued(number: int = 0, **more: Any) -> dict[str, Any]:
    event = issued(number, **more)
    actions.accrue(JOB, new_id(), event=event)
    return event


def vested(event: dict[str, Any], on: str | None = None) -> dict[str, Any]:
    actions.vest(JOB, new_id(), item_id=event["item_id"], at=on or event["free_look_until"])
    return event


def cancelled(event: dict[str, Any], on: str, reason: str = "SURRENDER") -> dict[str, Any]:
    made: dict[str, Any] = actions.claw_back(JOB, new_id(), item_id=event["item_id"], reason=reason, at=on)
    return made


def feed_says(status_of: dict[str, str]) -> None:
    """What the owner's file made of contracts: rows of holdings, without the people and products they hang on."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config('app.viewer', 'system', true)")
        cursor.execute("SET LOCAL session_replication_role = replica")
        for contract_id, status in status_of.items():
            cursor.execute(
                "INSERT INTO holdings_contract (contract_id, source_record_id, company_id, series_id, product_id, status, valid_from, "
                "known_from) VALUES (%s, %s, 'HPC', 'HPC.MOTOR', 'HPC.MOTOR.STANDARD', %s, '2026-06-11', '2026-09-19T02:00:00Z')",
                [contract_id, str(new_id()), status],
            )


def balances() -> dict[tuple[str, str, str], int]:
    """company, kind, counterparty to what is on the account; empty accounts left out."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.company_id, kind, counterparty, balance_minor FROM ledger_balance JOIN ledger_account a USING (account_id) "
            "WHERE balance_minor <> 0"
        )
        return {row[:3]: row[3] for row in cursor.fetchall()}


def broken() -> list[str]:
    with connection.cursor() as cursor:
        return [check.code for check in ledger_invariants.broken(cursor, invariants.CHECKS)]


def days_later(day: str, days: int) -> str:
    return (date.fromisoformat(day[:10]) + timedelta(days=days)).isoformat()
