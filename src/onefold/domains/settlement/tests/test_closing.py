"""A month is settled: statements, netting, the same bytes again, and what comes late."""

from __future__ import annotations

import hashlib
from datetime import date

import pytest
from django.db import connection

from onefold.domains.ledger import actions as ledger
from onefold.domains.settlement import actions, closing, queries, refusals
from onefold.domains.settlement.models import Clearing, Movement, Statement
from onefold.domains.settlement.tests.selling import (
    JOB,
    LIFE,
    accrued,
    balances,
    broken,
    cancelled,
    issued,
    set_day,
    small_group,
    vested,
)
from onefold.kernel.ids import new_id

JUNE, JULY = date(2026, 6, 1), date(2026, 7, 1)
SOLD_FOR_LIFE = LIFE | {
    "seller_code": "ZHAO", "selling_company": "HPC", "channel": "HPC.AGENTS", "free_look_until": "2026-06-26",
}  # fmt: skip


@pytest.fixture
def june(database, as_role):
    """HLIFE sells two motor policies for HPC, HPC a term life for HLIFE; one more waits for its free look."""
    with as_role("batch"):
        small_group()
        vested(accrued(1, accompanying_code="ZHAO"))
        vested(accrued(2))
        vested(accrued(3, **SOLD_FOR_LIFE))
        accrued(4, **(LIFE | {"free_look_until": "2026-07-05"}))
        set_day(date(2026, 7, 2))
        yield


