"""Connections that do not wait for ever.

A wait that lasts longer than half a second looks whether the server answers anybody at all. If it does, the question is a slow
one and goes on, as long as the request it belongs to has time. If it does not, the connection is given up: at once where
somebody waits for a page, after a while where a job can bear it. A job's own long questions are never cut.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import psycopg
from psycopg.abc import PQGen
from psycopg.errors import _WaitTimeout
from psycopg.waiting import Ready

from onefold.embedded.pulse import Pulse

RV = TypeVar("RV")
FIRST_LOOK_S, NEXT_LOOK_S = 0.5, 0.5
ASYNC_WAIT_S = 40.0
"""longer than the queue's listener waits for news (30 s), so that only a line gone dead is cut"""


class ServerSilent(psycopg.OperationalError):
    """The server answers nobody."""


class OutOfTime(psycopg.OperationalError):
    """The server answers others, but not this request within its time."""


class _Spent(threading.local):
    """What is left of the seconds that the request of this thread may wait for the database; None outside a request."""

    left_s: float | None = None


_time = _Spent()


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """Let this thread's questions take `seconds` in all. Time not spent waiting for the database does not count."""
    before, _time.left_s = _time.left_s, seconds
    try:
        yield
    finally:
        _time.left_s = before


class Watched(psycopg.Connection[Any]):
    """As psycopg's; see above."""

    _pulse: Pulse | None = None
    _borne_s = 0.0

    def watched_by(self, pulse: Pulse, borne_s: float) -> None:
        self._pulse, self._borne_s = pulse, borne_s

    def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        if self._pulse is None or timeout is not None:
            return super().wait(gen, interval, timeout)
        began, look_s, steps = time.monotonic(), FIRST_LOOK_S, gen
        try:
            while True:
                try:
                    return super().wait(steps, interval, look_s)
                except _WaitTimeout:
                    self._give_up_or_go_on(self._pulse, time.monotonic() - began)
                    look_s, steps = NEXT_LOOK_S, _resumed(gen)
        finally:
            if _time.left_s is not None:
                _time.left_s -= time.monotonic() - began

    def _give_up_or_go_on(self, pulse: Pulse, waited_s: float) -> None:
        silent = pulse.is_away or not pulse.answers()
        if silent and pulse.away_for_s() >= self._borne_s:
            self.close()
            raise ServerSilent(f"the database does not answer: {pulse.cause}")
        if _time.left_s is not None and waited_s >= _time.left_s:
            self.close()
            raise OutOfTime("the database did not answer this request in time")


def _resumed(gen: PQGen[RV]) -> PQGen[RV]:
    """Go on with what was begun. It waits to be told what is ready: at the moment nothing is. Started again like a new one, it is
    told nothing at all, and a question that is still being sent breaks off.
    """
    try:
        wanted = gen.send(Ready.NONE)
        while True:
            wanted = gen.send((yield wanted))
    except StopIteration as end:
        done: RV = end.value
        return done


class WatchedAsync(psycopg.AsyncConnection[Any]):
    """For the queue of jobs, whose questions are all small: none waits longer than `ASYNC_WAIT_S`."""

    async def wait(self, gen: PQGen[RV], interval: float = 0.1, timeout: float | None = None) -> RV:
        try:
            return await super().wait(gen, interval, timeout or ASYNC_WAIT_S)
        except _WaitTimeout:
            if timeout is not None:
                raise
            await self.close()
            raise ServerSilent("the database does not answer") from None
