"""Who serves this `var`, and where: one group of processes at a time. var/serve.pid is locked as long as its writer lives."""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import signal
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from onefold.kernel.refusals import Kind, Refusal

FILE = "serve.pid"
MARK = "ONEFOLD_GROUP"
PATIENCE_S = 8.0


class AlreadyServing(Refusal):
    code = "ALREADY_SERVING"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Onefold is already running at {address} (process {pid}, since {since} UTC). Press Ctrl-C there, or: kill {pid}",
        "zh-Hans": "Onefold 已在 {address} 运行（进程 {pid}，启动于 {since} UTC）。请在其终端按 Ctrl-C，或执行：kill {pid}",
    }


class PortTaken(Refusal):
    code = "PORT_TAKEN"
    kind = Kind.CONFLICT
    sentence = {
        "en": "Port {port} is used by another program. Stop that one, or choose another port.",
        "zh-Hans": "端口 {port} 已被其他程序占用。请停止该程序，或改用其他端口。",
    }


@dataclass(frozen=True)
class Serving:
    pid: int
    address: str
    since: str
    group_id: str


@contextmanager
def claim(var: Path, address: str) -> Iterator[str]:
    """Be the one that serves `var`. Yields the group's id, after ending what a killed predecessor left running."""
    var.mkdir(parents=True, exist_ok=True)
    with open(os.open(var / FILE, os.O_RDWR | os.O_CREAT, 0o644), "r+") as file:
        if not acquired(file.fileno()):
            raise refusal(noted_in(var))
        end_leftovers(noted_in(var))
        own = Serving(os.getpid(), address, datetime.now(UTC).strftime("%Y-%m-%d %H:%M"), secrets.token_hex(16))
        write(file.fileno(), json.dumps(asdict(own)))
        try:
            yield own.group_id
        finally:
            os.truncate(file.fileno(), 0)


def acquired(file: int) -> bool:
    """Try for a moment: somebody who only asks (`current`) holds the lock for an instant."""
    for _ in range(10):
        with suppress(BlockingIOError):
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        time.sleep(0.02)
    return False


def current(var: Path) -> Serving | None:
    """Who serves `var` now; None when nobody does (a file left by a killed one counts for nothing)."""
    try:
        with open(var / FILE) as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except FileNotFoundError:
        return None
    except BlockingIOError:
        return noted_in(var) or Serving(0, "?", "?", "")
    return None


def noted_in(var: Path) -> Serving | None:
    try:
        return Serving(**json.loads((var / FILE).read_text()))
    except (OSError, ValueError, TypeError):
        return None


def refusal(other: Serving | None) -> AlreadyServing:
    known = other or Serving(0, "?", "?", "")
    return AlreadyServing(pid=known.pid or "?", address=known.address or "?", since=known.since)


def write(file: int, text: str) -> None:
    os.truncate(file, 0)
    os.pwrite(file, text.encode(), 0)


def require_free(port: int | None) -> None:
    """Raise `PortTaken` when somebody listens on `port` of this machine already."""
    if port is not None and not is_free(port):
        raise PortTaken(port=port)


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def end_leftovers(dead: Serving | None) -> None:
    """A killed supervisor's children are told to end by the kernel; wait for them, and kill those that will not."""
    if dead is None:
        return
    deadline = time.monotonic() + PATIENCE_S
    while marked(dead.group_id) and time.monotonic() < deadline:
        time.sleep(0.05)
    while left := marked(dead.group_id):
        for pid in left:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.05)


def marked(group_id: str) -> list[int]:
    """Processes that carry the group's mark in their environment, however deep they were started (Linux)."""
    mark = f"{MARK}={group_id}".encode()
    found = []
    for path in Path("/proc").glob("[0-9]*/environ"):
        with suppress(OSError):
            if mark in path.read_bytes().split(b"\0"):
                found.append(int(path.parent.name))
    return [pid for pid in found if pid != os.getpid()]
