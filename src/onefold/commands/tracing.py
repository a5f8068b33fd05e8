"""Which request this is, and which command it carries out: on every log line, in the answer's X-Request-ID and on the error page."""

from __future__ import annotations

from contextvars import ContextVar
from dataclasses import dataclass
from uuid import UUID, uuid4


@dataclass
class Trace:
    request_id: str
    command_id: str = ""
    route: str = ""


_current: ContextVar[Trace | None] = ContextVar("onefold_trace", default=None)


def begin(asked: str = "") -> Trace:
    """Begin a request's trace under the id it came with, or a new one. Only a UUID is taken: anything else could be somebody's number."""
    trace = Trace(_accepted(asked) or str(uuid4()))
    _current.set(trace)
    return trace


def end() -> None:
    _current.set(None)


def current() -> Trace | None:
    return _current.get()


def note_command(command_id: UUID) -> None:
    """Note which command is under way; of several in one request the last counts."""
    trace = _current.get()
    if trace is not None:
        trace.command_id = str(command_id)


def _accepted(asked: str) -> str:
    if len(asked) not in (32, 36):
        return ""
    try:
        return str(UUID(asked))
    except ValueError:
        return ""
