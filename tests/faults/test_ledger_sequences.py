"""Fault 1: any sequence of legal and illegal bookings, against a model and the real database; all invariants after each step.

`ONEFOLD_FAULT_SCALE=10` tries ten times as many. The mutants drop one guard each, and an invariant must tell.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefold.domains.ledger import actions
from onefold.domains.ledger.tests.book import JOB, broken, line, two_companies
from onefold.kernel.ids import new_id
from onefold.kernel.refusals import Refusal

SCALE = int(os.environ.get("ONEFOLD_FAULT_SCALE", 1))
KINDS = ("CASH", "INCOME", "CLAIM", "DEBT")
MIRRORS = {"CLAIM": "DEBT", "DEBT": "CLAIM"}
JUNE, JULY = date(2026, 6, 15), date(2026, 7, 1)

amounts = st.integers(-(10**15), 10**15)
steps = st.one_of(
    st.tuples(st.just("move"), st.sampled_from(("CASH", "INCOME")), amounts, st.sampled_from((JUNE, JULY))),
    st.tuples(st.just("owe"), amounts, st.sampled_from(("CNY", "JPY"))),
    st.tuples(st.just("unbalanced"), amounts),
    st.tuples(st.just("again"), st.integers(0, 20), st.booleans()),
    st.tuples(st.just("reverse"), st.integers(0, 20)),
    st.tuples(
        st.just("close"),
    ),
    st.tuples(
        st.just("seal"),
    ),
)


class Model:
    """What the book should hold: so much on each account, and which journals were reversed."""

    def __init__(self) -> None:
        self.balances: Counter[tuple[str, str, str, str]] = Counter()
        self.made: list[dict[str, Any]] = []
        self.reversed: set[Any] = set()
        self.closed = False

    def may(self, entries: list[dict[str, Any]], on: date) -> bool:
        sums: Counter[str] = Counter()
        for entry in entries:
            sums[entry["currency"]] += entry["amount_minor"]
        after = self.balances.copy()
        after.update(self.by_account(entries))
        overdrawn = any(key[1] == "CASH" and minor < 0 for key, minor in after.items())
        zero = any(not entry["amount_minor"] for entry in entries)
        return not (any(sums.values()) or zero or overdrawn or (self.closed and on < JULY))

    @staticmethod
    def by_account(entries: list[dict[str, Any]]) -> Counter[tuple[str, str, str, str]]:
        moved: Counter[tuple[str, str, str, str]] = Counter()
        for entry in entries:
            moved[entry["company"], entry["kind"], entry.get("counterparty", ""), entry["currency"]] += entry[
                "amount_minor"
            ]
        return moved

    def take(self, asked: dict[str, Any]) -> None:
        self.balances.update(self.by_account(asked["entries"]))
        self.made.append(asked)


def carry_out(model: Model, step: tuple[Any, ...]) -> None:
    match step:
        case ("move", kind, amount, on):
            other = "INCOME" if kind == "CASH" else "CASH"
            entries = [line("HLIFE", k, a, no_overdraft=k == "CASH") for k, a in ((kind, amount), (other, -amount))]
            post(model, entries, on)
        case ("owe", amount, currency):
            sides = (("HLIFE", "CLAIM", "HPC", amount), ("HLIFE", "INCOME", "", -amount),
                     ("HPC", "DEBT", "HLIFE", -amount), ("HPC", "COST", "", amount))  # fmt: skip
            entries = [
                line(company, kind, minor, counterparty=other, mirrors=MIRRORS.get(kind, "")) | {"currency": currency}
                for company, kind, other, minor in sides
            ]
            post(model, entries, JULY)
        case ("unbalanced", amount):
            post(model, [line("HLIFE", "INCOME", amount), line("HLIFE", "COST", 1 - amount)], JULY)
        case ("again", place, other) if model.made:
            asked = dict(model.made[place % len(model.made)])
            if other:
                asked["event"] = "something else"
                expect_refusal(lambda: actions.post(JOB, **asked))
            elif not (model.closed and asked["effective_on"] < JULY):
                assert actions.post(JOB, **asked)["made"] is False
        case ("reverse", place) if model.made:
            reverse(model, model.made[place % len(model.made)])
        case ("close",):
            actions.close_period(JOB, month=JUNE)
            model.closed = True
        case ("seal",):
            actions.seal(JOB)


def post(model: Model, entries: list[dict[str, Any]], on: date) -> None:
    asked = {"operation_id": new_id(), "effective_on": on, "event": "test", "entries": entries}
    if model.may(entries, on):
        assert actions.post(JOB, **asked)["made"]
        model.take(asked)
    else:
        expect_refusal(lambda: actions.post(JOB, **asked))


def reverse(model: Model, original: dict[str, Any]) -> None:
    entries = [entry | {"amount_minor": -entry["amount_minor"]} for entry in original["entries"]]
    back = {"journal_id": original["operation_id"], "operation_id": new_id(), "effective_on": JULY, "event": "back"}
    if original["operation_id"] in model.reversed or "back" in original or not model.may(entries, JULY):
        if "back" not in original:
            expect_refusal(lambda: actions.reverse(JOB, **back))
        return
    assert actions.reverse(JOB, **back)["made"]
    model.balances.update(model.by_account(entries))
    model.reversed.add(original["operation_id"])


def expect_refusal(ask: Any) -> None:
    try:
        ask()
    except Refusal:
        return
    raise AssertionError("this was to be refused")


def balances() -> dict[tuple[str, str, str, str], int]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT a.company_id, kind, counterparty, currency, balance_minor FROM ledger_balance JOIN ledger_account a USING (account_id)"
        )
        return {tuple(row[:4]): row[4] for row in cursor.fetchall() if row[4]}


@pytest.fixture
def book(database, as_role):
    with as_role("batch"):
        two_companies()
        yield


def test_any_sequence_of_bookings_leaves_the_book_true(book, as_role):
    @settings(max_examples=12 * SCALE, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.lists(steps, max_size=25))
    def run(sequence: list[tuple[Any, ...]]) -> None:
        emptied(as_role)
        model = Model()
        for step in sequence:
            carry_out(model, step)
            assert balances() == {key: minor for key, minor in model.balances.items() if minor}
            assert broken() == []

    run()


OF_THE_BOOK = (
    "settlement_movement", "ledger_balance", "ledger_posting", "ledger_closedperiod", "ledger_seal", "ledger_journal",
    "ledger_account",
)  # fmt: skip


def emptied(as_role: Any) -> None:
    with as_role("owner"), connection.cursor() as cursor:
        for table in OF_THE_BOOK:
            cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        cursor.execute(f"TRUNCATE {', '.join(OF_THE_BOOK)}")
        for table in OF_THE_BOOK:
            cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


RAW = """
    WITH made AS (
        INSERT INTO ledger_journal (journal_id, effective_on, event, body_sha256, at, by)
        VALUES (gen_random_uuid(), '2026-06-15', 'raw', 'x', now(), 'raw') RETURNING journal_id)
    SELECT journal_id FROM made
