"""A folder to work in, and groups of processes run as people run them: in a process of their own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
SCRIPT = """
import sys
from pathlib import Path
from onefold.cli import supervise
from onefold.cli.supervise import Process, run_group
from onefold.kernel.refusals import Refusal
supervise.FIRST_PAUSE_S = 0.02
supervise.LONGEST_PAUSE_S = supervise.EXCUSED_PAUSE_S = 0.1
var = Path(sys.argv[1])
try:
    sys.exit(run_group([{processes}], var=var, address="http://127.0.0.1:8000", {more}))
except Refusal as refusal:
    print(refusal.sentence_in("en"))
    sys.exit(3)
"""


class Group:
    """A running `run_group`."""

    def __init__(self, var: Path, processes: str, more: str) -> None:
        code = SCRIPT.replace("{processes}", processes).replace("{more}", more)
        self.popen = subprocess.Popen(
            [sys.executable, "-c", code, str(var)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def signal(self, number: signal.Signals) -> None:
        os.kill(self.popen.pid, number)

    def ends(self, timeout: float = 40) -> tuple[int, str]:
        out, _ = self.popen.communicate(timeout=timeout)
        return self.popen.returncode, out


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Group]]:
    started: list[Group] = []

    def start(processes: str, more: str = "") -> Group:
        started.append(Group(tmp_path, processes, more))
        return started[-1]

    yield start
    for group in started:
        if group.popen.poll() is None:
            group.signal(signal.SIGTERM)
            group.ends()


def child(name: str, code: str, more: str = "") -> str:
    """The source of a Process that runs a shell script."""
    return f"Process({name!r}, ['/bin/sh', '-c', {code!r}], {more}),"


def wait_for(question: Callable[[], T], timeout: float = 30) -> T:
    deadline = time.monotonic() + timeout
    while not (answer := question()):
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)
    return answer


def pid_in(path: Path) -> int:
    """The pid a child wrote to `path`, once it is there."""
    return int(wait_for(lambda: path.exists() and path.read_text().strip()))


def is_gone(pid: int) -> bool:
    """Dead, whether or not somebody has reaped it."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True
