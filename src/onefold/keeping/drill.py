"""The drill: restore elsewhere, compare with what there is, say how long it took and how much would have been lost."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from onefold.embedded import Connection, cluster
from onefold.keeping import comparing, programs, restoring, state, stream
from onefold.keeping.keeper import Keeper
from onefold.keeping.restoring import Restored, Wanted
from onefold.keeping.service import joins

STREAM_WAIT_S = 60.0
Told = Callable[[str], None]


@dataclass(frozen=True)
class Drilled:
    """`rto_s`: from nothing to a checked server. `log_rpo_s`, `files_rpo_s`: how much would have been lost: the time until a commit's
    log was in the backup, and since the files were complete; where nobody receives the log, the age of the last backup.
    """

    rto_s: float
    log_rpo_s: float
    files_rpo_s: float
    tables: int
    rows: int
    wrong: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Live:
    """The installation that is compared with: its server, as the administrator, to the product's database."""

    keeper: Keeper
    connection: Connection


def drill(live: Live, into: Path, check: restoring.Check | None, told: Told) -> Drilled:
    """Restore to this very moment in another folder and compare every table; `into` and all in it is removed again.

    Raises what `restore` raises, and `comparing.NobodyMayWrite`. What differs is in `wrong`.
    """
    point = f"drill {datetime.now(UTC).isoformat()}"
    with logged(live.keeper, told) as receives:
        with comparing.frozen(live.connection, point) as (reader, lsn):
            frozen_at = datetime.now(UTC)
            log_rpo, files_rpo = _await_backup(live.keeper, lsn, receives)
            told(
                f"  the log up to this moment was in the backup after {log_rpo:.1f} s; files were complete {files_rpo:.1f} s before"
            )
            here = comparing.contents(reader)
        restored = _restored(live.keeper, into, Wanted(
            live.keeper.to.repository, live.keeper.to.keys, point=point, ended_before=frozen_at
        ), check, told)  # fmt: skip
        try:
            if restored.server is None:
                return Drilled(restored.seconds, log_rpo, files_rpo, 0, 0)
            copy = _same_in(restored.server, live.connection)
            there = comparing.contents_of(copy)
            wrong = comparing.differences(here, there) + _structure(restored.server, copy)
        finally:
            _remove(restored.place)
    rows = sum(content.rows for content in there.values())
    told(
        f"  {len(there)} tables, {rows} rows compared by content, every table and index by amcheck: {len(wrong)} wrong"
    )
    return Drilled(restored.seconds, log_rpo, files_rpo, len(there), rows, wrong)


@contextmanager
def logged(keeper: Keeper, told: Told) -> Iterator[bool]:
    """See to it that the log of the next moments will be in the backup; yields whether somebody receives it all the time."""
    with keeper.database.session() as session:
        slot, lineage = stream.slot_of(session), keeper.lineage(session)
        usable = slot is not None and joins(lineage, slot) and bool(lineage.backups())
        if slot and slot.is_active and usable:
            yield True
            return
        if not usable:
            told("  nobody receives the log (no `up` with ONEFOLD_BACKUP): a base backup first")
            lineage.note_mark(log_from=stream.make_slot(session))
            keeper.backup()
        try:
            yield False
        finally:
            if not usable:
                stream.drop_slot(session)


def _await_backup(keeper: Keeper, lsn: str, receives: bool) -> tuple[float, float]:
    """Wait until the log is in the backup up to `lsn`, then look at the files; seconds it took, age of the look before."""
    began = time.monotonic()
    with keeper.database.session() as session:
        lineage = keeper.lineage(session)
        if not receives:
            stream.fetch_until(keeper.binaries, keeper.database.connection, lineage.wal, lsn)
        elif not stream.wait_until(session, lsn, STREAM_WAIT_S):
            raise TimeoutError(f"the log was not in the backup within {STREAM_WAIT_S:.0f} s")
        log_rpo = time.monotonic() - began if receives else _age(lineage.backups()[-1].ended_at)
        looked = lineage.mark.get("at")
        files_age = _age(datetime.fromisoformat(looked)) if looked else log_rpo
        keeper.sweep(session, lineage)
        stream.sum_up(lineage.wal)
    return log_rpo, files_age


def _age(at: datetime) -> float:
    return (datetime.now(UTC) - at).total_seconds()


def _restored(keeper: Keeper, into: Path, wanted: Wanted, check: restoring.Check | None, told: Told) -> Restored:
    _remove(into.with_name(f"{into.name}{restoring.UNFINISHED}"))
    return restoring.restore(wanted, into, check=check, keep_running=True, told=told)


def _structure(server: cluster.Cluster, copy: Connection) -> list[str]:
    """What pg_amcheck finds in the restored copy: pages and indexes that contradict each other."""
    words = ["--database", copy.dbname, "--install-missing"]
    done = programs.attempt(server.binaries, "pg_amcheck", *words, connection=copy)
    return [f"amcheck: {programs.last_words(done)}"] if done.returncode else []


def _same_in(server: cluster.Cluster, live: Connection) -> Connection:
    """The restored server has the roles and passwords of the moment: the same administrator, another socket."""
    return Connection(server.host, server.port, live.dbname, live.user, live.password)


def _remove(place: Path) -> None:
    if place.exists():
        cluster.stop(place / "pg", immediately=True)
        shutil.rmtree(place, ignore_errors=True)


def record(keeper: Keeper, done: Drilled) -> None:
    """Only a drill that found nothing wrong counts."""
    if not done.wrong:
        state.note(
            keeper.var,
            drill={"at": datetime.now(UTC).isoformat(), "rto_s": round(done.rto_s, 1), "log_rpo_s": round(done.log_rpo_s, 1),
                   "files_rpo_s": round(done.files_rpo_s, 1), "rows": done.rows},
        )  # fmt: skip
