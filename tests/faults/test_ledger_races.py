"""Faults 2, 3, 4, 5, 6, 8: many writers at one book, the same command twice, tampering, a month closed under way.

Each has its mutant beside it: the guard is taken away in a database of the test's own, and the book must be seen to break.
`ONEFOLD_FAULT_SCALE=10` makes the crowds ten times as large.
"""

from __future__ import annotations

import os
import random
import threading
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest
from django.db import connection

from onefold.commands import clock
from onefold.commands.scope import entered
from onefold.domains.ledger import actions
from onefold.domains.ledger.tests.book import AT, DAY, JOB, balance, broken, line, moved, two_companies
from onefold.kernel.ids import new_id
from onefold.kernel.refusals import Refusal

SCALE = int(os.environ.get("ONEFOLD_FAULT_SCALE", 1))


@pytest.fixture
def book(database, as_role):
    with as_role("batch"):
        two_companies()
        yield


def told(ask: Callable[[], Any]) -> str:
    """What came of it, in one word: nothing may be unclassified."""
    try:
        answer = ask()
        return "made" if answer.get("made", answer.get("closed")) else "again"
    except Refusal as refusal:
        return refusal.code
    except Exception as error:
        return type(error).__name__


def at_once(asks: Iterable[Callable[[], Any]], workers: int = 8) -> Counter[str]:
    def one(ask: Callable[[], Any]) -> str:
        try:
            return told(ask)
        finally:
            connection.close()

    with ThreadPoolExecutor(workers) as pool:
        return Counter(pool.map(one, list(asks)))


def without(as_role: Any, *statements: str) -> None:
    """Take a guard away, as only the owner of the tables can."""
    with as_role("owner"), connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(statement)


def withdrawals() -> Counter[str]:
    actions.post(JOB, **moved(1_000))
    return at_once((lambda: actions.post(JOB, **moved(-100)) for _ in range(16 * SCALE + 16)), workers=16)


def test_of_many_withdrawals_at_once_exactly_those_that_are_covered_are_made(book):
    granted = withdrawals()
    assert granted == {"made": 10, "ACCOUNT_OVERDRAWN": 16 * SCALE + 6}
    assert balance("CASH") == 0 and broken() == []


def test_mutant_without_the_floor_too_many_are_made(book, as_role):
    without(as_role, "ALTER TABLE ledger_balance DROP CONSTRAINT no_account_is_overdrawn")
    assert withdrawals()["made"] > 10
    assert "L4" in broken()


def test_writers_between_the_same_accounts_never_wait_in_a_ring(book):
    chance = random.Random(5)
    accounts = ("ONE", "TWO", "THREE", "FOUR")

    def ask() -> dict[str, Any]:
        chosen = chance.sample(accounts, 4)
        amounts = [3, -1, -1, -1]
        return moved(0, entries=[line("HLIFE", kind, amount) for kind, amount in zip(chosen, amounts, strict=True)])

    asked = [ask() for _ in range(200 * SCALE)]
    assert at_once((lambda a=a: actions.post(JOB, **a) for a in asked), workers=16) == {"made": 200 * SCALE}
    assert broken() == []


def twice_and_back_twice(count: int) -> tuple[Counter[str], Counter[str]]:
    asked = [moved(7) for _ in range(count)] * 2
    made = at_once((lambda a=a: actions.post(JOB, **a) for a in asked), workers=20)
    back = [
        {"journal_id": a["operation_id"], "operation_id": new_id(), "effective_on": DAY, "event": "back"} for a in asked
    ]
    return made, at_once((lambda b=b: actions.reverse(JOB, **b) for b in back), workers=20)


def test_everything_sent_twice_and_reverted_twice_happens_once(book):
    count = 50 * SCALE
    made, back = twice_and_back_twice(count)
    assert made == {"made": count, "again": count}
    assert back == {"made": count, "REVERSED_BEFORE": count}
    assert balance("CASH") == 0 and broken() == []


def test_mutant_where_a_journal_can_be_reversed_twice_it_is(book, as_role):
    without(
        as_role,
        "ALTER TABLE ledger_journal DROP CONSTRAINT ledger_journal_reverses_id_key",
        "ALTER TABLE ledger_balance DROP CONSTRAINT no_account_is_overdrawn",
    )
    _, back = twice_and_back_twice(10)
    assert back["made"] > 10
    assert "L5" in broken()


