"""Orders' steps in a process of their own, as in production: `python -m tests.order_worker`, or `working(...)` around a test."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOME = Path(__file__).resolve().parents[1]


def start(batch: object, partners: str) -> subprocess.Popen[bytes]:
    """Start one, connected as the batch role `batch` says, told where the partners are."""
    from onefold.config.databases import handed_over

    environment = {**os.environ, **handed_over(batch), "ONEFOLD_SANDBOX": partners, "ONEFOLD_DEMO": "1"}
    return subprocess.Popen([sys.executable, "-m", "tests.order_worker"], cwd=HOME, env=environment)


@contextmanager
def working(batch: object, partners: str) -> Iterator[subprocess.Popen[bytes]]:
    process = start(batch, partners)
    try:
        yield process
    finally:
        process.kill()
        process.wait()


def main() -> None:
    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "onefold.config.settings")
    django.setup()
    from django.db import Error, connection

    from onefold.domains.orders.completing import complete
    from onefold.jobs.order_steps import start as start_threads

    stop = threading.Event()
    start_threads(stop)
    while not stop.wait(1):
        try:
            complete()
        except Error:  # the database is away for a moment
            connection.close()


if __name__ == "__main__":
    main()
