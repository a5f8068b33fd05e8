"""What has gone wrong below us and is nobody's fault here: the database away or busy, the disk full. Recognised once, and said
by one refusal each, at every door alike.
"""

from __future__ import annotations

import psycopg
from django.db import InterfaceError, OperationalError

from onefold.commands.postgres.watched import OutOfTime
from onefold.kernel.room import DiskFull, Outage, causes_of, is_full

GONE = ("57P01", "57P02", "57P03", "08")
"""the server shuts down, has crashed, is not ready yet; the line is broken"""
HELD_UP = ("55P03", "57014", "53300", "53200", "25P03", "40001", "40P01")
"""a lock, a statement's time, too many sessions, no memory, a transaction left lying; conflicts that remain after retrying"""
NO_ROOM = ("53100",)


class DatabaseAway(Outage):
    code = "DATABASE_AWAY"
    sentence = {
        "en": "The database does not answer at the moment. Work goes on by itself as soon as it does.",
        "zh-Hans": "数据库暂时没有应答，恢复后系统会自动继续工作。",
    }


class DatabaseHeldUp(Outage):
    code = "DATABASE_HELD_UP"
    sentence = {
        "en": "The database is held up by other work and did not finish this in time. Try again in a moment.",
        "zh-Hans": "数据库正忙于其他工作，未能及时完成本次操作。请稍后重试。",
    }


def outage_of(error: BaseException) -> Outage | None:
    """Return how `error` is to be said; None where it is something else: a refusal of a rule, or a bug."""
    for cause in causes_of(error):
        said = _said(cause)
        if said is not None:
            return said
    return None


def is_down(error: BaseException) -> bool:
    """Is nothing to be had from the database at all now, or nothing to be written? Then no try counts, whoever's it was."""
    return isinstance(outage_of(error), DatabaseAway | DiskFull)


def _said(error: BaseException) -> Outage | None:
    if isinstance(error, Outage):
        return error
    if isinstance(error, OSError) and is_full(error):
        return DiskFull()
    if isinstance(error, OutOfTime):
        return DatabaseHeldUp()
    if isinstance(error, psycopg.Error):
        return _by_state(error)
    if isinstance(error, InterfaceError | OperationalError) and not isinstance(error.__cause__, psycopg.Error):
        return DatabaseAway()
    return None


def _by_state(error: psycopg.Error) -> Outage | None:
    state = error.sqlstate or ""
    if state in NO_ROOM or is_full(error):
        return DiskFull()
    if state in HELD_UP:
        return DatabaseHeldUp()
    if state.startswith(GONE) or (not state and isinstance(error, psycopg.OperationalError | psycopg.InterfaceError)):
        return DatabaseAway()
    return None