def test_a_month_later_the_same_id_gives_the_first_result_and_another_body_is_refused(book):
    asked, command_id = moved(900), new_id()
    first = actions.post(JOB, command_id, **asked)
    clock.set_demo_clock(AT + timedelta(days=30))
    assert actions.post(JOB, command_id, **asked) == first
    assert actions.post(JOB, new_id(), **asked)["made"] is False
    for key in (command_id, new_id()):
        with pytest.raises(Refusal) as refused:
            actions.post(JOB, key, **moved(901, operation_id=asked["operation_id"]))
        assert refused.value.kind.http_status == 422
    assert balance("CASH") == 900


TAMPERING = {
    "an amount, and the balances with it": (
        "UPDATE ledger_posting SET amount_minor = amount_minor * 2",
        "UPDATE ledger_balance SET balance_minor = balance_minor * 2",
    ),
    "the day of the newest journal": (
        "UPDATE ledger_journal SET effective_on = '2026-05-01' WHERE number = (SELECT max(number) FROM ledger_journal)",
    ),
    "a journal, its own hash with it": (
        "UPDATE ledger_journal SET event = 'other' WHERE number = 1",
        "UPDATE ledger_journal SET body_sha256 = encode(sha256(convert_to(journal_id || '|' || effective_on || '|' || event || '||' || "
        "(SELECT string_agg(account_id || ':' || amount_minor, ',' ORDER BY account_id, amount_minor) FROM ledger_posting p "
        "WHERE p.journal_id = ledger_journal.journal_id), 'UTF8')), 'hex') WHERE number = 1",
    ),
    "a journal taken out whole": (
        "UPDATE ledger_balance b SET balance_minor = balance_minor - p.amount_minor FROM ledger_posting p JOIN ledger_journal USING (journal_id) "
        "WHERE p.account_id = b.account_id AND number = 1",
        "DELETE FROM ledger_posting USING ledger_journal j WHERE j.journal_id = ledger_posting.journal_id AND number = 1",
        "DELETE FROM ledger_journal WHERE number = 1",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", TAMPERING)
def test_what_even_the_owner_of_the_tables_changes_is_found(book, as_role, what):
    for _ in range(3):
        actions.post(JOB, **moved(40))
    actions.seal(JOB)
    actions.post(JOB, **moved(40))
    assert broken() == []
    tables = ("posting", "journal", "balance")
    without(
        as_role,
        *(f"ALTER TABLE ledger_{table} DISABLE TRIGGER USER" for table in tables),
        *(f"ALTER TABLE ledger_{table} NO FORCE ROW LEVEL SECURITY" for table in tables),
        *TAMPERING[what],
    )
    assert "L11" in broken()


def close_while_posting() -> tuple[Counter[str], int]:
    """Eight write into June while it is being closed; return what came of it, and how many were made."""
    started = threading.Event()

    def post() -> Any:
        started.set()
        return actions.post(JOB, **moved(1))

    def close() -> Any:
        assert started.wait(60)
        return actions.close_period(JOB, month=date(2026, 6, 1))

    return at_once([*[post] * 12, close, *[post] * 12]), balance("CASH")


@pytest.mark.parametrize("run", range(3 * SCALE))
def test_a_month_closed_while_others_post_holds_all_that_was_made_and_nothing_after(book, run):
    outcome, cash = close_while_posting()
    assert set(outcome) <= {"made", "PERIOD_CLOSED"}
    assert cash == outcome["made"] - 1  # one of those made is the closing
    assert told(lambda: actions.post(JOB, **moved(1))) == "PERIOD_CLOSED"
    assert broken() == []


def closed_under_an_open_writer() -> list[str]:
    """One has booked but not committed when the month is closed. Return what is broken afterwards."""
    booked, go_on = threading.Event(), threading.Event()

    def slow_writer() -> dict[str, Any]:
        from onefold.commands.action import Command

        with entered(JOB, AT, read_only=False):
            made = actions.post(Command(new_id(), "test", JOB, AT), **moved(1))
            booked.set()
            go_on.wait(2)  # the closing waits for us, or it does not
        return made

    def close() -> Any:
        assert booked.wait(60)
        closed = actions.close_period(JOB, month=date(2026, 6, 1))
        go_on.set()
        return closed

    at_once([slow_writer, close], workers=2)
    return broken()


def test_closing_waits_for_whoever_has_not_committed(book):
    assert closed_under_an_open_writer() == []


def test_mutant_without_the_lock_a_journal_comes_into_a_closed_month(book, as_role):
    without(as_role, "DROP TRIGGER a_share_book ON ledger_journal")
    assert "L12" in closed_under_an_open_writer()
