"""A vault's salts: one random text a record, without which its key cannot be made again.

They lie in `keys/<dataset>.<part>.parquet` (the part is the company, so that companies can be worked on side by side), and what
was forgotten stands in `forgotten.parquet` for good. Every change is made under a lock, whole or not at all, and is on disk
before anything that depends on it.
"""

from __future__ import annotations

import fcntl
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onefold.seam import checksums

SALT_BYTES = 16
KEYS_FOLDER, FORGOTTEN_FILE = "keys", "forgotten.parquet"
_FORMER_FILE = "keys.parquet"
"""All salts in one file, as the first vaults had them; its tombstones still hold."""
_SEEN_FILE = "merged.json"

_SALTS = pa.schema([("id", pa.string()), ("salt", pa.binary())])
_FORGOTTEN = pa.schema([("dataset", pa.string()), ("id", pa.string())])


def salts_of(folder: Path, dataset: str, part: str, ids: pa.Array) -> pa.Array:
    """The salts of these records, nothing where there is none."""
    known = _read(_path(folder, dataset, part), _SALTS)
    places = pc.index_in(ids, value_set=known["id"])
    salts: pa.Array = known["salt"].combine_chunks().take(places)
    return salts


def salts_made(folder: Path, dataset: str, part: str, ids: pa.Array) -> pa.Array:
    """The salts of these records, made and on disk where they were missing; nothing for the forgotten."""
    with _locked(folder):
        salts = salts_of(folder, dataset, part, ids)
        lacking = pc.unique(ids.filter(pc.is_null(salts)))
        fresh = lacking.filter(pc.invert(pc.is_in(lacking, value_set=forgotten(folder, dataset))))
        if not len(fresh):
            return salts
        known = _read(_path(folder, dataset, part), _SALTS)
        random = pa.py_buffer(os.urandom(SALT_BYTES * len(fresh)))
        made = pa.FixedSizeBinaryArray.from_buffers(pa.binary(SALT_BYTES), len(fresh), [None, random])
        more = pa.table([fresh, made.cast(pa.binary())], schema=_SALTS)
        write_private(_path(folder, dataset, part), _writer(pa.concat_tables([known, more])))
        return salts_of(folder, dataset, part, ids)


def forgotten(folder: Path, dataset: str) -> pa.Array:
    """Ids of this dataset that were forgotten for good."""
    table = _tombstones(folder)
    return table["id"].filter(pc.equal(table["dataset"], dataset)).combine_chunks()


def forget(folder: Path, ids: Iterable[str]) -> int:
    """Destroy the salts of these ids in every dataset; how many there were. Tombstones first: a crash forgets too much, not too little."""
    gone = pa.array(sorted(set(ids)), pa.string())
    with _locked(folder):
        paths = sorted(folder / KEYS_FOLDER / name for name in checksums.read_list(folder / KEYS_FOLDER))
        hit = {path: table for path in paths if (table := _having(path, gone)).num_rows}
        fresh = [
            pa.table([pa.array([path.name.split(".")[0]] * table.num_rows), table["id"]], schema=_FORGOTTEN)
            for path, table in hit.items()
        ]
        if not hit:
            return 0
        write_private(folder / FORGOTTEN_FILE, _writer(pa.concat_tables([_tombstones(folder), *fresh])))
        for path in hit:
            table = _read(path, _SALTS)
            write_private(path, _writer(table.filter(pc.invert(pc.is_in(table["id"], value_set=gone)))))
        return sum(table.num_rows for table in hit.values())


