"""Old backups go by dated rules; what nobody refers to any more goes with them."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

from onefold.keeping import durable, keys, trees, wal
from onefold.keeping.limits import Limits
from onefold.keeping.repository import Backup, Lineage, Repository


def prune(repository: Repository, keys_place: Path, limits: Limits, now: datetime) -> list[str]:
    """Drop what is older than `kept_days`, but never the newest `kept_fewest` nor what a kept one stands on; their ids."""
    known = repository.backups()
    kept = kept_of(known, limits, now)
    going = [backup for backup in known if backup.id not in kept]
    for backup in going:
        durable.remove(backup.folder)
    if going:
        with durable.alone(repository.sweep_lock):
            for lineage in {backup.lineage for backup in going}:
                _prune_lineage(lineage)
            repository.pool.drop_all_but(referred_to(repository))
        keys.prune(keys_place, min(backup.ended_at for backup in known if backup.id in kept))
    return [backup.id for backup in going]


def kept_of(known: list[Backup], limits: Limits, now: datetime) -> set[str]:
    """Of backups, oldest first, the ids of those that stay."""
    young = [backup for backup in known if now - backup.ended_at <= timedelta(days=limits.kept_days)]
    stay = {backup.id for backup in (*young, *known[-limits.kept_fewest :])}
    parents = {backup.id: backup.manifest.get("on") for backup in known}
    for id_ in list(stay):
        while parent := parents.get(id_):
            stay.add(parent)
            id_ = parent
    return stay


def _prune_lineage(lineage: Lineage) -> None:
    kept = lineage.backups()
    if not kept:
        durable.remove(lineage.folder)
        return
    archive = lineage.wal
    starts = [wal.position(backup.manifest["start_lsn"]) for backup in kept if "start_lsn" in backup.manifest]
    oldest = archive.holding(min(starts, default=0))
    for name in archive.finished():
        if archive.number(name) < oldest:
            (archive.folder / f"{name}{wal.SUM}").unlink(missing_ok=True)
            (archive.folder / name).unlink()
    _prune_inventories(trees.Inventories(lineage), kept[0].ended_at)


def _prune_inventories(inventories: trees.Inventories, oldest: datetime) -> None:
    """Those before the last whole one that the oldest backup still needs."""
    paths = inventories.paths()
    whole = [path for path in paths if trees.is_whole(path) and _at(path) <= oldest]
    for path in paths[: paths.index(whole[-1])] if whole else ():
        path.unlink()


def _at(path: Path) -> datetime:
    return datetime.fromisoformat((durable.read_json(path) or {})["at"])


def referred_to(repository: Repository) -> set[str]:
    """The hashes that any inventory names."""
    found: set[str] = set()
    for lineage in repository.lineages():
        for entry in trees.Inventories(lineage).read():
            found |= {held[0] for held in entry["held"].values()}
    return found
