"""The vault: datasets of identifying values, sealed record by record, each with a key of its own.

On disk a sealed dataset shows its key columns and the company; the rest of each row is one AES-256-GCM text. A record's key is
HMAC(master, salt); the salts lie in `keys.parquet`. `forget` destroys salts, and with them the records, for good: no backup
of the sealed files brings them back (a backup of `keys.parquet` would: keep it as short as the promise to erase allows).

Equal input gives equal bytes: the nonce is an HMAC of the text under the record's second key, so it repeats only where the
text repeats. Swapping two records' texts is noticed: the record's id is authenticated with it.
"""

from __future__ import annotations

import base64
import hmac
import json
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onefold.seam import store
from onefold.seam.contracts import Dataset
from onefold.seam.store import Written

KEYS_FILE = "keys.parquet"
SALT_BYTES, KEY_BYTES, NONCE_BYTES = 16, 32, 12
_KEYS_SCHEMA = pa.schema([("dataset", pa.string()), ("id", pa.string()), ("salt", pa.binary())])

Salts = dict[tuple[str, str], bytes | None]
"""(dataset, record id) to salt; none = forgotten for good."""


class VaultBroken(RuntimeError):
    """The vault cannot be read: another master key, lost salts, or bytes that were changed."""


@dataclass(frozen=True)
class VaultKeys:
    """The master key and the salts of one vault. `for_folder` reads them."""

    folder: Path
    master: bytes
    salts: Salts

    @staticmethod
    def for_folder(folder: Path, master: bytes) -> VaultKeys:
        if len(master) < KEY_BYTES:
            raise ValueError(f"the vault key has {len(master)} bytes; {KEY_BYTES} are needed")
        return VaultKeys(folder, master, _read_salts(folder))


def seal(folder: Path, dataset: Dataset, table: pa.Table, keys: VaultKeys) -> Written:
    """Write `table` sealed. Records that were forgotten are left out, however often they arrive again.

    Raises `store.ContractBroken` as `store.write` does. Salts are on disk before the records that need them.
    """
    if not dataset.vault:
        raise ValueError(f"{dataset.name} is no dataset of the vault")
    table = store.checked(dataset, table)
    ids = _ids_of(dataset, table)
    _add_salts(keys, dataset, ids)
    salts = [keys.salts[dataset.name, record] for record in ids]
    kept = [number for number, salt in enumerate(salts) if salt is not None]
    texts = _texts_of(dataset, table)
    sealed = [_sealed(keys.master, salts[i] or b"", _label(dataset, ids[i]), texts[i]) for i in kept]
    clear = table.select(_clear_columns(dataset)).take(pa.array(kept, pa.int64()))
    return _write_private(folder, dataset, clear.append_column("sealed", pa.array(sealed, pa.binary())))


def open_(folder: Path, dataset: Dataset, keys: VaultKeys) -> pa.Table:
    """The dataset in clear, without forgotten records; empty if the vault has none of it. Raises `VaultBroken`."""
    path = store.path_of(folder, dataset)
    if not path.exists():
        return dataset.schema.empty_table()
    table = pq.read_table(path)
    texts, kept = [], []
    for number, (record, sealed) in enumerate(zip(_ids_of(dataset, table), table["sealed"].to_pylist(), strict=True)):
        salt = keys.salts.get((dataset.name, record), b"")
        if salt is None:
            continue
        texts.append(_opened(keys.master, salt, dataset, record, sealed))
        kept.append(number)
    clear = table.drop_columns(["sealed"]).take(pa.array(kept, pa.int64()))
    return store.conformed(dataset, _table_of(dataset, clear, texts))


def forget(folder: Path, ids: Iterable[str]) -> int:
    """Destroy the keys of these records (source ids, contract ids, sellers) in every dataset; how many there were.

    What is forgotten stays so: the id remains as a tombstone, and `seal` leaves it out from then on.
    """
    salts, gone = _read_salts(folder), set(ids)
    found = [key for key, salt in salts.items() if key[1] in gone and salt is not None]
    salts.update(dict.fromkeys(found))
    _write_salts(folder, salts)
    return len(found)


def _clear_columns(dataset: Dataset) -> list[str]:
    return [column.name for column in dataset.columns if column.name in dataset.key or column.name == "company"]


def _ids_of(dataset: Dataset, table: pa.Table) -> list[str]:
    columns = [table[name].to_pylist() for name in dataset.key]
    return [":".join(map(str, parts)) for parts in zip(*columns, strict=True)]


# One record


