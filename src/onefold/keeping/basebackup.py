"""Base backups of the embedded server, while it runs: full, or what changed since another one (PostgreSQL 17 and newer)."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onefold.embedded import Connection
from onefold.embedded.binaries import Binaries
from onefold.keeping import durable, programs
from onefold.keeping.repository import FORMAT, FULL, INCREMENTAL, Backup, Lineage
from onefold.kernel.disk import on_disk

INCREMENTAL_SINCE = 17


@dataclass(frozen=True)
class Source:
    """The server to copy, and the connection of the role that may."""

    binaries: Binaries
    connection: Connection


def make(lineage: Lineage, source: Source, *, on: Backup | None = None) -> Backup:
    """A base backup: with `on` only what changed since that one, where the server can say so, else a full one.

    It has its name when all of it is on the disk. Raises `ProgramFailed`.
    """
    with durable.alone(lineage.folder / "base.lock"):
        began = datetime.now(UTC)
        name = began.strftime("%Y%m%dT%H%M%S%fZ")[:-4] + "Z"
        making = lineage.folder / "backups" / f".{name}{durable.PART}"
        for left in making.parent.glob(f".*{durable.PART}"):
            shutil.rmtree(left)
        making.mkdir(parents=True, mode=0o700)
        used = _copy(making, source, on)
        content = _described(making / "database") | {
            "format": FORMAT,
            "id": name,
            "kind": INCREMENTAL if used else FULL,
            "on": used.id if used else None,
            "began_at": began.isoformat(),
            "ended_at": datetime.now(UTC).isoformat(),
            "server": source.binaries.version,
        }
        durable.write_json(making / "manifest.json", content)
        made = making.with_name(name)
        making.rename(made)
        on_disk(made.parent)
        return Backup(made, content)


def _copy(making: Path, source: Source, on: Backup | None) -> Backup | None:
    """Returns the backup it stands on, None for a full one."""
    words: list[str | Path] = ["-D", making / "database", "-X", "stream", "-c", "fast", "--manifest-checksums=SHA256"]
    if on and source.binaries.major >= INCREMENTAL_SINCE:
        increment = [*words, f"--incremental={on.database / 'backup_manifest'}"]
        if not programs.attempt(source.binaries, "pg_basebackup", *increment, connection=source.connection).returncode:
            return on
        shutil.rmtree(making / "database", ignore_errors=True)  # the server no longer knows what changed since
    programs.run(source.binaries, "pg_basebackup", *words, folder=making, connection=source.connection)
    return None


def _described(database: Path) -> dict[str, Any]:
    manifest = database / "backup_manifest"
    content = json.loads(manifest.read_bytes())
    (reach,) = content["WAL-Ranges"]
    return {
        "backup_manifest_sha256": durable.sha256_of(manifest),
        "bytes": sum(file["Size"] for file in content["Files"]),
        "files": len(content["Files"]),
        "timeline": reach["Timeline"],
        "start_lsn": reach["Start-LSN"],
        "stop_lsn": reach["End-LSN"],
    }


def damage(backup: Backup, binaries: Binaries) -> str:
    """What is wrong with the files of a base backup, by its manifests; empty when nothing is."""
    manifest = backup.database / "backup_manifest"
    if not manifest.exists():
        return "backup_manifest is missing"
    if durable.sha256_of(manifest) != backup.manifest["backup_manifest_sha256"]:
        return "backup_manifest is not the one that was written"
    done = programs.attempt(binaries, "pg_verifybackup", backup.database)
    return programs.last_words(done, 3) if done.returncode else ""


def combine(chain: list[Backup], target: Path, binaries: Binaries) -> None:
    """Put the data folder together from a full backup and what changed since. Raises `ProgramFailed`."""
    if len(chain) == 1:
        shutil.copytree(chain[0].database, target, symlinks=True)
        return
    folders = [backup.database for backup in chain]
    programs.run(binaries, "pg_combinebackup", *folders, "-o", target, folder=target)
