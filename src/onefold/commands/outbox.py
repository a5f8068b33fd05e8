"""The relay: hands each event of the outbox to its reactions, each exactly once in effect.

Two steps, each in transactions of its own. `fan_out` turns waiting events into deliveries (the inbox). `deliver` runs one
reaction: the delivery is marked DONE in the reaction's own transaction, so a duplicate or a crash never gives a second
effect. A reaction that keeps failing is put aside as DEAD with its reason and the others go on. Waiting is done in real time (`now()`), also in a demonstration whose
clock stands still: it paces the machine and is no fact of the business.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from onefold.commands import clock, scope
from onefold.commands.action import Command, write_down
from onefold.commands.faultpoint import faultpoint
from onefold.commands.outages import is_down
from onefold.commands.viewer import Viewer
from onefold.kernel.ids import derived_id
from onefold.kernel.refusals import Refusal

Reaction = Callable[[Command, dict[str, Any]], Any]
Reactions = Mapping[str, Mapping[str, Reaction]]
"""event name → {reaction name: function(command, payload)}"""

ATTEMPTS_MAX = 5
FIRST_PAUSE_S = 0.5
BATCH = 200
log = logging.getLogger("onefold.relay")


def fan_out(reactions: Reactions) -> int:
    """Turn up to 200 waiting events into deliveries; return how many events were taken. Safe to run in several processes."""
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "SELECT event_id, name FROM commands_outboxevent WHERE relayed_at IS NULL "
            "ORDER BY event_id LIMIT %s FOR UPDATE SKIP LOCKED",
            [BATCH],
        )
        events = cursor.fetchall()
        rows = [
            (derived_id("delivery", str(event_id), reaction), event_id, reaction)
            for event_id, name in events
            for reaction in reactions.get(name, ())
        ]
        if rows:
            cursor.executemany(
                "INSERT INTO commands_delivery (delivery_id, event_id, reaction, state, attempts, due_at, reason) "
                "VALUES (%s, %s, %s, 'WAITING', 0, now(), '') ON CONFLICT DO NOTHING",
                rows,
            )
        if events:
            cursor.execute(
                "UPDATE commands_outboxevent SET relayed_at = now() WHERE event_id = ANY (%s)",
                [[event_id for event_id, _ in events]],
            )
        return len(events)


def deliver(reactions: Reactions) -> bool:
    """Run the next due reaction; return False when none is due."""
    claimed = None
    try:
        with scope.entered(Viewer.system("relay"), clock.now(), read_only=False):
            claimed = _claim()
            if claimed is None:
                return False
            _react(reactions, *claimed)
            faultpoint("relay.before_commit")
    except Exception as error:
        if is_down(error):  # no try of the reaction's: it waits as it is
            raise
        # Anything else may go wrong in a reaction, and whatever it is, the other events must not wait for it.
        _put_off(error, claimed)
    return True


def drain(reactions: Reactions) -> int:
    """Relay until nothing is waiting; return the number of deliveries tried."""
    tried = 0
    while fan_out(reactions):
        pass
    while deliver(reactions):
        tried += 1
    return tried


def _claim() -> tuple[UUID, UUID, str, str, dict[str, Any]] | None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT d.delivery_id, d.event_id, d.reaction, e.name, e.payload::text FROM commands_delivery d "
            "JOIN commands_outboxevent e USING (event_id) WHERE d.state = 'WAITING' AND d.due_at <= now() "
            "ORDER BY d.due_at, d.event_id LIMIT 1 FOR UPDATE OF d SKIP LOCKED"
        )
        row = cursor.fetchone()
    if row is None:
        return None
    return row[0], row[1], row[2], row[3], json.loads(row[4])


def _react(
    reactions: Reactions, delivery_id: UUID, event_id: UUID, reaction: str, name: str, payload: dict[str, Any]
) -> None:
    command = Command(delivery_id, f"relay.{reaction}", Viewer.system("relay"), clock.now())
    result = reactions[name][reaction](command, payload)
    write_down(command, result)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commands_delivery SET state = 'DONE', attempts = attempts + 1 WHERE delivery_id = %s", [delivery_id]
        )


def _put_off(error: Exception, claimed: tuple[UUID, UUID, str, str, dict[str, Any]] | None) -> None:
    if claimed is None:
        raise error
    reason = error.code if isinstance(error, Refusal) else type(error).__name__
    log.error("reaction %s to %s failed: %s", claimed[2], claimed[3], reason)
    with transaction.atomic(durable=True), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commands_delivery SET attempts = attempts + 1, reason = %s, due_at = now() + make_interval(secs => %s * power(4, attempts)), "
            "state = CASE WHEN attempts + 1 >= %s THEN 'DEAD' ELSE 'WAITING' END WHERE delivery_id = %s",
            [reason[:200], FIRST_PAUSE_S, ATTEMPTS_MAX, claimed[0]],
        )
