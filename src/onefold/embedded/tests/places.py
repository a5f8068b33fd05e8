"""Where tests put clusters, and children that use them. Everything started is stopped; nothing is left in /tmp."""

from __future__ import annotations

import ctypes
import functools
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import psycopg

from onefold import embedded
from onefold.embedded import postmaster, settings

PACKAGES = Path(psycopg.__file__).parents[1]
SOURCE = Path(__file__).resolve().parents[3]
MEMORY = (
    "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else "/tmp"
)  # a busy disk makes every start seconds longer
IS_ROOT = os.geteuid() == 0
NOBODY = 65534
NAMELESS = 54321  # no such user: a container started with `--user 54321`


@contextmanager
def place(mode: int = 0o755) -> Iterator[Path]:
    """A folder that other accounts may enter (pytest's own are closed to them); clusters in it are ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="of-", dir=MEMORY))
    folder.chmod(mode)
    try:
        yield folder
    finally:
        for data in [*folder.glob("**/pg/data"), *folder.glob("**/data.part")]:
            postmaster.end(data, patience_s=5, immediately=True)
            shutil.rmtree(settings.socket_folder(data.parent), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def python(code: str, *, user: int | None = None, **environment: str) -> subprocess.Popen[str]:
    """A child that runs `code`, perhaps as another user (`interpreter_for_nobody` must have found something)."""
    become: dict[str, Any] = {"user": user, "group": user, "extra_groups": []} if user is not None else {}
    inherited = {word: value for word, value in os.environ.items() if word not in ("DATABASE_URL", "HOME")}
    return subprocess.Popen(
        [sys.executable if user is None else interpreter_for_nobody(), "-c", code],
        cwd="/",
        env={**inherited, "PYTHONPATH": f"{SOURCE}:{PACKAGES}", "PYTHONDONTWRITEBYTECODE": "1", **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        **become,
    )


def said_by(child: subprocess.Popen[str]) -> str:
    out, err = child.communicate(timeout=60)
    assert child.returncode == 0, err
    return out.strip()


@functools.cache
def interpreter_for_nobody() -> str:
    """This interpreter, or the system's of the same version when this one lies in a closed home; "" when neither can be used."""
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    for interpreter in (sys.executable, f"/usr/bin/python{version}"):
        become: dict[str, Any] = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
        words = [interpreter, "-c", "import onefold, psycopg"]
        with suppress(OSError):
            environment = {"PYTHONPATH": f"{SOURCE}:{PACKAGES}"}
            if (
                subprocess.run(
                    words, cwd="/", env=environment, stderr=subprocess.DEVNULL, timeout=30, **become
                ).returncode
                == 0
            ):
                return interpreter
    return ""


@contextmanager
def late_reaping() -> Iterator[None]:
    """Be like PID 1 of a container that reaps late: a server that ends stays behind as our zombie child (Linux)."""
    set_child_subreaper = functools.partial(ctypes.CDLL(None).prctl, 36)
    set_child_subreaper(1)
    try:
        yield
    finally:
        set_child_subreaper(0)
        with suppress(ChildProcessError):
            while os.waitpid(-1, os.WNOHANG)[0]:
                pass


def ask(connection: embedded.Connection, question: str, *values: Any) -> Any:
    """The first value of the first row, or None."""
    with psycopg.connect(**connection.parameters(), autocommit=True) as session:
        cursor = session.execute(question, values or None)
        row = cursor.fetchone() if cursor.description else None
        return row[0] if row else None
