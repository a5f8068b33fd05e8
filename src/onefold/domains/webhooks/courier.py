"""Messages on their way: taken for a while, sent outside any transaction, then written down as arrived, to be tried again, or put aside.

A message taken by a process that dies is due again when its time is up, so each is sent at least once. Real time, as in the
relay: it paces machines and is no fact of the business.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from onefold.commands import clock, scope
from onefold.commands.scope import today
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.webhooks.rules import pause_after

COURIER = Viewer.system("courier")
SPARE_S = 30
"""How much longer than the receiver's time a message is kept from others: enough to write down what came of it."""


@dataclass(frozen=True)
class Letter:
    """A message as it is to be sent now."""

    message_id: UUID
    webhook_id: UUID
    url: str
    type: str
    body: str
    attempt: int
    timeout_s: int
    key_id: str
    former_key_id: str


def take(most: int, busy: Sequence[UUID]) -> list[Letter]:
    """Take up to `most` messages that are due, at most one a webhook, none of those that are `busy`: a slow receiver holds up itself only."""
    with scope.entered(COURIER, clock.now(), read_only=False) as at, connection.cursor() as cursor:
        timeout_s: int = rulebook.value("machines.webhook_timeout_s", today(at))
        cursor.execute(
            """
            WITH taken AS (
                SELECT m.message_id, w.url, w.key_id, w.former_key_id FROM webhooks_webhook w CROSS JOIN LATERAL (
                    SELECT message_id FROM webhooks_message
                    WHERE webhook_id = w.webhook_id AND state = 'WAITING' AND due_at <= now()
                    ORDER BY due_at, message_id LIMIT 1 FOR UPDATE SKIP LOCKED) m
                WHERE w.ended_at IS NULL AND NOT (w.webhook_id = ANY (%s)) LIMIT %s)
            UPDATE webhooks_message m SET attempts = m.attempts + 1, due_at = now() + make_interval(secs => %s)
            FROM taken t WHERE t.message_id = m.message_id
            RETURNING m.message_id, m.webhook_id, t.url, m.type, m.body, m.attempts, %s::int, t.key_id, t.former_key_id
            """,
            [list(busy), most, timeout_s + SPARE_S, timeout_s],
        )
        return [Letter(*row) for row in cursor.fetchall()]


def note_arrived(letter: Letter, status: int) -> None:
    _note(letter, "state = 'DELIVERED', delivered_at = now(), last_status = %s, reason = ''", [status])


def note_failed(letter: Letter, status: int | None, reason: str) -> None:
    """Try again after the pause that the rulebook names for this attempt, or put the message aside."""
    pauses = rulebook.value("machines.webhook_pauses_s", today(clock.now()))
    pause = pause_after(letter.attempt, pauses)
    state = "WAITING" if pause is not None else "DEAD"
    _note(
        letter,
        "state = %s, last_status = %s, reason = %s, due_at = now() + make_interval(secs => %s)",
        [state, status, reason[:40], pause or 0],
    )


def _note(letter: Letter, sets: str, values: list[str | int | None]) -> None:
    """Only the one who took it this time writes down what came of it: a later try may be on its way already."""
    with scope.entered(COURIER, clock.now(), read_only=False), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE webhooks_message SET {sets} WHERE message_id = %s AND attempts = %s AND state = 'WAITING'",
            [*values, letter.message_id, letter.attempt],
        )
