"""Log lines without personal data: JSON, one object a line, or plain lines for a terminal.

What our own code says is said as it is (it logs codes and ids only). What others say is cut to its fixed words, for their arguments
are paths, hosts and values. Of an error its kind and places are told: never its text, never a local value.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
import traceback
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from onefold.commands import tracing

OURS = ("onefold", "procrastinate")
"""Loggers whose words hold codes and ids only."""
FRAMES_MAX = 40
_DROPPED = "…"


class JsonLines(logging.Formatter):
    """`{"at", "level", "logger", "message", "request_id", "command_id", "route", ..., "error", "trace"}`; empty ones are left out."""

    def format(self, record: logging.LogRecord) -> str:
        return json.dumps(_told(record), ensure_ascii=False, default=str)


class PlainLines(logging.Formatter):
    """The same for the eye: time, level, logger, message, then `name=value`."""

    def format(self, record: logging.LogRecord) -> str:
        told = _told(record)
        head = " ".join(str(told.pop(name)) for name in ("at", "level", "logger", "message"))
        places = told.pop("trace", [])
        rest = " ".join(f"{name}={value}" for name, value in told.items())
        return "\n".join([f"{head} {rest}".rstrip(), *(f"  {place}" for place in places)])


def _told(record: logging.LogRecord) -> dict[str, Any]:
    told: dict[str, Any] = {
        "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
        "level": record.levelname,
        "logger": record.name,
        "message": words_of(record),
    }
    trace = tracing.current()
    if trace is not None:
        told |= {name: value for name, value in vars(trace).items() if value}
    told |= getattr(record, "fields", {})
    if record.exc_info and record.exc_info[1] is not None:
        told |= {"error": kinds_of(record.exc_info[1]), "trace": places_of(record.exc_info[1])}
    return told


def words_of(record: logging.LogRecord) -> str:
    """Return what a record says, cut to its fixed words where others wrote it."""
    if record.name.split(".")[0] in OURS:
        return record.getMessage()
    if not record.args:
        return _DROPPED  # text made up beforehand may hold anything
    given = record.args if isinstance(record.args, tuple) else (record.args,)
    kept = tuple(value if isinstance(value, int | float) else _DROPPED for value in given)
    try:
        return str(record.msg) % kept
    except (TypeError, ValueError):
        return _DROPPED


def kinds_of(error: BaseException) -> str:
    """Return the kind of an error and of those that caused it: `IntegrityError < UniqueViolation`."""
    kinds, seen = [], set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        kinds.append(type(cause).__name__)
        cause = cause.__cause__ or cause.__context__
    return " < ".join(kinds)


def places_of(error: BaseException) -> list[str]:
    """Return where an error came by, outermost first: file, line and function, no text of it and no values."""
    frames = traceback.extract_tb(error.__traceback__)[-FRAMES_MAX:]
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]


def watch_uncaught() -> None:
    """Let what ends a process or thread be logged like everything else; the interpreter would print its text."""
    log = logging.getLogger("onefold.process")

    def said(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
        if error is None or isinstance(error, KeyboardInterrupt | SystemExit):
            return
        log.critical("ended by an error", exc_info=(kind, error, trace))

    sys.excepthook = said
    threading.excepthook = lambda told: said(told.exc_type, told.exc_value, told.exc_traceback)
