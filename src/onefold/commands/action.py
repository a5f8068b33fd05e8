"""The one way to change state.

    @action
    def withdraw(command: Command, *, consent_id: UUID, why: str) -> dict: ...

    withdraw(viewer, command_id, consent_id=..., why=...)     # outermost: owns the transaction and the command id
    withdraw(command, consent_id=..., why=...)                # inner: joins the open command

The outermost call keeps the client-made command id for ever: the same id with the same body gives the first result (as long as
that is kept: `retention.command_results`) and no second effect, the same id with another body is refused. The audit lines and the outbox events are written in the same
transaction as the change. A refusal rolls everything back and keeps nothing, so the id may be used again.
"""

from __future__ import annotations

import functools
import hashlib
import json
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.serializers.json import DjangoJSONEncoder
from django.db import OperationalError, connection

from onefold.commands import clock, scope, tracing
from onefold.commands.faultpoint import faultpoint
from onefold.commands.viewer import Viewer
from onefold.kernel.ids import new_id
from onefold.kernel.refusals import Kind, Refusal

RETRIED_STATES = {"40001", "40P01"}  # serialization failure, deadlock: nothing happened, so trying again is safe
TRIES = 4


class CommandReused(Refusal):
    code = "COMMAND_REUSED"
    kind = Kind.INVALID
    sentence = {
        "en": "This command id was used before for something else. Reload the page and try again.",
        "zh-Hans": "该操作编号已用于其他内容。请刷新页面后重试。",
    }


class CommandAnswerGone(Refusal):
    code = "COMMAND_ANSWER_GONE"
    kind = Kind.CONFLICT
    sentence = {
        "en": "This was carried out long ago and is not done again; its answer is no longer kept.",
        "zh-Hans": "该操作早已执行，不会重复执行；其应答已过保留期。",
    }


@dataclass
class Command:
    """The open command: who, when, and what it leaves behind. Actions get it as their first argument."""

    command_id: UUID
    action: str
    viewer: Viewer
    at: datetime
    lines: list[dict[str, Any]] = field(default_factory=list)
    events: list[Any] = field(default_factory=list)

    def audit(self, subject: str = "", /, *, in_book_of: str | None = None, **facts: Any) -> None:
        """Add an audit line about `subject` (a pseudonym or code). No personal value may be among `facts`.

        It stands in the audit of the viewer's company, or for jobs in that of `in_book_of`.
        """
        company = self.viewer.company if in_book_of is None else in_book_of
        self.lines.append({"subject": str(subject), "facts": facts, "company": company})

    def lock(self, subject: Any) -> None:
        """Let other commands about `subject` wait until this one has ended. Needs no right to change the subject's row."""
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(subject)])

    def emit(self, event: Any) -> None:
        """Put a past-tense event (a frozen dataclass of the room's events.py) into the outbox."""
        self.events.append(event)


def action(function: Callable[..., Any]) -> Callable[..., Any]:
    """Make `function(command, **inputs)` an action. Inputs and result must be plain JSON-able values."""
    name = f"{function.__module__.split('.')[-2]}.{function.__name__}"

    @functools.wraps(function)
    def call(by: Viewer | Command, command_id: UUID | None = None, /, **inputs: Any) -> Any:
        if isinstance(by, Command):
            return function(by, **inputs)
        return _outermost(function, name, by, command_id or new_id(), inputs)

    call.is_action = True  # type: ignore[attr-defined]
    return call


def _outermost(
    function: Callable[..., Any], name: str, viewer: Viewer, command_id: UUID, inputs: dict[str, Any]
) -> Any:
    body = body_hash(inputs)
    for attempt in range(1, TRIES + 1):
        try:
            return _carry_out(function, Command(command_id, name, viewer, clock.now()), body, inputs)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", None) not in RETRIED_STATES or attempt == TRIES:
                raise
            time.sleep(0.01 * 2**attempt)
    raise AssertionError("unreachable")


