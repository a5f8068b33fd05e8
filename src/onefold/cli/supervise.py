"""`onefold up`'s processes as one group: started together, restarted when they crash, ended together - also when this
process itself is killed. What the children say goes to var/log/<name>.log; their states go to the console.
"""

from __future__ import annotations

import ctypes
import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

from onefold.cli import serving
from onefold.cli.log_pipe import LogPipe

CRASHES_MAX, CRASH_WINDOW_S = 5, 60.0
WAITS = os.EX_TEMPFAIL
"""how a child ends that cannot go on because of something that passes: it is started again, however often"""
FIRST_PAUSE_S, LONGEST_PAUSE_S, EXCUSED_PAUSE_S = 0.5, 8.0, 2.0
TICK_S = 0.05
DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@dataclass(frozen=True)
class Process:
    """One child. `port`: it is ready when that port of 127.0.0.1 answers; None: when it has started."""

    name: str
    words: Sequence[str]
    environment: Mapping[str, str] = field(default_factory=dict)
    port: int | None = None
    grace_s: float = 10.0


def run_group(
    processes: Sequence[Process],
    *,
    var: Path,
    address: str = "",
    on_ready: Callable[[], None] | None = None,
    console: TextIO | None = None,
    is_outage: Callable[[], bool] = lambda: False,
) -> int:
    """Run until told to stop (0), or until a child crashes for the sixth time within a minute (1). A crash while `is_outage`
    says yes (the database is away) is not the child's fault and does not count.

    `address` is where people find the product; it is told to whoever starts a second group over the same `var`, who gets
    `AlreadyServing`. Raises `PortTaken` before anything starts. `on_ready` is called once, when every child is ready.
    """
    with serving.claim(var, address) as group_id:
        for process in processes:
            serving.require_free(process.port)
        group = Group(processes, var / "log", group_id, console or sys.stdout, is_outage)
        with stop_signals(group):
            return group.run(on_ready)


@contextmanager
def stop_signals(group: Group) -> Iterator[None]:
    earlier = {number: signal.signal(number, group.on_signal) for number in STOP_SIGNALS}
    try:
        yield
    finally:
        for number, before in earlier.items():
            signal.signal(number, before)


class Child:
    """One process through its lives."""

    def __init__(self, process: Process, log: Path, group_id: str) -> None:
        self.process, self.log, self.group_id = process, log, group_id
        self.popen: subprocess.Popen[bytes] | None = None
        self.pipe: LogPipe | None = None
        self.crashes: deque[float] = deque()
        self.start_at = self.started_at = 0.0
        self.ready = False

    def start(self) -> None:
        environment = {**os.environ, "PYTHONUNBUFFERED": "1", **self.process.environment, serving.MARK: self.group_id}
        self.pipe = LogPipe(self.log)
        try:
            self.popen = subprocess.Popen(
                list(self.process.words),
                stdin=subprocess.DEVNULL,
                stdout=self.pipe.writer,
                stderr=subprocess.STDOUT,
                env=environment,
                start_new_session=True,
                preexec_fn=leash(os.getpid()),
            )
        finally:
            os.close(self.pipe.writer)
        self.started_at, self.ready = time.monotonic(), False

    def has_ended(self) -> bool:
        return self.popen is not None and self.popen.poll() is not None

    def becomes_ready(self) -> bool:
        """True once per life."""
        if self.ready or self.popen is None or not answers(self.process.port):
            return False
        self.ready = True
        return True

    def note_crash(self, now: float, *, excused: bool) -> float | None:
        """Clear what is left of it; the pause before the next try in seconds, or None when it is hopeless."""
        self.kill_rest()
        self.popen = None
        if excused:
            self.start_at = now + EXCUSED_PAUSE_S
            return EXCUSED_PAUSE_S
        self.crashes.append(now)
        while now - self.crashes[0] > CRASH_WINDOW_S:
            self.crashes.popleft()
        if len(self.crashes) > CRASHES_MAX:
            return None
        pause: float = min(FIRST_PAUSE_S * 2 ** (len(self.crashes) - 1), LONGEST_PAUSE_S)
        self.start_at = now + pause
        return pause

    def ask_to_stop(self) -> None:
        """Only the child itself is asked, so that it can end its own workers in its own order."""
        if self.popen is not None and self.popen.poll() is None:
            self.popen.terminate()

    def kill_rest(self) -> None:
        """End what remains of its whole process group, workers left behind included."""
        if self.popen is not None:
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(self.popen.pid, signal.SIGKILL)
            self.popen.wait()
        if self.pipe is not None:
            self.pipe.close()
            self.pipe = None

    def last_words(self, count: int = 8) -> list[str]:
        return self.log.read_text(errors="replace").splitlines()[-count:]


