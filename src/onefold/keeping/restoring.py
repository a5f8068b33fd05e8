"""From a repository back to an installation, in an empty place. It has its name when all of it is there and checked."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from onefold.embedded import binaries as programs_of
from onefold.embedded import cluster
from onefold.embedded.binaries import Binaries
from onefold.keeping import archive, basebackup, keys, recovery, state, trees
from onefold.keeping.recovery import Until
from onefold.keeping.refusals import BackupDamaged, FilesMissing, NoBackup, PlaceTaken, RestoredWrong
from onefold.keeping.repository import FILES_ONLY, Backup, Repository
from onefold.kernel.disk import on_disk

UNFINISHED = ".restoring"
Told = Callable[[str], None]


@dataclass(frozen=True)
class Wanted:
    """`keys`: their place. `moment`: the state of then; None the newest. `backup`: this one and no other. `point`: the state at this
    named point of the log, from a backup that ended before."""

    repository: Repository
    keys: Path
    moment: datetime | None = None
    backup: str = ""
    point: str = ""
    ended_before: datetime | None = None


@dataclass(frozen=True)
class Restored:
    """`until`: what it is the state of. `seconds`: from the first byte to a server that answered and checked files."""

    place: Path
    backup: Backup
    until: str
    files: int
    bytes: int
    seconds: float
    server: cluster.Cluster | None
    steps: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Found:
    """What a look at a restored installation found: files that rows refer to and that are not there or altered, and the rest."""

    missing: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


Check = Callable[[Path, cluster.Cluster], Found]
"""Look at an installation in a folder, whose server runs."""


def restore(
    wanted: Wanted, place: Path, *, check: Check | None = None, keep_running: bool = False, told: Told = print
) -> Restored:
    """Bring an installation back into `place`. Raises a `KeepingRefused` that says what to do; then `place` does not exist.

    `check` is asked before the installation has its name. The server is stopped again unless `keep_running` (then everything stays
    in `place` + UNFINISHED, which the caller removes).
    """
    refuse_taken(place)
    backup = chosen(wanted)
    making = place.with_name(f"{place.name}{UNFINISHED}")
    shutil.rmtree(making, ignore_errors=True)
    restoring = _Restoring(wanted, backup, making, told)
    making.mkdir(parents=True, mode=0o711)
    try:
        restoring.plan()  # what would stop the restore is found before anything is copied
        restoring.files()
        restoring.keys()
        server = restoring.database() if backup.kind != FILES_ONLY else None
        if server and check:
            restoring.check(check, server)
        done = restoring.done(server)
    except BaseException as error:
        cluster.stop(making / "pg")
        if not isinstance(error, RestoredWrong):
            shutil.rmtree(making, ignore_errors=True)
        raise
    if not keep_running:
        cluster.stop(making / "pg")
        state.note_restored(making, backup.id, done.until)
        _name(making, place)
    return done


def refuse_taken(place: Path) -> None:
    """Raise `PlaceTaken` unless there is nothing in `place`. Empty folders, which every command makes, are nothing."""
    files = (path for path in place.rglob("*") if not path.is_dir()) if place.exists() else iter(())
    found = next(files, None)
    if found is not None:
        raise PlaceTaken(place=place, found=found.relative_to(place))


def _name(making: Path, place: Path) -> None:
    if place.exists():
        refuse_taken(place)
        shutil.rmtree(place)
    making.rename(place)
    on_disk(place.parent)


def chosen(wanted: Wanted) -> Backup:
    """The newest backup that ended before the moment, or the one that was named. Raises `NoBackup`."""
    known = wanted.repository.backups()
    if wanted.backup:
        known = [backup for backup in known if backup.id == wanted.backup]
    latest = wanted.moment or wanted.ended_before
    before = [backup for backup in known if not latest or backup.ended_at <= latest]
    if not before:
        said = f" ({wanted.backup or wanted.moment})" if wanted.backup or wanted.moment else ""
        raise NoBackup(target=wanted.repository.folder, before=said)
    return before[-1]


class _Restoring:
    def __init__(self, wanted: Wanted, backup: Backup, making: Path, told: Told) -> None:
        self.wanted, self.backup, self.making, self.told = wanted, backup, making, told
        self.began = time.monotonic()
        self.steps: dict[str, float] = {}
        self.file_count = self.file_bytes = 0
        self.chain: list[Backup] = []
        self.after = archive.Following((), None)
        keys.of_moment(wanted.keys, self.moment)  # before anything is copied: without keys the rest is worth little

    @property
    def moment(self) -> datetime:
        return self.wanted.moment or datetime.now(UTC)

    def plan(self) -> None:
        """Which backups and which log, all of it there."""
        self.chain = self._chain()
        if self.backup.kind == FILES_ONLY:
            return
        self.after = archive.following(self.backup, self._programs(), self.wanted.moment)
        self._step("log checked", f"{len(self.after.finished)} segments follow backup {self.backup.id}")

    def database(self) -> cluster.Cluster:
        programs, chain, after = self._programs(), self.chain, self.after
        data = self.making / "pg" / "data"
        data.parent.mkdir(mode=0o700)
        for one in chain:
            self._require_whole(one, programs)
        basebackup.combine(chain, data, programs)
        self._step(
            "database copied",
            f"{sum(one.manifest['bytes'] for one in chain) / 1e9:.2f} GB, {len(chain)} backups verified",
        )
        recovery.lay_log(self.backup, after, data)
        server = recovery.recover(
            data.parent, self._until(), expected_lsn=self._expected(after), whole_then=self._whole_then()
        )
        self._step("log replayed", f"the server answers, process {server.pid}")
        return server

    def _programs(self) -> Binaries:
        return programs_of.find(cluster.made_by(self.backup.database))

    def _chain(self) -> list[Backup]:
        try:
            return self.backup.lineage.chain_of(self.backup)
        except KeyError as error:
            raise BackupDamaged(backup=self.backup.id, what=f"backup {error}, on which it stands, is missing") from None

    def _require_whole(self, backup: Backup, programs: Binaries) -> None:
        wrong = basebackup.damage(backup, programs)
        if wrong:
            raise BackupDamaged(backup=backup.id, what=wrong)

    def _whole_then(self) -> bool:
        """Whether the log was here as far as the moment asked for."""
        noted = self.backup.lineage.mark.get("log_at")
        return bool(self.wanted.moment and noted and self.wanted.moment <= datetime.fromisoformat(noted))

    def _until(self) -> Until:
        return Until(self.wanted.moment.isoformat() if self.wanted.moment else "", self.wanted.point)

    def _expected(self, after: archive.Following) -> str | None:
        """Where the log must end at least, when all of it is asked for."""
        if self.wanted.moment or self.wanted.point:
            return None
        noted = self.backup.lineage.mark.get("log_lsn")
        return str(noted) if noted and (after.finished or after.unfinished) else None

    def files(self) -> None:
        inventories = trees.Inventories(self.backup.lineage)
        broken = inventories.broken()
        if broken:
            raise BackupDamaged(backup=self.backup.id, what=f"inventory {broken} does not follow the one before")
        wrong = []
        follows = self.after.finished or self.after.unfinished
        moment = self.wanted.moment or (None if follows else self.backup.ended_at)
        newest = {name: held for name, held in inventories.held_at().items() if name.startswith(f"{trees.AUDIT}/")}
        wanted = inventories.held_at(moment) | newest  # the audit's signed heads show what an older state has lost
        for name, held in wanted.items():
            self.file_count, self.file_bytes = self.file_count + 1, self.file_bytes + held.bytes
            if not self.wanted.repository.pool.give(held.sha256, self.making / name):
                wrong.append(name)
        if wrong:
            raise FilesMissing(count=len(wrong), first=wrong[0], until=self.backup.lineage.mark.get("at", "?"))
        self._step("files copied", f"{self.file_count} files, {self.file_bytes / 1e9:.2f} GB, each with its SHA-256")

    def keys(self) -> None:
        keys.give(self.wanted.keys, self.moment, self.making)
        self._step("keys put back", "secrets, salts, and what was forgotten stays so")

    def check(self, check: Check, server: cluster.Cluster) -> None:
        found = check(self.making, server)
        if found.missing:
            until = self.backup.lineage.mark.get("at", self.backup.ended_at.isoformat())
            raise FilesMissing(count=len(found.missing), first=found.missing[0], until=until)
        if found.wrong:
            raise RestoredWrong(what="; ".join(found.wrong[:5]), place=self.making)
        self._step("checked", "every file that rows refer to is there with its hash; the book holds")

    def done(self, server: cluster.Cluster | None) -> Restored:
        until = self.wanted.moment.isoformat() if self.wanted.moment else self.wanted.point or "the end of the log"
        seconds = time.monotonic() - self.began
        return Restored(
            self.making, self.backup, until, self.file_count, self.file_bytes, seconds, server, self.steps
        )  # fmt: skip

    def _step(self, name: str, detail: str) -> None:
        self.steps[name] = time.monotonic() - self.began
        self.told(f"  {self.steps[name]:7.1f} s  {name}: {detail}")
