"""Orders' outside steps, carried out by a few threads of one process; its main thread works the timers (the completer)."""

from __future__ import annotations

import logging
import threading

from django.db import connection

from onefold.domains.orders.running import run_next
from onefold.jobs import worker
from onefold.jobs.patience import Patience

AT_ONCE = 4
IDLE_S = 0.1
PAUSE_AFTER_FAULT_S = 5.0
QUEUE = "orders"
log = logging.getLogger("onefold.orders")


def run_until_stopped() -> None:
    """Carry steps out for ever, a slow partner holding up one thread only; the worker's own signals end all of it."""
    stop = threading.Event()
    threads = start(stop)
    try:
        worker.run_until_stopped(QUEUE)
    finally:
        stop.set()
        for thread in threads:
            thread.join(PAUSE_AFTER_FAULT_S)


def start(stop: threading.Event, threads: int = AT_ONCE) -> list[threading.Thread]:
    """Start the threads; they end when `stop` is set, each after the step it has in hand."""
    made = [
        threading.Thread(target=_keep_running, args=(stop,), name=f"orders-{number}", daemon=True)
        for number in range(threads)
    ]
    for thread in made:
        thread.start()
    return made


def _keep_running(stop: threading.Event) -> None:
    patience = Patience(threading.current_thread().name, stop)
    while not stop.is_set():
        try:
            busy = run_next()
        except Exception as error:  # the step's time runs out, and it is taken again
            if not patience.bear(error):
                log.error("orders: %s", type(error).__name__)
                connection.close()
                stop.wait(PAUSE_AFTER_FAULT_S)
            continue
        patience.over()
        if not busy:
            stop.wait(IDLE_S)
    connection.close()
