"""Where backups lie: one folder, in it the pool of files and a folder for each lineage.

files/ab/<sha256>            the pool: every file once
<lineage>/lineage.json       which database it is of
<lineage>/backups/<id>/      manifest.json, database/ (what pg_basebackup made); `.part` until it is whole
<lineage>/wal/               the log, unbroken; beside each finished segment its SHA-256
<lineage>/inventories/       which files there were, and when
<lineage>/mark.json          up to which moment all of it is here

A lineage is what one installation wrote without a break: a restored one begins a new lineage, and so does one whose log was
broken. So two machines never write over each other, and within a lineage every hole is an error.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from onefold.keeping import durable
from onefold.keeping.pool import Pool
from onefold.keeping.wal import Segments

FORMAT = 1
FULL, INCREMENTAL, FILES_ONLY = "full", "incremental", "files"
OWN = "keeping"
"""The folder in `var` with what keeping knows of itself; it is not restored."""


@dataclass(frozen=True)
class Backup:
    """A whole backup. `manifest` says what it is of."""

    folder: Path
    manifest: dict[str, Any]

    @property
    def id(self) -> str:
        return str(self.manifest["id"])

    @property
    def ended_at(self) -> datetime:
        return datetime.fromisoformat(self.manifest["ended_at"])

    @property
    def kind(self) -> str:
        return str(self.manifest["kind"])

    @property
    def database(self) -> Path:
        return self.folder / "database"

    @property
    def lineage(self) -> Lineage:
        return Lineage(self.folder.parent.parent)


@dataclass(frozen=True)
class Lineage:
    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def facts(self) -> dict[str, Any]:
        return dict(durable.read_json(self.folder / "lineage.json") or {})

    @property
    def wal(self) -> Segments:
        return Segments(self.folder / "wal", int(self.facts.get("segment_bytes", 16_777_216)))

    @property
    def mark(self) -> dict[str, Any]:
        """What is here for certain: `at` and `lsn` for the files, `log_at` and `log_lsn` for the log."""
        return dict(durable.read_json(self.folder / "mark.json") or {})

    def note_mark(self, **known: str) -> None:
        durable.write_json(self.folder / "mark.json", self.mark | known)

    def backups(self) -> list[Backup]:
        """The whole ones, oldest first. What was cut off has no manifest or another name."""
        found = []
        for path in sorted((self.folder / "backups").glob("*/manifest.json")):
            manifest = durable.read_json(path)
            if not path.parent.name.startswith(".") and manifest and manifest.get("format") == FORMAT:
                found.append(Backup(path.parent, manifest))
        return sorted(found, key=lambda backup: backup.ended_at)

    def chain_of(self, backup: Backup) -> list[Backup]:
        """The full backup first, then the incremental ones up to this one. Raises `KeyError` when one is not there."""
        known = {known.id: known for known in self.backups()}
        chain = [backup]
        while chain[0].kind == INCREMENTAL:
            chain.insert(0, known[chain[0].manifest["on"]])
        return chain


@dataclass(frozen=True)
class Repository:
    folder: Path

    @property
    def pool(self) -> Pool:
        return Pool(self.folder / "files")

    @property
    def sweep_lock(self) -> Path:
        """Held while files are taken in or dropped: a file in the pool that no inventory names yet must not be dropped."""
        return self.folder / "sweep.lock"

    def lineages(self) -> list[Lineage]:
        return [Lineage(path.parent) for path in sorted(self.folder.glob("*/lineage.json"))]

    def backups(self) -> list[Backup]:
        found = [backup for lineage in self.lineages() for backup in lineage.backups()]
        return sorted(found, key=lambda backup: backup.ended_at)

    def lineage_of(self, var: Path, facts: dict[str, Any]) -> Lineage:
        """The lineage that this installation goes on with; a new one for a database that is another than before."""
        known = durable.read_json(var / OWN / "lineage.json") or {}
        if known.get("system") != facts["system"]:
            return self.begin(var, facts)
        lineage = Lineage(self.folder / known["id"])
        if not lineage.facts:
            durable.write_json(lineage.folder / "lineage.json", facts)
        return lineage

    def begin(self, var: Path, facts: dict[str, Any]) -> Lineage:
        """A new lineage from now on: the database is another one, or its log was broken."""
        lineage = Lineage(self.folder / secrets.token_hex(4))
        durable.write_json(lineage.folder / "lineage.json", facts)
        durable.write_json(var / OWN / "lineage.json", {"id": lineage.id, "system": facts["system"]})
        return lineage
