"""The log, received while it is written: pg_receivewal on a replication slot of its own.

The slot makes the server keep what was not received yet, up to `max_slot_wal_keep_size` (embedded/settings.py): a target that is
away for long costs the unbroken log, never the disk of the database.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from onefold.embedded import Connection
from onefold.embedded.binaries import Binaries
from onefold.embedded.keeper import SLOT
from onefold.keeping import durable, programs, wal
from onefold.keeping.wal import Segments

PAUSE_S = 0.1
PATIENCE_S = 10.0
DEATH_OF_PARENT = 1  # PR_SET_PDEATHSIG

SLOT_STATE = "SELECT restart_lsn::text, wal_status, active FROM pg_replication_slots WHERE slot_name = %s"


@dataclass(frozen=True)
class Slot:
    """`reached`: everything before it is in the archive, on the disk."""

    reached: str | None
    is_lost: bool
    is_active: bool


def slot_of(session: psycopg.Connection[Any]) -> Slot | None:
    row = session.execute(SLOT_STATE, [SLOT]).fetchone()
    return Slot(row[0], row[0] is None or row[1] in ("lost", "unreserved"), row[2]) if row else None


def make_slot(session: psycopg.Connection[Any]) -> str:
    """A new slot from this moment on, in place of one that may be there; the position from which it keeps the log."""
    drop_slot(session)
    (lsn,) = session.execute(
        "SELECT lsn::text FROM pg_create_physical_replication_slot(%s, true)", [SLOT]
    ).fetchone() or ("",)
    return str(lsn)


def drop_slot(session: psycopg.Connection[Any]) -> None:
    session.execute(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE slot_name = %s AND NOT active",
        [SLOT],
    )


def facts(session: psycopg.Connection[Any]) -> dict[str, Any]:
    """Which database this is: for `lineage.json`."""
    system, segment, version = session.execute(
        "SELECT system_identifier::text, (SELECT setting::bigint FROM pg_settings WHERE name = 'wal_segment_size'),"
        " current_setting('server_version') FROM pg_control_system()"
    ).fetchone() or ("", 0, "")
    return {"system": system, "segment_bytes": segment, "server": version}


def written_until(session: psycopg.Connection[Any]) -> str:
    """The position up to which the server's log is on its own disk: every acknowledged commit lies before it."""
    (lsn,) = session.execute("SELECT pg_current_wal_flush_lsn()::text").fetchone() or ("0/0",)
    return str(lsn)


class Receiver:
    """pg_receivewal as a child. It dies with this process."""

    def __init__(self, binaries: Binaries, connection: Connection, archive: Segments) -> None:
        self.binaries, self.connection, self.archive = binaries, connection, archive
        self.child: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self.archive.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._clear_torn()
        self.child = subprocess.Popen(
            [
                self.binaries.tool("pg_receivewal"), *programs.reaching(self.connection), "--directory", str(self.archive.folder),
                "--slot", SLOT, "--synchronous", "--status-interval", "1", "--no-loop",
            ],
            env=programs.environment(self.connection), stdin=subprocess.DEVNULL, preexec_fn=_leashed(os.getpid()),
        )  # fmt: skip

    def _clear_torn(self) -> None:
        """A segment whose making was cut off has a size that pg_receivewal refuses to go on with; nothing of it was acknowledged."""
        torn = self.archive.unfinished()
        if torn and torn.stat().st_size not in (0, self.archive.bytes):
            torn.unlink()

    @property
    def runs(self) -> bool:
        return self.child is not None and self.child.poll() is None

    def stop(self) -> None:
        if self.child is None:
            return
        with suppress(ProcessLookupError):
            self.child.send_signal(signal.SIGINT)
        try:
            self.child.wait(PATIENCE_S)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()


def _leashed(parent: int) -> Any:
    libc = ctypes.CDLL(None) if sys.platform.startswith("linux") else None

    def tie() -> None:
        if libc is not None:
            libc.prctl(DEATH_OF_PARENT, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

    return tie


def sum_up(archive: Segments) -> int:
    """Write down the SHA-256 of each finished segment that has none yet; how many."""
    fresh = [name for name in archive.finished() if archive.sum_of(name) is None]
    for name in fresh:
        sum_ = durable.sha256_of(archive.folder / name)
        durable.write(archive.folder / f"{name}{wal.SUM}", f"{sum_}\n".encode())
    return len(fresh)


def wait_until(session: psycopg.Connection[Any], lsn: str, wait_s: float) -> bool:
    """Whether the archive holds the log up to `lsn` within `wait_s`."""
    deadline = time.monotonic() + wait_s
    while time.monotonic() < deadline:
        slot = slot_of(session)
        if slot and slot.reached and wal.position(slot.reached) >= wal.position(lsn):
            return True
        time.sleep(PAUSE_S)
    return False


def fetch_until(binaries: Binaries, connection: Connection, archive: Segments, lsn: str) -> None:
    """Receive up to `lsn` and end: where nobody receives all the time. Raises `ProgramFailed`."""
    archive.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    words: list[str | Path] = [
        "--directory",
        archive.folder,
        "--slot",
        SLOT,
        "--endpos",
        lsn,
        "--no-loop",
        "--synchronous",
    ]
    programs.run(binaries, "pg_receivewal", *words, folder=archive.folder, connection=connection)