def _carry_out(function: Callable[..., Any], command: Command, body: str, inputs: dict[str, Any]) -> Any:
    tracing.note_command(command.command_id)
    with scope.entered(command.viewer, command.at, read_only=False):
        if not _claim(command, body):
            return _first_result(command, body)
        result = function(command, **inputs)
        write_down(command, result)
        faultpoint("commands.before_commit")
        return _plain(result)


def _claim(command: Command, body: str) -> bool:
    """Insert the command row; a concurrent twin waits here until the first one has committed or rolled back."""
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commands_commandrecord (command_id, action, actor, body_sha256, at) VALUES (%s, %s, %s, %s, %s) "
            "ON CONFLICT (command_id) DO NOTHING",
            [command.command_id, command.action, command.viewer.key, body, command.at],
        )
        return bool(cursor.rowcount == 1)


def _first_result(command: Command, body: str) -> Any:
    """Return what the first call with this id returned. Another actor's row is invisible here, so it counts as reused."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT result::text FROM commands_commandrecord WHERE command_id = %s AND action = %s AND body_sha256 = %s",
            [command.command_id, command.action, body],
        )
        row = cursor.fetchone()
    if row is None:
        raise CommandReused(command_id=str(command.command_id))
    if row[0] is None:
        raise CommandAnswerGone()
    return json.loads(row[0])


_AUDIT = """INSERT INTO commands_auditline (audit_id, command_id, action, actor, company, subject, facts, at)
    SELECT id, %(command_id)s, %(action)s, %(actor)s, company, subject, facts, %(at)s
    FROM unnest(%(said_0)s::uuid[], %(said_1)s::text[], %(said_2)s::jsonb[], %(said_3)s::text[])
         line (id, subject, facts, company)"""
_OUTBOX = """INSERT INTO commands_outboxevent (event_id, name, payload, command_id, at)
    SELECT id, name, payload, %(command_id)s, %(at)s
    FROM unnest(%(told_0)s::uuid[], %(told_1)s::text[], %(told_2)s::jsonb[]) event (id, name, payload)"""
_RESULT = "UPDATE commands_commandrecord SET result = %(result)s WHERE command_id = %(command_id)s"
_WRITE_DOWN = f"WITH said AS ({_AUDIT}), told AS ({_OUTBOX}) {_RESULT}"
_WRITE_DOWN_QUIETLY = f"WITH said AS ({_AUDIT}) {_RESULT}"


def write_down(command: Command, result: Any) -> None:
    """Write what the command leaves behind: audit lines, events, result. Called once, just before the commit."""
    if not command.lines:
        command.audit()
    said = [(new_id(), line["subject"], _json(line["facts"]), line["company"]) for line in command.lines]
    told = [(new_id(), event_name(type(event)), _json(asdict(event))) for event in command.events]
    with connection.cursor() as cursor:
        cursor.execute(
            _WRITE_DOWN if told else _WRITE_DOWN_QUIETLY,
            {
                "command_id": command.command_id, "action": command.action, "actor": command.viewer.key,
                "at": command.at, "result": _json(result),
                **_columns("said", said), **_columns("told", told),
            },
        )  # fmt: skip


def _columns(name: str, rows: list[tuple[Any, ...]]) -> dict[str, list[Any]]:
    return {f"{name}_{place}": list(column) for place, column in enumerate(zip(*rows, strict=True))}


def event_name(event: type) -> str:
    """`onefold.domains.consent.events.ConsentWithdrawn` is called `consent.ConsentWithdrawn` wherever it is stored."""
    return f"{event.__module__.split('.')[-2]}.{event.__name__}"


def body_hash(inputs: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(inputs, cls=DjangoJSONEncoder, sort_keys=True).encode()).hexdigest()


def _json(value: Any) -> str:
    return json.dumps(value, cls=DjangoJSONEncoder)


def _plain(value: Any) -> Any:
    """What a caller gets is what a repeated call would get: the result after a trip through JSON."""
    return json.loads(_json(value))
