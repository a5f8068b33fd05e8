"""Ill-treatment of the tests' own server, always mended at the end."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from onefold import embedded
from onefold.embedded import postmaster

AT_THE_LATEST_S = 1_200.0 if os.environ.get("ONEFOLD_NIGHTLY") == "1" else 60.0
"""whoever waits without a deadline is to be seen failing, not hanging"""


def processes_of(var: Path) -> list[int]:
    """The postmaster's pid first, then those of its children."""
    server = postmaster.living(var / "pg" / "data")
    assert server is not None
    listed = subprocess.run(["pgrep", "-P", str(server.pid)], capture_output=True, text=True, check=False)
    return [server.pid, *map(int, listed.stdout.split())]


@contextmanager
def frozen(var: Path) -> Iterator[None]:
    """Postmaster and sessions are stopped: connections stay open, and nobody answers."""
    with stopped(*processes_of(var)):
        yield


@contextmanager
def stopped(*pids: int) -> Iterator[None]:
    def go_on() -> None:
        for pid in reversed(pids):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)

    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
    at_the_latest = threading.Timer(AT_THE_LATEST_S, go_on)
    at_the_latest.start()
    try:
        yield
    finally:
        at_the_latest.cancel()
        go_on()


@contextmanager
def away(var: Path, how: str = "fast") -> Iterator[None]:
    """The server is ended: `fast` as by an operator, `immediate` as in a crash, `killed` by kill -9 of all at once."""
    if how == "killed":
        kill(var)
    else:
        assert embedded.stop(var, immediately=how == "immediate")
    try:
        yield
    finally:
        embedded.ensure(var, test=True)


def kill(var: Path) -> None:
    for pid in processes_of(var):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


def comes_true(question: Callable[[], object], within_s: float = 60.0) -> float:
    """Wait until it is so; return how long it took, in seconds."""
    began = time.monotonic()
    while not question():
        assert time.monotonic() - began < within_s, "waited in vain"
        time.sleep(0.05)
    return time.monotonic() - began


@contextmanager
def killed_again_and_again(var: Path, every_s: Callable[[], float]) -> Iterator[list[float]]:
    """Meanwhile the server is killed and started again, over and over; yields the moments at which it was back."""
    over, back = threading.Event(), list[float]()

    def ill_treat() -> None:
        while not over.wait(every_s()):
            kill(var)
            embedded.ensure(var, test=True)
            back.append(time.monotonic())

    thread = threading.Thread(target=ill_treat)
    thread.start()
    try:
        yield back
    finally:
        over.set()
        thread.join()
        embedded.ensure(var, test=True)
