"""What keeps an installation: new files taken in, base backups made, old ones dropped, keys put apart.

`backup` is one round, for a command; `keeping.service` goes on for as long as `onefold up` does.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psycopg

from onefold.embedded import Connection
from onefold.embedded.binaries import Binaries
from onefold.keeping import basebackup, durable, keys, retention, state, stream, trees
from onefold.keeping.limits import Limits
from onefold.keeping.refusals import KeysBesideData, NoPlaceForKeys, NoTarget, TargetInside
from onefold.keeping.repository import FILES_ONLY, FORMAT, FULL, Backup, Lineage, Repository

EXTERNAL = "external"


@dataclass(frozen=True)
class Target:
    """Where the data go and where the keys go."""

    repository: Repository
    keys: Path


def target(var: Path, data: str | None, keys_: str | None) -> Target:
    """The two places, checked. Raises `NoTarget`, `NoPlaceForKeys`, `KeysBesideData`, `TargetInside`."""
    if not data:
        raise NoTarget()
    if not keys_:
        raise NoPlaceForKeys()
    places = [Path(data).expanduser().resolve(), Path(keys_).expanduser().resolve()]
    if places[0].is_relative_to(places[1]) or places[1].is_relative_to(places[0]):
        raise KeysBesideData(keys=places[1], data=places[0])
    for place in places:
        if place.is_relative_to(var.resolve()):
            raise TargetInside(target=place, var=var)
        place.mkdir(parents=True, exist_ok=True, mode=0o700)
    return Target(Repository(places[0]), places[1])


@dataclass(frozen=True)
class Database:
    """The embedded server's programs and its keeper's connection; for an external one no programs, and its administrator's."""

    binaries: Binaries | None
    connection: Connection

    @contextmanager
    def session(self) -> Iterator[psycopg.Connection[Any]]:
        with psycopg.connect(**self.connection.parameters(), autocommit=True) as session:
            yield session


class Keeper:
    """One installation and its target."""

    def __init__(self, var: Path, to: Target, database: Database, rulebook: Path | None, limits: Limits) -> None:
        self.var, self.to, self.database, self.rulebook, self.limits = var, to, database, rulebook, limits
        self._sweeper: trees.Sweeper | None = None

    @property
    def binaries(self) -> Binaries:
        assert self.database.binaries is not None, "an external server's backups are not ours"
        return self.database.binaries

    def lineage(self, session: psycopg.Connection[Any]) -> Lineage:
        return self.to.repository.lineage_of(self.var, stream.facts(session))

    def backup(self, *, full: bool = False) -> Backup:
        """One round: a base backup (full, or what changed), the files, the keys; then what is older than kept is dropped."""
        began = time.monotonic()
        with self.database.session() as session:
            lineage = self.lineage(session)
            self.sweep(session, lineage)  # a file that goes while the base is copied is kept by this first look
            if self.database.binaries is None:
                made = self._files_only(session, lineage)
            else:
                source = basebackup.Source(self.binaries, self.database.connection)
                made = basebackup.make(lineage, source, on=None if full else self.stands_on(lineage))
            self.sweep(session, lineage, whole=True)
        self.note(made, time.monotonic() - began)
        retention.prune(self.to.repository, self.to.keys, self.limits, datetime.now(UTC))
        return made

    def stands_on(self, lineage: Lineage) -> Backup | None:
        """The backup on which the next one stands, None when it is time for a full one."""
        known = lineage.backups()
        if not known:
            return None
        try:
            first = lineage.chain_of(known[-1])[0]
        except KeyError:
            return None
        young = datetime.now(UTC) - first.ended_at < timedelta(days=self.limits.full_every_days)
        return known[-1] if young and first.kind == FULL else None

    def sweep(self, session: psycopg.Connection[Any] | None, lineage: Lineage, *, whole: bool = False) -> None:
        """Take in new files, then salts and secrets, then note up to which moment the files are complete."""
        lsn = stream.written_until(session) if session else str(lineage.mark.get("lsn", "0/0"))
        if self._sweeper is None or self._sweeper.lineage != lineage:
            self._sweeper = trees.Sweeper(self.to.repository, lineage, self.var, self.rulebook)
        swept = self._sweeper.sweep(lsn, whole=whole)
        keys.keep(self.var, self.to.keys)
        if session:
            lineage.note_mark(at=swept.at.isoformat(), lsn=lsn)
            state.note(self.var, files={"at": swept.at.isoformat()}, altered=list(swept.altered), **self._where())

    def note(self, made: Backup, seconds: float) -> None:
        told = {name: made.manifest.get(name) for name in ("id", "kind", "bytes")}
        state.note(
            self.var, backup={"at": made.manifest["ended_at"], "seconds": round(seconds, 1)} | told, **self._where()
        )

    def _where(self) -> dict[str, str]:
        kind = EXTERNAL if self.database.binaries is None else "embedded"
        return {"target": str(self.to.repository.folder), "keys": str(self.to.keys), "database": kind}

    def _files_only(self, session: psycopg.Connection[Any], lineage: Lineage) -> Backup:
        """What is ours of an installation whose database somebody else keeps: which moment of it the files fit to."""
        at, lsn = session.execute("SELECT clock_timestamp(), pg_current_wal_flush_lsn()::text").fetchone() or (
            datetime.now(UTC),
            "",
        )
        now = datetime.now(UTC)
        folder = lineage.folder / "backups" / (now.strftime("%Y%m%dT%H%M%S%fZ")[:-4] + "Z")
        manifest = {
            "format": FORMAT, "id": folder.name, "kind": FILES_ONLY, "on": None, "bytes": 0, "lsn": lsn,
            "began_at": at.isoformat(), "ended_at": at.isoformat(), "server": session.info.parameter_status("server_version"),
        }  # fmt: skip
        durable.write_json(folder / "manifest.json", manifest)
        return Backup(folder, manifest)
