"""The book: what it takes, what it refuses, and what stays true of it."""

from __future__ import annotations

from datetime import date

import pytest
from django.db import DatabaseError, connection, transaction

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains.ledger import actions, queries, refusals
from onefold.domains.ledger.models import Balance
from onefold.domains.ledger.tests.book import JOB, balance, broken, line, moved, two_companies
from onefold.kernel.ids import new_id


@pytest.fixture
def book(database, as_role):
    with as_role("batch"):
        two_companies()
        yield


def balances_seen_by(viewer):
    with reading(viewer):
        return list(Balance.objects.values_list("balance_minor", flat=True))


def test_a_journal_is_booked_and_read_by_its_company_alone(book, as_role):
    asked = moved(500)
    made = actions.post(JOB, **asked)
    assert made["made"] and balance("CASH") == 500 and broken() == []
    with as_role("app"):
        assert sorted(balances_seen_by(Viewer.of_company("HLIFE"))) == [-500, 500]
        assert balances_seen_by(Viewer.of_company("HPC")) == []
        assert len(balances_seen_by(Viewer.of_group())) == 2
        assert len(queries.postings_of(Viewer.of_company("HLIFE"), [asked["operation_id"]])) == 2
        for stranger in (Viewer.of_company("HPC"), Viewer.of_group(), Viewer.of_seller("HL1", "HLIFE")):
            assert queries.postings_of(stranger, [asked["operation_id"]]) == []


def test_a_journal_balances_in_each_currency_and_has_two_lines(book):
    with pytest.raises(refusals.JournalUnbalanced):
        actions.post(JOB, **moved(5, entries=[line("HLIFE", "CASH", 5), line("HLIFE", "INCOME", -4)]))
    with pytest.raises(refusals.JournalUnbalanced):
        actions.post(
            JOB, **moved(5, entries=[line("HLIFE", "CASH", 5), line("HLIFE", "INCOME", -5) | {"currency": "JPY"}])
        )
    for nothing in ([], [line("HLIFE", "CASH", 0), line("HLIFE", "INCOME", 0)]):
        with pytest.raises(refusals.JournalEmpty):
            actions.post(JOB, **moved(5, entries=nothing))


def test_an_operation_is_booked_once_for_ever_and_never_means_another(book):
    asked = moved(500)
    actions.post(JOB, **asked)
    assert actions.post(JOB, **asked)["made"] is False
    with pytest.raises(refusals.OperationReused):
        actions.post(JOB, **moved(501, operation_id=asked["operation_id"]))
    assert balance("CASH") == 500


def test_a_journal_is_reversed_once(book):
    asked = moved(500)
    actions.post(JOB, **asked)
    back = {"journal_id": asked["operation_id"], "effective_on": asked["effective_on"], "event": "wrong"}
    actions.reverse(JOB, operation_id=new_id(), **back)
    assert balance("CASH") == 0
    with pytest.raises(refusals.ReversedBefore):
        actions.reverse(JOB, operation_id=new_id(), **back)
    with pytest.raises(refusals.JournalUnknown):
        actions.reverse(JOB, operation_id=new_id(), **(back | {"journal_id": new_id()}))
    assert broken() == []


def test_an_account_marked_so_is_not_overdrawn(book):
    actions.post(JOB, **moved(100))
    with pytest.raises(refusals.AccountOverdrawn):
        actions.post(JOB, **moved(-101))
    assert balance("CASH") == 100


def test_a_closed_month_takes_nothing_and_a_running_one_is_not_closed(book):
    actions.post(JOB, **moved(100))
    assert actions.close_period(JOB, month=date(2026, 6, 1))["closed"]
    assert not actions.close_period(JOB, month=date(2026, 6, 20))["closed"]
    with pytest.raises(refusals.PeriodClosed):
        actions.post(JOB, **moved(100))
    actions.post(JOB, **moved(100, effective_on=date(2026, 7, 1)))
    with pytest.raises(refusals.PeriodNotOver):
        actions.close_period(JOB, month=date(2026, 7, 1))
    assert broken() == []


@pytest.mark.parametrize(
    "trick",
    [
        "UPDATE ledger_posting SET amount_minor = 1",
        "DELETE FROM ledger_posting",
        "TRUNCATE ledger_posting CASCADE",
        "DELETE FROM ledger_journal",
        "UPDATE ledger_journal SET effective_on = '2020-01-01'",
        "UPDATE ledger_account SET no_overdraft = false",
        "DELETE FROM ledger_closedperiod",
    ],
)
def test_nothing_written_is_ever_changed_by_any_role(book, as_role, trick):
    actions.post(JOB, **moved(100))
    for role in ("app", "batch"):
        with as_role(role), pytest.raises(DatabaseError, match="permission denied"), connection.cursor() as cursor:
            cursor.execute(trick)
    with as_role("owner"), pytest.raises(DatabaseError, match="for ever"), connection.cursor() as cursor:
        cursor.execute(trick)


def test_the_guards_hold_also_where_row_triggers_are_set_aside(book):
    """The batch role may set `session_replication_role`, and does so when it merges facts."""
    actions.post(JOB, **moved(100))
    with pytest.raises(DatabaseError, match="with its journal"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_posting (journal_id, account_id, company_id, amount_minor) "
            "SELECT journal_id, account_id, company_id, amount_minor FROM ledger_posting"
        )
    with pytest.raises(DatabaseError, match="does not balance"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        cursor.execute(
            "INSERT INTO ledger_journal (journal_id, effective_on, event, body_sha256, at, by) "
            "VALUES (gen_random_uuid(), '2026-06-15', 'x', 'x', now(), 'x')"
        )
    assert broken() == []
