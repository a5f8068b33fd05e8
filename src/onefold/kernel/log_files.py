"""Logs of bounded size: `web.log` is being written, `web.log.1` to `web.log.5` were set aside, the newest first."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

BYTES_MAX, ASIDE_MAX = 10_000_000, 5


def is_full(path: Path, bytes_max: int = BYTES_MAX) -> bool:
    """Return whether a log has reached the size at which it is set aside; one that is not there has not."""
    try:
        return path.stat().st_size >= bytes_max
    except FileNotFoundError:
        return False


def set_aside(path: Path) -> None:
    """Move the log away; whoever writes opens a new one. The oldest of those set aside goes."""
    _shift(path)
    os.replace(path, _aside(path, 1))


def cut_off(path: Path) -> None:
    """Copy the log and empty it: for a writer that keeps it open, appending. What is written in between is lost."""
    _shift(path)
    shutil.copy2(path, _aside(path, 1))
    os.truncate(path, 0)


def _shift(path: Path) -> None:
    for number in range(ASIDE_MAX - 1, 0, -1):
        if _aside(path, number).exists():
            os.replace(_aside(path, number), _aside(path, number + 1))


def _aside(path: Path, number: int) -> Path:
    return path.with_name(f"{path.name}.{number}")
