"""Every byte of a repository against what was written down when it was made. Nothing is changed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from onefold.embedded import binaries, cluster
from onefold.keeping import archive, basebackup, keys, trees
from onefold.keeping.repository import FILES_ONLY, Backup, Lineage, Repository
from onefold.keeping.retention import referred_to

AT_ONCE = 2
Told = Callable[[str], None]


@dataclass(frozen=True)
class Wrong:
    """`where`: the backup, segment or file; `what`: what is wrong with it."""

    where: str
    what: str


def verify(repository: Repository, keys_place: Path | None, told: Told = print) -> list[Wrong]:
    """Everything that is wrong; nothing is what one wants. A missing place of keys is wrong too."""
    found: list[Wrong] = []
    for lineage in repository.lineages():
        found += [*_backups(lineage), *_log(lineage), *_inventories(lineage)]
        told(f"  lineage {lineage.id}: {len(lineage.backups())} backups, {len(lineage.wal.finished())} segments")
    wanted = sorted(referred_to(repository))
    with ThreadPoolExecutor(AT_ONCE) as pool:
        said = pool.map(repository.pool.wrong, wanted)
        found += [Wrong(f"file {sha256}", what) for sha256, what in zip(wanted, said, strict=True) if what]
    told(f"  {len(wanted)} files of the pool")
    found += _keys(keys_place)
    return found


def _backups(lineage: Lineage) -> Iterator[Wrong]:
    known = {backup.id for backup in lineage.backups()}
    for folder in sorted((lineage.folder / "backups").glob("[!.]*")):
        if folder.name not in known:
            yield Wrong(f"backup {folder.name}", "manifest.json is missing or cannot be read")
    for backup in lineage.backups():
        parent = backup.manifest.get("on")
        if parent and parent not in known:
            yield Wrong(f"backup {backup.id}", f"backup {parent}, on which it stands, is missing")
        if backup.kind != FILES_ONLY:
            what = basebackup.damage(backup, _programs(backup))
            if what:
                yield Wrong(f"backup {backup.id}", what)


def _programs(backup: Backup) -> binaries.Binaries:
    return binaries.find(cluster.made_by(backup.database))


def _log(lineage: Lineage) -> Iterator[Wrong]:
    """From the oldest base backup to the end: one look finds the first hole, the next begins after it."""
    bases = [
        backup
        for backup in lineage.backups()
        if backup.kind != FILES_ONLY and (backup.database / "PG_VERSION").exists()
    ]
    for backup in bases[:1]:
        yield from (Wrong(f"segment {name}", what) for name, what in archive.wrong_after(backup, _programs(backup)))


def _inventories(lineage: Lineage) -> Iterator[Wrong]:
    broken = trees.Inventories(lineage).broken()
    if broken:
        yield Wrong(f"inventory {lineage.id}/{broken}", "does not follow the one before")


def _keys(place: Path | None) -> Iterator[Wrong]:
    if place is None:
        return
    known = keys.generations(place / keys.SECRETS)
    if not known:
        yield Wrong(f"keys {place}", "no secrets are there")
    for generation in known:
        what = keys.damage(generation)
        if what:
            yield Wrong(f"keys {generation.name}", what)