def test_what_two_companies_owe_each_other_becomes_one_sum(june):
    closing.close_month(JOB, JUNE)
    row = Clearing.objects.get()
    # HPC owes 441.00 - 6 % VAT on 416 and 480; HLIFE owes 80 % of 22 % of 6,000
    assert (row.debtor_id, row.creditor_id) == ("HLIFE", "HPC")
    assert (row.owed_minor, row.counter_minor) == (105_600 * 106 // 100, 44_096 + 50_880)
    left = balances()
    assert left["HLIFE", "CLEARING", "HPC"] == -row.net_minor == -left["HPC", "CLEARING", "HLIFE"]
    assert not [key for key in left if key[1] in ("FEE_PAYABLE", "FEE_RECEIVABLE", "COMMISSION_PAYABLE")]
    assert broken() == []


def test_a_settled_month_gives_the_same_bytes_again(june):
    first = closing.close_month(JOB, JUNE)
    money, statements = balances(), list(Statement.objects.order_by("statement_id").values_list("sha256", flat=True))
    set_day(date(2026, 9, 1))
    again = closing.close_month(JOB, JUNE)
    assert first["settled"] and not again["settled"] and again["sha256"] == first["sha256"]
    assert balances() == money
    for statement in Statement.objects.all():
        exported = queries.statement_bytes(JOB, statement.statement_id)
        body = exported.split("\n", 1)[1]
        assert hashlib.sha256(body.encode()).hexdigest() == statement.sha256 in statements
        assert body.count("\n") + 1 == statement.lines


def test_mutant_a_month_changed_afterwards_does_not_give_the_same_bytes(june, as_role):
    closing.close_month(JOB, JUNE)
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute("ALTER TABLE settlement_movement DISABLE TRIGGER USER")
        cursor.execute("ALTER TABLE settlement_movement NO FORCE ROW LEVEL SECURITY")
        cursor.execute("UPDATE settlement_movement SET payable_minor = payable_minor + 1 WHERE kind = 'VESTED'")
    with pytest.raises(closing.MonthDiffers):
        closing.close_month(JOB, JUNE)


def test_what_comes_after_the_month_is_closed_is_booked_in_the_next(june):
    closing.close_month(JOB, JUNE)
    late = accrued(9)
    booked = Movement.objects.filter(line__sale_id=late["item_id"]).values_list("event_on", "effective_on").distinct()
    assert list(booked) == [(date(2026, 6, 11), JULY)]
    assert broken() == []


def test_a_persons_debt_after_a_clawback_is_carried_until_it_is_earned(june):
    closing.close_month(JOB, JUNE)
    cancelled(issued(2), "2026-07-11")
    set_day(date(2026, 8, 2))
    closing.close_month(JOB, JULY)
    lin = Statement.objects.get(close_id=JULY, person="LIN")
    assert (lin.opening_minor, lin.paid_minor, lin.closing_minor) == (
        0,
        0,
        1_467 - 29_333,
    )  # 11/12 of 320.00, and of its tax
    vested(accrued(10, issued_at="2026-08-01T02:00:00+00:00", free_look_until="2026-08-01"))
    set_day(date(2026, 9, 2))
    closing.close_month(JOB, date(2026, 8, 1))
    after = Statement.objects.get(close_id=date(2026, 8, 1), person="LIN")
    assert after.opening_minor == lin.closing_minor and after.paid_minor == 30_400 + lin.closing_minor
    assert ("HLIFE", "COMMISSION_PAYABLE", "LIN") not in balances()
    assert broken() == []


def test_months_are_settled_in_order_and_only_when_they_are_closed(june):
    with pytest.raises(refusals.MonthStillOpen):
        closing.settle_month(JOB, month=JUNE)
    set_day(date(2026, 8, 2))
    ledger.close_period(JOB, month=JULY)
    with pytest.raises(refusals.EarlierMonthOpen):
        closing.settle_month(JOB, month=JULY)


def test_a_merge_and_its_undoing_change_no_posting(june, as_role):
    """Postings and lines keep the customer of their time: what customers are merged into is nothing to them."""
    closing.close_month(JOB, JUNE)
    before = fingerprint()
    merged = {"customer_id": str(new_id())}
    for event in (issued(1), issued(1, **merged), issued(1)):  # told again after a merge, and after its undoing
        actions.accrue(JOB, new_id(), event=event)
        vested(event)
    assert fingerprint() == before
    assert not closing.close_month(JOB, JUNE)["settled"]


def test_the_year_is_watched_for_what_is_deductible_and_for_dealings_between_members(june):
    closing.close_month(JOB, JUNE)
    gauges = {row.company: row for row in queries.commission_gauges(JOB, JUNE)}
    # HPC: fees of 416 and 480 and Zhao's 64 on premiums of 4,000 twice; 18 % of them would be 1,440
    assert (gauges["HPC"].gauge.used_minor, gauges["HPC"].gauge.limit_minor) == (96_000, 144_000)
    assert gauges["HLIFE"].gauge.used_minor == 132_000 + 96_000 and gauges["HLIFE"].gauge.excess_minor == 12_000
    dealings = {(row.company, row.counterparty): row for row in queries.related_party_dealings(JOB, JUNE)}
    assert dealings["HPC", "HLIFE"].year_minor == 44_096 + 50_880 and dealings["HPC", "HLIFE"].largest_minor == 50_880
    assert {row.state for row in dealings.values()} == {"ORDINARY"}


def fingerprint() -> tuple[str, str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT (SELECT md5(string_agg(p::text, '' ORDER BY posting_id)) FROM ledger_posting p), "
            "(SELECT md5(string_agg(m::text, '' ORDER BY movement_id)) FROM settlement_movement m), "
            "(SELECT md5(string_agg(s::text, '' ORDER BY statement_id)) FROM settlement_statement s)"
        )
        return tuple(cursor.fetchone())


def test_a_split_of_what_is_owed_nets_the_same_from_either_side():
    rows = [("B", "A", "CNY", 5), ("A", "B", "CNY", 8), ("A", "C", "CNY", -3), ("B", "C", "JPY", 0)]
    expected = [("A", "B", "CNY", 8, 5), ("C", "A", "CNY", 0, -3)]
    assert closing.netted(rows) == closing.netted(rows[::-1]) == expected
