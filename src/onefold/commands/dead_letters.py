"""Reactions that were put aside after their last try: seen, and tried once more. They name an event, never what is in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from onefold.commands.action import Command, action
from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.kernel.refusals import Kind, Refusal

SHOWN_MAX = 100


class DeadLetterUnknown(Refusal):
    code = "DEAD_LETTER_UNKNOWN"
    kind = Kind.NOT_FOUND
    sentence = {"en": "Nothing of this id was put aside.", "zh-Hans": "没有此编号的搁置消息。"}


@dataclass(frozen=True)
class DeadLetter:
    """`reaction`: what was to be done about the event; `reason`: a refusal's code, or the name of the error."""

    delivery_id: UUID
    event_id: UUID
    reaction: str
    attempts: int
    reason: str
    last_tried_at: datetime


def dead_letters(viewer: Viewer) -> list[DeadLetter]:
    """Return what the relay has put aside, newest first; to staff of companies and of the group only."""
    with reading(viewer), connection.cursor() as cursor:
        cursor.execute(
            "SELECT delivery_id, event_id, reaction, attempts, reason, due_at FROM commands_delivery "
            "WHERE state = 'DEAD' ORDER BY due_at DESC, delivery_id LIMIT %s",
            [SHOWN_MAX],
        )
        return [DeadLetter(*row) for row in cursor.fetchall()]


@action
def try_again(command: Command, *, delivery_id: UUID) -> dict[str, Any]:
    """Give a reaction that was put aside its tries back. Raises `DeadLetterUnknown`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE commands_delivery SET state = 'WAITING', attempts = 0, due_at = now() "
            "WHERE delivery_id = %s AND state = 'DEAD'",
            [delivery_id],
        )
        if cursor.rowcount != 1:
            raise DeadLetterUnknown()
    command.audit(str(delivery_id))
    return {"delivery_id": str(delivery_id)}
