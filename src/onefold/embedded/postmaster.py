"""Is the server of a data folder alive? What postmaster.pid says is checked against the process itself."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
from dataclasses import dataclass
from pathlib import Path

PROC = Path("/proc")


@dataclass(frozen=True)
class Postmaster:
    pid: int
    socket_folder: str


def living(data: Path) -> Postmaster | None:
    """The running server of this data folder; None when there is none, whatever postmaster.pid may claim."""
    noted = noted_in(data)
    return noted if noted and is_server_of(noted.pid, data) else None


def noted_in(data: Path) -> Postmaster | None:
    """What postmaster.pid says: pid on line 1, socket folder on line 5 (not there yet in the first moments)."""
    try:
        lines = (data / "postmaster.pid").read_text().splitlines()
        return Postmaster(abs(int(lines[0])), lines[4] if len(lines) > 4 else "")
    except (OSError, ValueError, IndexError):
        return None


def exists(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def is_alive(pid: int) -> bool:
    """False for a zombie: where PID 1 reaps late, a killed server keeps its pid for long and does nothing with it."""
    return exists(pid) and state_of(pid) not in ("Z", "X")


def state_of(pid: int) -> str:
    """The state letter of /proc/<pid>/stat; `?` where there is no such file system."""
    try:
        return (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[0]
    except (OSError, IndexError):
        return "?"


def is_server_of(pid: int, data: Path) -> bool:
    """A server stays in its data folder all its life; a stranger who was given the dead server's pid is not there."""
    if not is_alive(pid):
        return False
    if not sys.platform.startswith("linux"):
        return True
    try:
        return (PROC / str(pid) / "cwd").samefile(data)
    except OSError:
        return False


def clear_claims(data: Path) -> None:
    """Remove a postmaster.pid that PostgreSQL would wrongly believe: a zombie's, a stranger's, or an unreadable one.

    A plainly dead one is left to PostgreSQL, which also waits for the dead server's last sessions. Removing is safe as well:
    it finds their shared memory a second time, by the inode of the data folder.
    """
    noted = noted_in(data)
    if noted is None or (exists(noted.pid) and not is_server_of(noted.pid, data)):
        (data / "postmaster.pid").unlink(missing_ok=True)


def end(data: Path, *, patience_s: float, immediately: bool = False) -> bool:
    """Stop the server: sessions are ended, the log is flushed. After `patience_s`, or `immediately`, as in a crash."""
    server = living(data)
    for how in [signal.SIGQUIT] if immediately else [signal.SIGINT, signal.SIGQUIT]:
        if server:
            send(server.pid, how)
        if wait_for_end(data, patience_s):
            return True
    return False


def send(pid: int, how: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, how)


def wait_for_end(data: Path, patience_s: float) -> bool:
    deadline = time.monotonic() + patience_s
    while living(data):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
