"""Sealed files from one vault key to the next, one file at a time: each is of the old key or of the new one, whole."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from onefold.seam import datasets, store, vault
from onefold.seam.contracts import Dataset
from onefold.seam.vault import KEPT_FOLDER, VaultKeys


def sealed_files(var: Path) -> Iterator[tuple[Path, Dataset]]:
    """Every sealed dataset of a finished release."""
    for folder in sorted((var / "vault" / "runs").glob("*")):
        if not folder.suffix:  # neither half-written nor on its way out
            for dataset in datasets.SEALED:
                if store.path_of(folder, dataset).exists():
                    yield folder, dataset


def records_by_key(var: Path) -> Counter[str]:
    """How many sealed records there are of each key; an empty id stands for files of before keys had ids."""
    found: Counter[str] = Counter()
    for folder, dataset in sealed_files(var):
        path = store.file_of(folder, dataset)
        if path is not None:
            head = pq.read_metadata(path)
            found[(head.metadata or {}).get(vault.VAULT_KEY, b"").decode()] += head.num_rows
    for head_of_entry, _ in _kept_readings(var):
        found[head_of_entry] += 1
    return found


def reseal(folder: Path, dataset: Dataset, keys: VaultKeys) -> int:
    """Bring a sealed file to the current key; return its records, 0 where it was there already.

    The file in use stands until the new one does. Raises `VaultBroken`, `keys.KeyWrong`, and what `store.file_of` raises.
    """
    path = store.file_of(folder, dataset)
    if path is None or vault.key_of(pq.read_schema(path)) == keys.ring.current.id:
        return 0
    table = pq.read_table(path)
    opening = keys.opening(vault.key_of(table.schema))
    pieces = vault.sealed_anew(dataset, table, opening, keys.master)
    return vault.write_sealed(folder, dataset, pieces, keys.master, durable=True).rows


def drop_kept_readings(var: Path, current: str) -> int:
    """Drop what landing keeps sealed with another key than `current`; the next run reads those files again. Returns how many."""
    dropped = 0
    for key_id, head in _kept_readings(var):
        if key_id != current:
            head.unlink()
            dropped += 1
            for path in head.parent.glob(f"{head.stem}.*"):
                path.unlink(missing_ok=True)
    return dropped


def _kept_readings(var: Path) -> Iterator[tuple[str, Path]]:
    """The key and the head of every reading that landing keeps."""
    for head in sorted((var / "vault" / KEPT_FOLDER).glob("*.json")):
        yield str(json.loads(head.read_bytes()).get("vault_key", "")), head
