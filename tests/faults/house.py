"""Relay and worker as processes that die: `python -m tests.faults.house`, one start a line.

{"part": "relay"|"worker", "database": ..., "victim": "itself"|"postgres"|"analytics", "traps": folder, "after": seconds}: the part
is started in a fork; the victim dies as by `kill -9` at the first point that has a file of its name among the traps, which goes, or
so many seconds after the start. The answer is how the fork ended: its exit code, or minus the signal. This process itself never
uses a thread or the database, so that its children can.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

import django

django.setup()

from django.conf import settings  # noqa: E402
from django.db import connection  # noqa: E402
from django.utils.module_loading import import_string  # noqa: E402

from onefold.commands import outbox  # noqa: E402
from onefold.config.databases import database  # noqa: E402
from onefold.embedded import postmaster  # noqa: E402
from onefold.jobs import pipeline, tasks, worker  # noqa: E402

VAR = Path(settings.VAR)


def relay() -> None:
    outbox.drain(import_string(settings.REACTIONS))


def work() -> None:
    worker.run_until_stopped("pipeline", wait=False)


PARTS = {"relay": relay, "worker": work}


def kill(victim: str) -> None:
    """End the database's main process, the analytics process that is at work, or this process, as `kill -9` does."""
    pids = {
        "postgres": lambda: postmaster.noted_in(VAR / "pg" / "data").pid,
        "analytics": lambda: int((VAR / "run.lock").read_text()),
        "itself": os.getpid,
    }
    with suppress(ProcessLookupError, FileNotFoundError, ValueError, AttributeError):
        os.kill(pids[victim](), signal.SIGKILL)


def trap(traps: Path, victim: str) -> None:
    def faultpoint_of_a_test(name: str) -> None:
        with suppress(FileNotFoundError):
            (traps / name).unlink()
            kill(victim)

    for name, module in list(sys.modules.items()):
        if name.startswith("onefold.") and callable(getattr(module, "faultpoint", None)):
            module.faultpoint = faultpoint_of_a_test


def live(order: dict[str, Any]) -> None:
    os.environ["ONEFOLD_DATABASE"] = order["database"]
    connection.settings_dict.update(database(order["database"]))
    trap(Path(order["traps"]), order["victim"])
    if "after" in order:
        killer = threading.Timer(order["after"], kill, [order["victim"]])
        killer.daemon = True
        killer.start()
    PARTS[order["part"]]()


def start(order: dict[str, Any]) -> int:
    child = os.fork()
    if child == 0:
        code = 1
        try:
            live(order)
            code = 0
        except BaseException as error:
            sys.stderr.write(f"{order['part']}: {type(error).__name__}: {error}\n")
        finally:
            sys.stderr.flush()
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


if __name__ == "__main__":
    pipeline.ATTEMPTS = pipeline.STAGINGS = 1_000  # one run is cut off at every point in turn
    assert tasks
    for room in (*settings.PUBLISHED_ROOMS, *settings.EXPORTING_ROOMS):
        import_module(room)
    for line in sys.stdin:
        sys.stdout.write(f"{start(json.loads(line))}\n")
        sys.stdout.flush()
