"""The worker of a queue, by procrastinate. Its questions wait through outages, so it ends only when it is told to."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from typing import Any, TypeVar

from procrastinate.connector import Notify
from procrastinate.contrib.django import app
from procrastinate.contrib.django.utils import connector_params
from procrastinate.psycopg_connector import PsycopgConnector

from onefold.commands.postgres.watched import WatchedAsync
from onefold.embedded.pulse import pulse_of
from onefold.jobs.left_behind import PIPELINE, taken_up
from onefold.jobs.patience import Patience, patiently, stopping
from onefold.jobs.pruning import clear_left_behind

T = TypeVar("T")
LOG_ON_S = 10.0
log = logging.getLogger("onefold.jobs")


class PatientConnector(PsycopgConnector):
    """Asks again until the database has answered; once `hurried`, an outage is raised like any other error."""

    def __init__(self) -> None:
        parameters = connector_params()
        super().__init__(kwargs=parameters, connection_class=WatchedAsync, timeout=LOG_ON_S)
        self._pulse = pulse_of(parameters)
        self.hurried = False

    async def execute_query_async(self, query: Any, **arguments: Any) -> None:
        await self._patiently(lambda: super(PatientConnector, self).execute_query_async(query, **arguments))

    async def execute_query_one_async(self, query: Any, **arguments: Any) -> dict[str, Any]:
        return await self._patiently(lambda: super(PatientConnector, self).execute_query_one_async(query, **arguments))

    async def execute_query_all_async(self, query: Any, **arguments: Any) -> list[dict[str, Any]]:
        return await self._patiently(lambda: super(PatientConnector, self).execute_query_all_async(query, **arguments))

    async def listen_notify(self, on_notification: Notify, channels: Iterable[str]) -> None:
        heard = list(channels)
        await self._patiently(lambda: super(PatientConnector, self).listen_notify(on_notification, heard))

    async def _patiently(self, ask: Callable[[], Awaitable[T]]) -> T:
        patience = Patience("the queue of jobs")
        while True:
            try:
                answer = await ask()
            except Exception as error:
                pause_s = patience.pause_after(error)
                if pause_s is None or self.hurried:
                    raise
                await asyncio.to_thread(self._pulse.answers)  # it tells the log, once for all who ask
                await asyncio.sleep(pause_s)
            else:
                patience.over()
                return answer


def run_until_stopped(queue: str, *, wait: bool = True) -> None:
    """Work a queue, one job at a time, until SIGTERM or SIGINT; a job under way is finished first. What a worker that died left
    behind comes first. With `wait` false it ends when there is no job (tests).
    """
    with taken_up(queue) as middleware:
        if queue == PIPELINE:
            _clear_left_behind()
        _work_through_outages(queue, {"task_middleware": [middleware], "wait": wait})


def _clear_left_behind() -> None:
    """What cannot be cleared must not keep the worker from its work; the night tries again and says so."""
    try:
        patiently("clearing what was left behind", clear_left_behind)
    except Exception as error:
        log.error("clearing what was left behind: %s", type(error).__name__)


def _work_through_outages(queue: str, how: dict[str, Any]) -> None:
    patience = Patience(f"worker of {queue}")
    while True:
        connector = PatientConnector()
        try:
            with app.replace_connector(connector):
                asyncio.run(_work(queue, connector, how))
            return
        except Exception as error:
            if connector.hurried:
                return
            if not patience.bear(error):
                raise


async def _work(queue: str, connector: PatientConnector, how: dict[str, Any]) -> None:
    async with app.open_async():
        working = asyncio.create_task(
            app.run_worker_async(queues=[queue], concurrency=1, install_signal_handlers=False, **how)
        )

        def stop() -> None:
            connector.hurried = True
            stopping.set()
            working.cancel()

        for signal_number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(signal_number, stop)
        with suppress(asyncio.CancelledError):
            await working
