"""PostgreSQL's own programs for backup, run as ourselves with an environment that holds the password and nothing else of ours."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from onefold.embedded import Connection
from onefold.embedded.binaries import Binaries
from onefold.embedded.refusals import ProgramFailed

APPLICATION = "onefold_keeping"


def environment(connection: Connection | None) -> dict[str, str]:
    known = {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC", "PGAPPNAME": APPLICATION}
    return known | ({"PGPASSWORD": connection.password} if connection else {})


def reaching(connection: Connection) -> list[str]:
    return ["-h", connection.host, "-p", str(connection.port), "-U", connection.user, "-w"]


def attempt(
    binaries: Binaries, program: str, *words: str | Path, connection: Connection | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end, whatever comes of it."""
    to = reaching(connection) if connection else []
    return subprocess.run(
        [binaries.tool(program), *to, *map(str, words)],
        env=environment(connection), stdin=subprocess.DEVNULL, capture_output=True, text=True, errors="replace", check=False,
    )  # fmt: skip


def run(
    binaries: Binaries, program: str, *words: str | Path, folder: Path, connection: Connection | None = None
) -> str:
    """What it printed. Raises `ProgramFailed` with its last words."""
    done = attempt(binaries, program, *words, connection=connection)
    if done.returncode:
        raise ProgramFailed(program=program, folder=folder, said=last_words(done))
    return done.stdout


def last_words(done: subprocess.CompletedProcess[str], count: int = 6) -> str:
    lines = [line.strip() for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    return " | ".join(lines[-count:]) or f"nothing (code {done.returncode})"
