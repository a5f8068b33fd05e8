"""Places where a test may kill the process. In production `ONEFOLD_FAULTPOINT` is unset and a call costs one comparison."""

from __future__ import annotations

import os
import signal

_CHOSEN = os.environ.get("ONEFOLD_FAULTPOINT", "")


def faultpoint(name: str) -> None:
    """Die at once, as by `kill -9`, if the environment chose this point."""
    if _CHOSEN and name == _CHOSEN:
        strike()


def strike() -> None:
    """Tests put something in its place that kills another process: the database, the analytics process."""
    os.kill(os.getpid(), signal.SIGKILL)
