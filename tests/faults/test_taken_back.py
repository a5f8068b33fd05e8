"""Going back brings back everything a release changed, facts too, row for row; what people changed or used since is named and left."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection

from onefold.cli.rollback import plan_lines, told_lines
from onefold.commands.facts import published_facts
from onefold.commands.models import OutboxEvent
from onefold.commands.scope import entered, reading
from onefold.commands.viewer import Viewer
from onefold.domains.consent.actions import withdraw
from onefold.domains.consent.models import Consent
from onefold.domains.holdings.models import Contract
from onefold.domains.releases import refusals, taking_back
from onefold.domains.releases.held_queries import open_hold
from onefold.domains.releases.models import Activation, Change
from tests.stories.harbour import SYSTEM
from tests.stories.test_held import at, cloned, run, send, two_hours_later


def facts() -> dict[str, list[str]]:
    """Every row of every fact."""
    rows = {}
    with reading(SYSTEM), connection.cursor() as cursor:
        for fact in published_facts():
            cursor.execute(f"SELECT to_jsonb(t)::text FROM {fact.model._meta.db_table} t ORDER BY 1")
            rows[fact.model._meta.db_table] = [text for (text,) in cursor.fetchall()]
    return rows


BEFORE: dict[str, Any] = {}


@pytest.fixture(scope="module")
def second_template(connections, harbour_template, tmp_path_factory) -> Iterator[str]:
    """A second release closes contracts, ends consents, loses tokens, and brings a contract, a consent and a customer."""
    with cloned(connections, harbour_template, "batch") as name:
        folder = tmp_path_factory.mktemp("sent")
        BEFORE["facts"] = facts()
        two_hours_later(connections, name)
        send(folder, "hpc_contracts.csv", lambda lines: [*lines[:-4], lines[-1].replace(b"PC", b"PD", 1)])
        send(folder, "hbank_consents.csv", lambda lines: [lines[0], lines[1].replace(b";N", b";Y", 1), *lines[2:-3]])
        send(folder, "hlife_customers.csv", lambda lines: [line.replace(b",1540", b",1541", 1) for line in lines])
        end = run()
        assert end["state"] == "PUBLISHED", end
        connection.close()
        yield name


@pytest.fixture
def second(connections, second_template) -> Iterator[dict[str, list[str]]]:
    """The facts of the first release, with the second in force. As the batch role, in a database of the test's own."""
    with cloned(connections, second_template, "batch"):
        yield BEFORE["facts"]


def test_going_back_brings_back_every_fact_row_for_row(second):
    now = facts()
    differing = {table for table in now if now[table] != second[table]}
    assert {"holdings_contract", "consent_consent", "customers_searchtoken"} <= differing
    plan = taking_back.plan_roll_back(SYSTEM)
    assert facts() == now, "a plan changes nothing"
    done = taking_back.roll_back(SYSTEM, why="HPC sent half a file")
    assert done == plan
    assert {one["table"] for one in done["tables"]} == differing
    assert not any(one["in_use"] or one["changed_since"] for one in done["tables"])
    assert facts() == second
    with pytest.raises(refusals.NoEarlierRelease):
        taking_back.roll_back(SYSTEM)
    with reading(SYSTEM):
        assert not Change.objects.exists()
        assert OutboxEvent.objects.filter(name="releases.ReleaseTakenBack").count() == 1
    assert run()["state"] == "HELD", "what was taken back comes again by its files"
    assert open_hold(SYSTEM).was_taken_back
    assert facts() == second


def test_what_people_changed_or_used_since_is_named_and_left(second):
    with reading(SYSTEM):
        changed = (
            Change.objects.filter(table="holdings_contract", op="U").order_by("change_id").first().key["contract_id"]
        )
        brought = Change.objects.filter(table="consent_consent", op="I").order_by("change_id").first().key["consent_id"]
        company = Consent.objects.get(consent_id=brought).from_company_id
    with entered(SYSTEM, at(), read_only=False):
        Contract.objects.filter(contract_id=changed).update(premium_minor=1)
    by = Viewer.of_company(company, "user:9", frozenset({"COMPLIANCE"}))
    withdraw(by, uuid4(), consent_id=brought, why="CUSTOMER_ASKED")
    plan = {one["table"]: one for one in taking_back.plan_roll_back(SYSTEM)["tables"]}
    assert plan["holdings_contract"]["changed_since"] == 1
    assert plan["consent_consent"]["in_use"] == 1
    told = "\n".join([*plan_lines(taking_back.plan_roll_back(SYSTEM)), *told_lines({})])
    assert "1 stay: changed since" in told
    assert "onefold restore --to-time" in told
    taking_back.roll_back(SYSTEM)
    now = facts()
    assert len(set(now["holdings_contract"]) - set(second["holdings_contract"])) == 1
    assert len(set(now["consent_consent"]) - set(second["consent_consent"])) == 1
    with reading(SYSTEM):
        assert Contract.objects.get(contract_id=changed).premium_minor == 1


def test_a_release_of_before_changes_were_kept_says_so_and_offers_the_restore(second):
    with entered(SYSTEM, at(), read_only=False):
        Activation.objects.update(changes_noted=False)
    told = "\n".join(plan_lines(taking_back.plan_roll_back(SYSTEM)))
    assert "CANNOT go back" in told
    assert "onefold restore --to-time" in told
    with pytest.raises(refusals.RestoreInstead):
        taking_back.roll_back(SYSTEM)


def test_every_fact_has_its_triggers_and_they_fire_for_the_merge_too(database):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, array_agg(tgname::text ORDER BY tgname), bool_and(tgenabled = 'A') "
            "FROM pg_trigger WHERE tgname LIKE 'note_%' GROUP BY 1"
        )
        found = {table: (names, always) for table, names, always in cursor.fetchall()}
    assert found == {
        fact.model._meta.db_table: (["note_delete", "note_insert", "note_update"], True) for fact in published_facts()
    }
