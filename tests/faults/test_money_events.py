"""Fault 14, for money: what orders and holdings tell, through the relay: any order, twice, in one state at the end."""

from __future__ import annotations

import random
from collections.abc import Iterable
from typing import Any

import pytest
from django.db import connection

from onefold.commands import outbox
from onefold.config.reactions import REACTIONS
from onefold.domains.settlement.models import Movement, Sale
from onefold.domains.settlement.tests.selling import LIFE, balances, broken, feed_says, issued, small_group
from onefold.kernel.ids import new_id


@pytest.fixture
def group(database, as_role):
    with as_role("batch"):
        small_group()
        yield


def tell(events: Iterable[tuple[str, dict[str, Any]]]) -> None:
    """Put events into the outbox and relay until nothing waits; what fails is tried again at once."""
    from json import dumps

    with connection.cursor() as cursor:
        for name, payload in events:
            cursor.execute(
                "INSERT INTO commands_outboxevent (event_id, name, payload, command_id, at) VALUES (%s, %s, %s, %s, now())",
                [new_id(), name, dumps(payload), new_id()],
            )
    while outbox.drain(REACTIONS):
        with connection.cursor() as cursor:
            cursor.execute("UPDATE commands_delivery SET due_at = now() WHERE state = 'WAITING'")


def life_of(number: int) -> list[tuple[str, dict[str, Any]]]:
    """A sale, and what became of it by its number: kept, cancelled in its free look, surrendered."""
    event = issued(number, **(LIFE if number % 2 else {}))
    about = {"item_id": event["item_id"], "contract_id": event["contract_id"]}
    told: list[tuple[str, dict[str, Any]]] = [("orders.ItemIssued", event)]
    if number % 4 == 1:
        cancelled = about | {"reason": "FREE_LOOK", "refunded_minor": event["premium_minor"], "at": "2026-06-13"}
        return [*told, ("orders.ItemCancelled", cancelled)]
    told.append(("orders.ItemInForce", about | {"at": event["free_look_until"]}))
    if number % 4 == 2:
        told.append(("orders.ItemCancelled", about | {"reason": "SURRENDER", "refunded_minor": 0, "at": "2026-07-30"}))
    return told


def state() -> list[Any]:
    rows = Movement.objects.order_by("movement_id").values_list("movement_id", "kind", "amount_minor", "effective_on")
    return [*rows, sorted(balances().items())]


def test_events_told_twice_and_in_any_order_come_to_the_same(database, as_role, connections, template):
    with as_role("batch"):
        small_group()
        orderly = [told for number in range(8) for told in life_of(number)]
        tell(orderly)
        expected, dead = state(), dead_letters()
        assert broken() == [] and dead == 0 and Sale.objects.count() == 8
        with as_role("owner"), connection.cursor() as cursor:
            _forget_all(cursor)
        mixed = [*orderly, *orderly]
        random.Random(5).shuffle(mixed)
        tell(mixed)
        assert state() == expected
        assert broken() == [] and dead_letters() == 0


def _forget_all(cursor: Any) -> None:
    """As if nothing had been told: only the owner can, with the guards taken away."""
    cursor.execute(
        "SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename ~ '^(settlement|ledger)_'"
    )
    tables = [row[0] for row in cursor.fetchall()]
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    cursor.execute(f"TRUNCATE {', '.join(tables)}, commands_delivery, commands_outboxevent")
    for table in tables:
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def dead_letters() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM commands_delivery WHERE state = 'DEAD'")
        return int(cursor.fetchone()[0])


def test_a_contract_that_the_next_feed_says_has_ended_is_taken_back_through_the_relay(group):
    event = issued(1)
    about = {"item_id": event["item_id"], "contract_id": event["contract_id"]}
    tell([("orders.ItemIssued", event), ("orders.ItemInForce", about | {"at": event["free_look_until"]})])
    feed_says({event["contract_id"]: "CANCELLED", str(new_id()): "CANCELLED"})
    for release in ("a" * 32, "b" * 32):
        tell([("releases.ReleaseActivated", {"release_id": release, "previous_id": "", "as_of": "2026-06-30"})])
    assert set(Movement.objects.values_list("kind", flat=True)) == {"ACCRUED", "VESTED", "CLAWED_BACK"}
    assert broken() == []