class Group:
    def __init__(
        self,
        processes: Sequence[Process],
        logs: Path,
        group_id: str,
        console: TextIO,
        is_outage: Callable[[], bool] = lambda: False,
    ) -> None:
        self.is_outage = is_outage
        logs.mkdir(parents=True, exist_ok=True)
        self.children = [Child(process, logs / f"{process.name}.log", group_id) for process in processes]
        self.console = console
        self.signals = 0
        self.failed = False

    def run(self, on_ready: Callable[[], None] | None = None) -> int:
        try:
            while not self.signals and not self.failed:
                self.look_after()
                if on_ready and all(child.ready for child in self.children):
                    on_ready()
                    on_ready = None
                self.listen()
        finally:
            self.stop()
        return 1 if self.failed else 0

    def listen(self) -> None:
        """Take down what the children say, for one tick at most."""
        pipes = {child.pipe.reader: child.pipe for child in self.children if child.pipe}
        ready, _, _ = select.select(pipes, [], [], TICK_S)
        spoke = [pipes[reader].take() for reader in ready]
        if ready and not any(spoke):  # all of these have ended
            time.sleep(TICK_S)

    def on_signal(self, number: int, frame: object) -> None:
        self.signals += 1

    def look_after(self) -> None:
        now = time.monotonic()
        for child in self.children:
            if child.has_ended():
                self.bury(child, now)
            elif child.popen is None and now >= child.start_at:
                self.start(child)
            elif child.becomes_ready():
                self.say(child, f"ready after {now - child.started_at:.1f} s")

    def start(self, child: Child) -> None:
        try:
            child.start()
        except OSError as error:
            self.failed = True
            self.say(child, f"cannot start: {error.strerror}")
        else:
            self.say(child, f"started (process {child.popen.pid if child.popen else '?'}), log in {child.log}")

    def bury(self, child: Child, now: float) -> None:
        code = child.popen.returncode if child.popen else None
        how = cause_of(code)
        pause = child.note_crash(now, excused=code == WAITS or self.is_outage())
        if pause is not None:
            self.say(child, f"{how}; again in {pause:g} s")
            return
        self.failed = True
        self.say(child, f"{how}, {CRASHES_MAX + 1} times in {CRASH_WINDOW_S:g} s: giving up. Its last words:")
        for line in child.last_words():
            self.say(child, f"  {line}")

    def stop(self) -> None:
        """Ask all, wait as long as the most patient allows or until a second signal comes, then kill what is left."""
        asked_after = self.signals
        for child in self.children:
            child.ask_to_stop()
        deadline = time.monotonic() + max((child.process.grace_s for child in self.children), default=0)
        while any(child.popen and not child.has_ended() for child in self.children):
            if time.monotonic() > deadline or self.signals > asked_after:
                break
            self.listen()
        for child in self.children:
            if child.popen:
                killed = "" if child.has_ended() else " (killed: it did not end by itself)"
                child.kill_rest()
                self.say(child, f"stopped{killed}")

    def say(self, child: Child, sentence: str) -> None:
        clock = datetime.now(UTC).strftime("%H:%M:%S")
        with suppress(OSError, ValueError):  # a closed terminal must not keep us from ending the children
            print(f"{clock} {child.process.name:<8} {sentence}", file=self.console, flush=True)


def leash(parent: int) -> Callable[[], None]:
    """Run in the child before its program: ask the kernel (Linux) to end it when `parent` dies, even by kill -9."""
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def tie() -> None:
        if libc is not None:
            libc.prctl(DEATH_OF_PARENT, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return tie


def answers(port: int | None) -> bool:
    if port is None:
        return True
    with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=0.2):
        return True
    return False


def cause_of(code: int | None) -> str:
    if code is not None and code < 0:
        return f"ended by {signal.Signals(-code).name}"
    return f"ended with code {code}"