def _record_keys(master: bytes, salt: bytes) -> tuple[bytes, bytes]:
    both = hmac.digest(master, salt, "sha512")
    return both[:KEY_BYTES], both[KEY_BYTES:]


def _label(dataset: Dataset, record: str) -> bytes:
    return f"{dataset.name}:{record}".encode()


def _sealed(master: bytes, salt: bytes, label: bytes, text: bytes) -> bytes:
    key, nonce_key = _record_keys(master, salt)
    nonce = hmac.digest(nonce_key, label + b"\0" + text, "sha256")[:NONCE_BYTES]
    return nonce + AESGCM(key).encrypt(nonce, text, label)


def _opened(master: bytes, salt: bytes, dataset: Dataset, record: str, sealed: bytes) -> bytes:
    if not salt:
        raise VaultBroken(f"{dataset.name}: the salt of a record is lost; restore {KEYS_FILE} from the backup")
    key, _ = _record_keys(master, salt)
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], _label(dataset, record))
    except InvalidTag:
        raise VaultBroken(f"{dataset.name}: a record does not open: another vault key, or changed bytes") from None


# Rows to texts and back: a JSON list of the hidden columns, days and instants as whole numbers, bytes as base64


def _hidden(dataset: Dataset) -> list[pa.Field]:
    clear = set(_clear_columns(dataset))
    return [field for field in dataset.schema if field.name not in clear]


def _texts_of(dataset: Dataset, table: pa.Table) -> list[bytes]:
    columns = [_plain(table[field.name], field.type) for field in _hidden(dataset)]
    dump = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    return [dump(row).encode() for row in zip(*columns, strict=True)]


def _plain(column: pa.ChunkedArray, type_: pa.DataType) -> list[Any]:
    if pa.types.is_binary(type_):
        return [None if value is None else base64.b64encode(value).decode() for value in column.to_pylist()]
    whole = pa.int32() if pa.types.is_date32(type_) else pa.int64() if pa.types.is_timestamp(type_) else type_
    values: list[Any] = column.cast(whole).to_pylist()
    return values


def _table_of(dataset: Dataset, clear: pa.Table, texts: Sequence[bytes]) -> pa.Table:
    rows = [json.loads(text) for text in texts]
    for number, field in enumerate(_hidden(dataset)):
        clear = clear.append_column(field.name, _array_of([row[number] for row in rows], field.type))
    return clear


def _array_of(values: list[Any], type_: pa.DataType) -> pa.Array:
    if pa.types.is_binary(type_):
        return pa.array([None if value is None else base64.b64decode(value) for value in values], type_)
    whole = pa.int32() if pa.types.is_date32(type_) else pa.int64() if pa.types.is_timestamp(type_) else type_
    return pa.array(values, whole).cast(type_)


# Files


def _read_salts(folder: Path) -> Salts:
    path = folder / KEYS_FILE
    if not path.exists():
        return {}
    table = pq.read_table(path, schema=_KEYS_SCHEMA)
    names, records = table["dataset"].to_pylist(), table["id"].to_pylist()
    return dict(zip(zip(names, records, strict=True), table["salt"].to_pylist(), strict=True))


def _add_salts(keys: VaultKeys, dataset: Dataset, ids: list[str]) -> None:
    keys.salts.update(_read_salts(keys.folder))
    fresh = [record for record in ids if (dataset.name, record) not in keys.salts]
    if fresh:
        random = os.urandom(SALT_BYTES * len(fresh))
        for number, record in enumerate(fresh):
            keys.salts[dataset.name, record] = random[SALT_BYTES * number : SALT_BYTES * (number + 1)]
        _write_salts(keys.folder, keys.salts)


def _write_salts(folder: Path, salts: Salts) -> None:
    order = sorted(salts)
    table = pa.table(
        [[name for name, _ in order], [record for _, record in order], [salts[key] for key in order]],
        schema=_KEYS_SCHEMA,
    )
    _replace_private(folder / KEYS_FILE, lambda file: pq.write_table(table, file, compression="zstd"))


def _write_private(folder: Path, dataset: Dataset, table: pa.Table) -> Written:
    target = store.path_of(folder, dataset)
    _replace_private(target, lambda file: pq.write_table(table, file, compression="none", store_schema=False))
    return Written(dataset.name, table.num_rows, store.sha256_of(target))


def _replace_private(target: Path, write: Callable[[Any], None]) -> None:
    """Write whole or not at all, readable by the owner only, on disk before the old file goes."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.parent.chmod(0o700)
    part = target.with_suffix(".part")
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    part.chmod(0o600)
    os.replace(part, target)