"""
MUTANTS = {
    "the sum": ("c_sum_is_zero", "journal", "L1"),
    "the balances": ("d_posted", "posting", "L3"),
}


@pytest.mark.parametrize("guard", MUTANTS)
def test_a_lopsided_journal_written_past_the_actions_is_refused_by_the_database(book, guard):
    actions.post(JOB, **first())
    with pytest.raises(DatabaseError, match="balance"):
        write_raw()
    assert broken() == []


@pytest.mark.parametrize("guard", MUTANTS)
def test_mutant_without_the_guard_an_invariant_tells(book, as_role, guard):
    trigger, table, code = MUTANTS[guard]
    actions.post(JOB, **first())
    with as_role("owner"), connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER {trigger} ON ledger_{table}")
        if guard != "the sum":
            cursor.execute("DROP TRIGGER c_sum_is_zero ON ledger_journal")
    write_raw()
    assert code in broken()


def first() -> dict[str, Any]:
    entries = [line("HLIFE", "CASH", 5), line("HLIFE", "INCOME", -5)]
    return {"operation_id": new_id(), "effective_on": JULY, "event": "test", "entries": entries}


def write_raw() -> None:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RAW)
        journal = cursor.fetchone()[0]
        for amount in (3, 4):
            cursor.execute(
                "INSERT INTO ledger_posting (journal_id, account_id, company_id, amount_minor) "
                "SELECT %s, account_id, company_id, %s FROM ledger_account LIMIT 1",
                [journal, amount],
            )
