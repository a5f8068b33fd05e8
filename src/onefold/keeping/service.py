"""`onefold up`'s process that keeps the installation: it goes on whatever happens, and what it could not do grows old."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg

from onefold.embedded.refusals import DatabaseUnavailable
from onefold.keeping import state, stream, wal
from onefold.keeping.keeper import Keeper
from onefold.keeping.repository import Lineage

TICK_S = 2.0
RETRY_BASE_S = 300.0
TROUBLE = (OSError, psycopg.Error, DatabaseUnavailable)
Told = Callable[[str], None]


class Service:
    """Receives the log all the time, looks at the files every `files_every_s`, makes a base backup every `base_every_hours`."""

    def __init__(self, keeper: Keeper, told: Told, *, tick_s: float = TICK_S) -> None:
        self.keeper, self.told, self.tick_s = keeper, told, tick_s
        self.receiver: stream.Receiver | None = None
        self.current: Lineage | None = None
        self.asked: tuple[datetime, str] | None = None
        self.next_sweep = self.next_base = 0.0
        self.base: threading.Thread | None = None
        self.stopping = threading.Event()

    def run(self) -> None:
        """Until `stop`."""
        try:
            while not self.stopping.is_set():
                try:
                    self.tick()
                except TROUBLE as error:
                    self.trouble(error)
                self.stopping.wait(self.tick_s)
        finally:
            if self.receiver:
                self.receiver.stop()
            if self.base:
                self.base.join(timeout=5)

    def stop(self) -> None:
        self.stopping.set()

    def trouble(self, error: BaseException) -> None:
        said = " ".join(str(error).split())[:300] or type(error).__name__
        self.told(f"trouble: {said}")
        with suppress(OSError):
            state.note(self.keeper.var, trouble={"at": datetime.now(UTC).isoformat(), "said": said})

    def tick(self) -> None:
        with self.keeper.database.session() as session:
            lineage = self.follow_log(session)
            self.note_log(session, lineage)
            if time.monotonic() >= self.next_sweep:
                self.keeper.sweep(session, lineage)
                self.next_sweep = time.monotonic() + self.keeper.limits.files_every_s
        self.start_base(lineage)

    def follow_log(self, session: psycopg.Connection[Any]) -> Lineage:
        """The lineage whose log is being received. A new one begins where the log cannot be joined to what is there."""
        if self.keeper.database.binaries is None:
            return self.keeper.lineage(session)
        if self.current and self.receiver and self.receiver.runs:
            return self.current
        lineage = self.keeper.lineage(session)
        slot = stream.slot_of(session)
        if slot is None or slot.is_lost or not joins(lineage, slot):
            if lineage.backups() or lineage.mark.get("log_lsn"):
                lineage = self.keeper.to.repository.begin(self.keeper.var, stream.facts(session))
                self.told(f"the log cannot be joined to what is there: lineage {lineage.id} begins, with a full backup")
                self.next_base = 0.0
            lineage.note_mark(log_from=stream.make_slot(session))
        self.receiver = stream.Receiver(self.keeper.binaries, self.keeper.database.connection, lineage.wal)
        self.receiver.start()
        self.current = lineage
        return lineage

    def note_log(self, session: psycopg.Connection[Any], lineage: Lineage) -> None:
        """The log is here up to a moment when what the server had written by then has been received and is on the disk."""
        slot = stream.slot_of(session) if self.keeper.database.binaries else None
        if slot is None or slot.reached is None:
            return
        stream.sum_up(lineage.wal)
        if self.asked and wal.position(slot.reached) >= wal.position(self.asked[1]) and has(lineage, slot.reached):
            lineage.note_mark(log_at=self.asked[0].isoformat(), log_lsn=slot.reached)
            state.note(self.keeper.var, log={"at": self.asked[0].isoformat()})
            self.asked = None
        if self.asked is None:
            self.asked = (datetime.now(UTC), stream.written_until(session))

    def start_base(self, lineage: Lineage) -> None:
        """In a thread of its own: files and log go on meanwhile."""
        if (self.base and self.base.is_alive()) or time.monotonic() < self.next_base or not self.is_due(lineage):
            return
        self.base = threading.Thread(target=self.make_base, name="base backup", daemon=True)
        self.next_base = time.monotonic() + RETRY_BASE_S
        self.base.start()

    def is_due(self, lineage: Lineage) -> bool:
        known = lineage.backups()
        return not known or datetime.now(UTC) - known[-1].ended_at > timedelta(
            hours=self.keeper.limits.base_every_hours
        )

    def make_base(self) -> None:
        try:
            made = self.keeper.backup()
        except TROUBLE as error:
            self.trouble(error)
        else:
            self.told(f"backup {made.id} ({made.kind}), {made.manifest['bytes'] / 1e9:.2f} GB")


def joins(lineage: Lineage, slot: stream.Slot) -> bool:
    """Whether what the slot still has follows what the archive has without a hole."""
    archive = lineage.wal
    unfinished, finished = archive.unfinished(), archive.finished()
    if unfinished is None and not finished:
        return not lineage.mark.get("log_lsn")
    number = archive.number(unfinished.stem) if unfinished else archive.number(finished[-1]) + 1
    return slot.reached is not None and number >= archive.holding(wal.position(slot.reached)) and not _rewound(lineage)


def _rewound(lineage: Lineage) -> bool:
    """Whether the archive has less than was once noted: somebody took segments away, and the server may have dropped them."""
    noted = lineage.mark.get("log_lsn")
    return noted is not None and not has(lineage, str(noted))


def has(lineage: Lineage, lsn: str) -> bool:
    """Whether the segment that ends or holds `lsn` is in the archive: the slot's word alone is not believed."""
    archive, began = lineage.wal, lineage.mark.get("log_from")
    number, unfinished = archive.holding(wal.position(lsn) - 1), archive.unfinished()
    if began and number < archive.holding(wal.position(began)):
        return True  # nothing was written since the slot was made
    names = archive.finished() + ([unfinished.stem] if unfinished else [])
    return any(archive.number(name) == number for name in names)
