"""Which files of an installation are kept, and the inventories that say which there were when.

Files are written before rows refer to them, and the position of the log is read before the folders are: so all files that rows
up to the mark refer to are in the pool when the mark is written.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from onefold.keeping import durable
from onefold.keeping.repository import Lineage, Repository

AUDIT = "audit"
PARTS = (AUDIT, "intake", "lake", "vault")
KEYS_OF_VAULT = ("vault/keys", "vault/forgotten.parquet", "vault/keys.parquet", "vault/checksums.json")
"""Kept with the keys (`keys.py`), never in the pool: a salt in it would outlive the erasure of its record."""
MADE_AGAIN = (".part", ".going", ".lock", ".locked")
"""Not kept: what is half-written, and what landing keeps locked up of several persons at once and the next run makes again."""
RULEBOOK = "rulebook"
WHOLE = "-whole"


@dataclass(frozen=True)
class Held:
    sha256: str
    bytes: int
    changed_ns: int


@dataclass(frozen=True)
class Found:
    name: str
    path: Path
    bytes: int
    changed_ns: int


def files_of(var: Path, rulebook: Path | None) -> Iterator[Found]:
    """The files to keep, by a name that holds on any machine."""
    roots = {part: var / part for part in PARTS} | ({RULEBOOK: rulebook} if rulebook else {})
    for word, root in roots.items():
        for path in _walk(root):
            name = f"{word}/{path.relative_to(root).as_posix()}"
            if name.startswith(KEYS_OF_VAULT):
                continue
            try:
                status = path.stat()
            except FileNotFoundError:
                continue
            yield Found(name, path, status.st_size, status.st_mtime_ns)


def _walk(root: Path) -> Iterator[Path]:
    for parent, folders, files in os.walk(root):
        folders[:] = [name for name in folders if not name.endswith(MADE_AGAIN)]
        yield from (Path(parent) / name for name in files if not name.endswith(MADE_AGAIN))


@dataclass(frozen=True)
class Swept:
    """One look at the folders."""

    at: datetime
    taken: int
    bytes: int
    altered: tuple[str, ...]


class Inventories:
    """The inventories of a lineage, each the changes since the one before, each with the hash of the one before."""

    def __init__(self, lineage: Lineage) -> None:
        self.folder = lineage.folder / "inventories"

    def paths(self) -> list[Path]:
        """Oldest first; the name of a whole one, which names every file, ends in WHOLE."""
        return sorted(self.folder.glob("[0-9]*.json"))

    def read(self) -> Iterator[dict[str, Any]]:
        for path in self.paths():
            yield json.loads(path.read_bytes())

    def _needed_for(self, moment: datetime | None) -> Iterator[dict[str, Any]]:
        """From the last whole one before the moment on."""
        paths = self.paths()
        whole = [place for place, path in enumerate(paths) if is_whole(path)]
        before = (place for place in reversed(whole) if moment is None or _at(_read(paths[place])) <= moment)
        yield from map(_read, paths[next(before, 0) :])

    def add(self, at: datetime, lsn: str, held: dict[str, Held], gone: list[str], *, whole: bool) -> None:
        paths = self.paths()
        number = number_of(paths[-1]) + 1 if paths else 1
        content = {
            "number": number,
            "before": hashlib.sha256(paths[-1].read_bytes()).hexdigest() if paths else "",
            "at": at.isoformat(),
            "lsn": lsn,
            "whole": whole,
            "held": {name: [one.sha256, one.bytes, one.changed_ns] for name, one in sorted(held.items())},
            "gone": sorted(gone),
        }
        durable.write_json(self.folder / f"{number:08}{WHOLE if whole else ''}.json", content)

    def held_at(self, moment: datetime | None = None) -> dict[str, Held]:
        """The files there were at a moment, and those that came up to the next look; without a moment the newest."""
        held: dict[str, Held] = {}
        for entry in self._needed_for(moment):
            later = moment is not None and _at(entry) > moment
            if entry["whole"] and not later:
                held = {}
            held |= {name: Held(*one) for name, one in entry["held"].items() if not (later and name in held)}
            if later:
                break
            for name in entry["gone"]:
                held.pop(name, None)
        return held

    def broken(self) -> str:
        """The first inventory that does not follow the one before; empty when all do."""
        before = None
        for path in self.paths():
            content = durable.read_json(path)
            if content is None or content.get("number") != number_of(path):
                return path.name
            if before is not None and content["before"] != before:
                return path.name
            before = hashlib.sha256(path.read_bytes()).hexdigest()
        return ""


def number_of(path: Path) -> int:
    return int(path.stem.removesuffix(WHOLE))


def is_whole(path: Path) -> bool:
    return path.stem.endswith(WHOLE)


def _read(path: Path) -> dict[str, Any]:
    return dict(json.loads(path.read_bytes()))


def _at(entry: dict[str, Any]) -> datetime:
    return datetime.fromisoformat(entry["at"])


class Sweeper:
    """Takes what is new in an installation's folders into a repository, again and again."""

    def __init__(self, repository: Repository, lineage: Lineage, var: Path, rulebook: Path | None) -> None:
        self.repository, self.lineage, self.var, self.rulebook = repository, lineage, var, rulebook
        self.inventories = Inventories(lineage)
        self.held: dict[str, Held] = {}
        self.known = -1

    def sweep(self, lsn: str, *, whole: bool = False) -> Swept:
        """Take in new and changed files and write down which there are. `lsn`: the log's position, read before this call."""
        with durable.alone(self.repository.sweep_lock):
            self._catch_up()
            at = datetime.now(UTC)
            taken, altered, present = self._take()
            gone = [name for name in self.held if name not in present]
            for name in gone:
                del self.held[name]
            self.held |= taken
            if taken or gone or whole or not self.known:
                self.inventories.add(at, lsn, self.held if whole else taken, gone, whole=whole)
                self.known += 1
            return Swept(at, len(taken), sum(one.bytes for one in taken.values()), tuple(altered))

    def _catch_up(self) -> None:
        paths = self.inventories.paths()
        newest = number_of(paths[-1]) if paths else 0
        if newest != self.known:
            self.held, self.known = self.inventories.held_at(), newest

    def _take(self) -> tuple[dict[str, Held], list[str], set[str]]:
        taken: dict[str, Held] = {}
        altered: list[str] = []
        present: set[str] = set()
        for found in files_of(self.var, self.rulebook):
            present.add(found.name)
            before = self.held.get(found.name)
            if before and (before.bytes, before.changed_ns) == (found.bytes, found.changed_ns):
                continue
            try:
                sha256 = self.repository.pool.put(found.path)
            except FileNotFoundError:
                present.discard(found.name)
                continue
            if found.name.startswith("intake/") and sha256 != found.path.name:
                altered.append(found.name)  # its name is its hash: what was kept before stays the right one
                continue
            taken[found.name] = Held(sha256, found.bytes, found.changed_ns)
        return taken, altered, present
