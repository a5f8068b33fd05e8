"""Outages are waited through: whoever works here goes on when the database is back or there is room again, and never ends
because of it. Said once in the log when it begins and once when it is over; of an absent database the pulse tells, once for all.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import TypeVar

from django.db import connection

from onefold.commands.outages import DatabaseAway, DatabaseHeldUp, outage_of

FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.2, 2.0
HELD_UP_MAX = 20
T = TypeVar("T")
log = logging.getLogger("onefold.jobs")
stopping = threading.Event()
"""Set when this process was told to end."""


class Patience:
    """How often in a row something failed because of an outage, and how long to wait until it is tried again."""

    def __init__(self, what: str, stop: threading.Event | None = None) -> None:
        self.what, self.stop = what, stop or stopping
        self._began: float | None = None
        self._told = False
        self._pause_s = FIRST_PAUSE_S

    def bear(self, error: BaseException) -> bool:
        """Wait a while if `error` is an outage; False where it is something else, and nobody's business here."""
        pause_s = self.pause_after(error)
        if pause_s is None:
            return False
        connection.close()
        self.stop.wait(pause_s)
        return True

    def pause_after(self, error: BaseException) -> float | None:
        """Write it down; return how long to wait, in seconds, or None where `error` is no outage."""
        outage = outage_of(error)
        if outage is None:
            return None
        if self._began is None:
            self._began, self._told = time.monotonic(), not isinstance(outage, DatabaseAway)
            if self._told:
                log.error("%s waits: %s", self.what, outage)
        pause_s, self._pause_s = self._pause_s, min(self._pause_s * 2, LONGEST_PAUSE_S)
        return pause_s

    def over(self) -> None:
        """It went well."""
        if self._began is not None:
            if self._told:
                log.warning("%s goes on after %.0f s", self.what, time.monotonic() - self._began)
            self._began, self._pause_s = None, FIRST_PAUSE_S


def patiently(what: str, do: Callable[[], T]) -> T:
    """Do it again until the database is back. `do` must be one that may be done twice.

    Raises whatever else goes wrong: a full disk, and what is held up again and again, are for somebody to mend. Raises the outage
    itself once the process is `stopping`: what was begun is taken up by the next.
    """
    patience, held_up = Patience(what), 0
    while True:
        try:
            done = do()
        except Exception as error:
            outage = outage_of(error)
            held_up += isinstance(outage, DatabaseHeldUp)
            may_wait = held_up <= HELD_UP_MAX and not stopping.is_set()
            if not isinstance(outage, DatabaseAway | DatabaseHeldUp) or not may_wait:
                connection.close_if_unusable_or_obsolete()
                raise
            patience.bear(error)
        else:
            patience.over()
            return done
