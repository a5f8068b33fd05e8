"""Does the server answer? Asked by logging on within a deadline of our own: a server that is frozen, or behind a line that
swallows everything, keeps a connection open and says nothing for ever, and no setting of the driver or the server notices.

One `Pulse` a process and server. It is asked when something waits longer than it should; once it finds no answer it goes on
looking by itself, so that meanwhile nobody else has to wait to be told.
"""

from __future__ import annotations

import logging
import select
import threading
import time
from collections.abc import Mapping
from typing import Any

import psycopg
from psycopg.conninfo import make_conninfo
from psycopg.pq import ConnStatus, PGconn, PollingStatus

ANSWER_S = 2.0
LOOK_EVERY_S = 0.5
STILL_TRUE_S = 0.3
NOT_LIBPQ = ("cursor_factory", "context", "prepare_threshold", "autocommit", "row_factory")
REFUSED, NOT_READY = "FATAL", ("starting up", "shutting down", "recovery", "not accepting", "not yet accepting")
"""A server that refuses a log-on (no room for one more, another database) has answered, unless it says that it is not ready."""
log = logging.getLogger("onefold.database")


class Pulse:
    """What this process knows about one server. Safe for threads."""

    def __init__(self, parameters: Mapping[str, Any], answer_s: float = ANSWER_S) -> None:
        self._conninfo = conninfo_of(parameters)
        self._answer_s = answer_s
        self._looking, self._knowing = threading.Lock(), threading.Lock()
        self._looked_at = self._away_since = 0.0
        self.cause = ""
        self.outages = 0

    @property
    def is_away(self) -> bool:
        return bool(self._away_since)

    def away_for_s(self) -> float:
        """For how long it has given no answer; 0 while it answers."""
        since = self._away_since
        return time.monotonic() - since if since else 0.0

    def answers(self) -> bool:
        """Ask now, unless somebody has just asked: then what they found. Takes up to two seconds where nothing answers."""
        with self._looking:
            if time.monotonic() - self._looked_at > STILL_TRUE_S:
                self._note(why_silent(self._conninfo, self._answer_s))
            return not self.is_away

    def note_silence(self, cause: str) -> None:
        """Somebody else found out: a log-on failed, or took too long."""
        if not has_answered(cause):
            self._note(in_short(cause))

    def _note(self, cause: str | None) -> None:
        with self._knowing:
            now = self._looked_at = time.monotonic()
            if cause is None and self._away_since:
                log.warning("the database answers again after %.0f s", now - self._away_since)
                self._away_since, self.cause = 0.0, ""
            elif cause is not None and not self._away_since:
                self._away_since, self.cause = now, cause
                self.outages += 1
                log.error("the database does not answer (%s); waiting for it", cause)
                threading.Thread(target=self._keep_looking, name="pulse", daemon=True).start()

    def _keep_looking(self) -> None:
        while self.is_away:
            time.sleep(LOOK_EVERY_S)
            self.answers()


_known: dict[tuple[str, str], Pulse] = {}
_making = threading.Lock()


def pulse_of(parameters: Mapping[str, Any]) -> Pulse:
    """The pulse of the server that these parameters lead to; one in a process, whichever role or database asks."""
    place = (str(parameters.get("host", "")), str(parameters.get("port", "")))
    with _making:
        if place not in _known:
            _known[place] = Pulse(parameters)
        return _known[place]


def conninfo_of(parameters: Mapping[str, Any]) -> str:
    words = {word: value for word, value in parameters.items() if word not in NOT_LIBPQ and value is not None}
    return make_conninfo("", **words)


def why_silent(conninfo: str, answer_s: float = ANSWER_S) -> str | None:
    """Log on and off again within `answer_s`; return None when the server answered, else why it did not, in its own words."""
    deadline = time.monotonic() + answer_s
    session = PGconn.connect_start(conninfo.encode())
    try:
        status = PollingStatus.WRITING
        while session.status != ConnStatus.BAD and status in (PollingStatus.READING, PollingStatus.WRITING):
            if not ready(session.socket, status, deadline - time.monotonic()):
                return f"no answer within {answer_s:g} s"
            status = PollingStatus(session.connect_poll())
        if session.status == ConnStatus.OK:
            return None
        cause = in_short(session.error_message.decode(errors="replace"))
    except psycopg.Error as error:  # it broke off under our hands
        cause = in_short(str(error))
    finally:
        session.finish()
    return None if has_answered(cause) else cause


def ready(socket: int, status: PollingStatus, within_s: float) -> bool:
    """Wait until the socket may be read or written, whichever is asked for."""
    waiting = select.poll()
    waiting.register(socket, select.POLLIN if status == PollingStatus.READING else select.POLLOUT)
    return within_s > 0 and bool(waiting.poll(within_s * 1000))


def in_short(said: str) -> str:
    """The first line of what the driver says; the others are its advice."""
    lines = said.strip().splitlines()
    return lines[0].removeprefix("connection is bad: ").strip() if lines else "no answer"


def has_answered(said: str) -> bool:
    return REFUSED in said and not any(words in said for words in NOT_READY)