def merge(folder: Path, *, into: Path) -> None:
    """Bring the salts and tombstones of one vault into a copy of it: for backup and restore.

    What either has forgotten is forgotten in `into`; a salt leaves it in no other way. Where both know a record, `folder` is right.
    Files that have not changed since the last call are not read again.
    """
    if not (folder / KEYS_FOLDER).exists() and not (folder / FORGOTTEN_FILE).exists():
        return
    (into / KEYS_FOLDER).mkdir(mode=0o700, parents=True, exist_ok=True)
    for place in (into, into / KEYS_FOLDER):
        checksums.begin(place)
    with _locked(into):
        dead = _unique(pa.concat_tables([_tombstones(folder), _tombstones(into)]))
        news = dead.num_rows > _tombstones(into).num_rows
        if news:
            write_private(into / FORGOTTEN_FILE, _writer(dead))
        seen, paths = _seen(into), sorted((folder / KEYS_FOLDER).glob("*.parquet"))
        for path in paths:
            mine, look = into / KEYS_FOLDER / path.name, _look(path)
            if news or seen.get(path.name) != look or not mine.exists():
                write_private(mine, _writer(_merged(path, mine, dead)))
                seen[path.name] = look
        write_private(into / _SEEN_FILE, lambda file: file.write(json.dumps(seen).encode()))
        if news:
            _bury(into, dead, {path.name for path in paths})


def _merged(path: Path, mine: Path, dead: pa.Table) -> pa.Table:
    theirs = _read(path, _SALTS)
    known = _read(mine, _SALTS) if mine.exists() else _SALTS.empty_table()
    older = known.filter(pc.invert(pc.is_in(known["id"], value_set=theirs["id"].combine_chunks())))
    both = pa.concat_tables([theirs, older])
    gone = dead["id"].filter(pc.equal(dead["dataset"], path.name.split(".")[0])).combine_chunks()
    return both.filter(pc.invert(pc.is_in(both["id"], value_set=gone)))


def _bury(folder: Path, dead: pa.Table, done: set[str]) -> None:
    """Take the forgotten out of salts that the other vault no longer has."""
    for path in (folder / KEYS_FOLDER).glob("*.parquet"):
        if path.name not in done:
            write_private(path, _writer(_merged(path, path, dead)))


def _unique(table: pa.Table) -> pa.Table:
    return table.group_by(_FORGOTTEN.names).aggregate([]).select(_FORGOTTEN.names).cast(_FORGOTTEN)


def _seen(folder: Path) -> dict[str, list[int]]:
    path = folder / _SEEN_FILE
    return dict(json.loads(path.read_bytes())) if path.exists() else {}


def _look(path: Path) -> list[int]:
    status = path.stat()
    return [status.st_size, status.st_mtime_ns]


def write_private(target: Path, write: Callable[[Any], None], *, durable: bool = True) -> str:
    """Write whole or not at all, readable by the owner only, on disk before the old file goes; return its hash."""
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    target.parent.chmod(0o700)
    part = target.with_name(f"{target.name}.{os.getpid()}.part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        write(file)
    return checksums.placed(part, target, durable=durable)


def _path(folder: Path, dataset: str, part: str) -> Path:
    return folder / KEYS_FOLDER / f"{dataset}.{part}.parquet"


def _read(path: Path, schema: pa.Schema) -> pa.Table:
    there = checksums.listed(path)
    return pq.read_table(there, schema=schema) if there else schema.empty_table()


def _having(path: Path, ids: pa.Array) -> pa.Table:
    table = _read(path, _SALTS)
    return table.filter(pc.is_in(table["id"], value_set=ids))


def _tombstones(folder: Path) -> pa.Table:
    former = checksums.listed(folder / _FORMER_FILE)
    table = _read(folder / FORGOTTEN_FILE, _FORGOTTEN)
    if former is None:
        return table
    old = pq.read_table(former)
    return pa.concat_tables([table, old.filter(pc.is_null(old["salt"])).select(_FORGOTTEN.names).cast(_FORGOTTEN)])


def _writer(table: pa.Table) -> Callable[[Any], None]:
    return lambda file: pq.write_table(table, file, compression="none", use_dictionary=False)


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One at a time over all processes; the lock falls with the process."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(folder / "keys.lock", os.O_WRONLY | os.O_CREAT, 0o600), "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
