"""Which keys made what is here: a mark of each in the database, so that a missing key is known, and a wrong one.

A mark is a key's id and tells nothing of the key. Where a mark stands and the ring has no such key, nothing may start: a key made
anew in its place would give every customer a second time, or leave the vault shut for good.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from onefold.commands.action import Command, action
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.kernel import keys
from onefold.kernel.ids import new_id

KEEPER = Viewer.system("keys")


def marks() -> dict[str, set[str]]:
    """Return, by purpose, the ids of the keys with which data here were made."""
    with reading(KEEPER), connection.cursor() as cursor:
        cursor.execute(keys.MARKS)
        return keys.by_purpose(cursor.fetchall())


def hold(secrets: Path, purpose: str) -> keys.Ring:
    """Return the ring to make something with; a rotation does not come to its end before this transaction does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock_shared(hashtext(%s))", [f"onefold.key.{purpose}"])
    return keys.read(secrets, purpose)


def hold_alone(secrets: Path, purpose: str) -> keys.Ring:
    """The same, with nobody else making anything: all that was made before is seen, and nothing follows with an older key."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [f"onefold.key.{purpose}"])
    return keys.read(secrets, purpose)


def note_all(secrets: Path, marked: dict[str, set[str]]) -> None:
    """Mark every key that can be used and has no mark yet."""
    for purpose in keys.PURPOSES:
        note_ring(keys.read(secrets, purpose), marked[purpose])


def note_ring(ring: keys.Ring, marked: set[str]) -> None:
    """Mark the keys of one ring."""
    for key in ring.live:
        if key.id not in marked:
            note(KEEPER, new_id(), purpose=ring.purpose, key_id=key.id)


@action
def note(command: Command, *, purpose: str, key_id: str) -> dict[str, Any]:
    """From now on data may be made with this key."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commands_keymark (key_id, purpose, noted_at) VALUES (%s, %s, %s) ON CONFLICT (key_id) DO NOTHING",
            [key_id, purpose, timezone.now()],
        )
        made = cursor.rowcount
    if made:
        command.audit(key_id, purpose=purpose)
    return {"key_id": key_id}


@action
def strike(command: Command, *, purpose: str, key_id: str) -> dict[str, Any]:
    """Nothing made with this key is left, and it is about to be destroyed."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commands_keymark SET struck_at = %s WHERE key_id = %s AND struck_at IS NULL",
            [timezone.now(), key_id],
        )
    command.audit(key_id, purpose=purpose)
    return {"key_id": key_id}
