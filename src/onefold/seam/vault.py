"""The vault: datasets of identifying values, sealed record by record, each with a key of its own.

On disk a sealed dataset shows its key columns, the company and instants; the rest of each row is one AES-256-GCM text. A
record's key is a keyed BLAKE2b of its random salt (`seam.salts`). `forget` destroys salts, and with them the records, for good:
no backup of the sealed files brings them back (a backup of the salts would: keep it as short as the promise to erase allows).

Equal input gives equal bytes: the nonce is a keyed hash of the text, so it repeats only where the text repeats. Swapping two
records' texts is noticed: no two records share a key.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from onefold.kernel.keys import VAULT, Ring, id_of, ring_of
from onefold.kernel.refusals import Kind, Refusal
from onefold.seam import salts, store
from onefold.seam.contracts import INSTANT, Dataset
from onefold.seam.store import Written

KEY_BYTES, NONCE_BYTES = 32, 12
SEALED = "sealed"
LOCKED, KEPT_FOLDER = "locked", "landing"
"""Beside the vault landing keeps what it read; its files of this ending hold values of several persons each."""
_ALL = "all"
_ROWS_AT_ONCE = 200_000
_NOTHING = -1


VAULT_KEY = b"onefold.vault_key"
"""In the head of a sealed file: the id of the master key. Files of before keys had ids have none."""


class VaultBroken(Refusal):
    """The vault cannot be read: lost salts, another key under the same name, or bytes that were changed."""


class SaltLost(VaultBroken):
    code = "VAULT_SALT_LOST"
    kind = Kind.CONFLICT
    sentence = {
        "en": "The vault's {dataset} holds a record whose salt is lost. Nothing was changed. Put vault/keys back from its backup.",
        "zh-Hans": "保险库数据集 {dataset} 中有记录的盐值已丢失。未作任何更改。请从备份恢复 vault/keys。",
    }


class RecordShut(VaultBroken):
    code = "VAULT_RECORD_SHUT"
    kind = Kind.CONFLICT
    sentence = {
        "en": "A record of the vault's {dataset} does not open: another vault key, or changed bytes. Nothing was changed. Put "
        "secrets and vault back from one backup.",
        "zh-Hans": "保险库数据集 {dataset} 中有记录无法解开：密钥不符或内容被改动。未作任何更改。请从同一份备份恢复 secrets 与 vault。",
    }


@dataclass(frozen=True)
class VaultKeys:
    """The master key of one vault, with which it is sealed; the keys with which it may be opened; the folder of its salts."""

    folder: Path
    ring: Ring

    @property
    def master(self) -> bytes:
        return self.ring.current.secret

    @staticmethod
    def for_folder(folder: Path, master: bytes) -> VaultKeys:
        if len(master) < KEY_BYTES:
            raise ValueError(f"the vault key has {len(master)} bytes; {KEY_BYTES} are needed")
        return VaultKeys(folder, ring_of(VAULT, master))

    @staticmethod
    def of_ring(folder: Path, ring: Ring) -> VaultKeys:
        return VaultKeys(folder, ring)

    def opening(self, key_id: str) -> VaultKeys:
        """The same salts, with the master key of this id (none: of before keys had ids). Raises `keys.KeyWrong`."""
        return VaultKeys(self.folder, ring_of(VAULT, self.ring.secret_of(key_id)))


def seal(folder: Path, dataset: Dataset, table: pa.Table, keys: VaultKeys) -> Written:
    """Write `table` sealed. Records that were forgotten are left out, however often they arrive again.

    Raises `store.ContractBroken` as `store.write` does. Salts are on disk before the records that need them.
    """
    if not dataset.vault:
        raise ValueError(f"{dataset.name} is no dataset of the vault")
    table = store.checked(dataset, table)
    pieces = (with_sealed(dataset, part, rows, keys) for part, rows in _parts(table))
    return write_sealed(folder, dataset, pieces, keys.master)


def with_sealed(dataset: Dataset, part: str, table: pa.Table, keys: VaultKeys) -> pa.Table:
    """The clear columns of these rows of one part (company) and SEALED, which is empty where a record was forgotten."""
    ids = ids_of(dataset, table)
    found = salts.salts_made(keys.folder, dataset.name, part, ids)
    pieces = [
        _sealed(keys.master, found[at : at + _ROWS_AT_ONCE], texts_of(dataset, table.slice(at, _ROWS_AT_ONCE)))
        for at in range(0, table.num_rows, _ROWS_AT_ONCE)
    ]
    clear = table.select([name for name in clear_columns(dataset) if name in table.column_names])
    return clear.append_column(SEALED, pa.chunked_array(pieces, pa.binary()))


def write_sealed(
    folder: Path, dataset: Dataset, pieces: Iterable[pa.Table], master: bytes, *, durable: bool = False
) -> Written:
    """Write the clear columns and SEALED of the parts, in the order of the parts; a row without SEALED is left out.

    `master` sealed them; its id is written into the file's head. `durable`: in the place of a file that is in use.
    """
    fields = [dataset.schema.field(name) for name in clear_columns(dataset)]
    schema = pa.schema([*fields, pa.field(SEALED, pa.binary())])
    target, rows = store.path_of(folder, dataset), 0

    def write(file: object) -> None:
        nonlocal rows
        with pq.ParquetWriter(file, schema, compression="none", store_schema=False, use_dictionary=["company"]) as to:
            to.add_key_value_metadata({VAULT_KEY: id_of(master)})
            for piece in pieces:
                piece = piece.filter(pc.is_valid(piece[SEALED])).select(schema.names).cast(schema)
                to.write_table(piece)
                rows += piece.num_rows

    sha256 = salts.write_private(target, write, durable=durable)
    return Written(dataset.name, rows, sha256)


def open_(folder: Path, dataset: Dataset, keys: VaultKeys) -> pa.Table:
    """The dataset in clear, without forgotten records; empty if the vault has none of it.

    Raises `VaultBroken`, `keys.KeyWrong` for a file of a key that is not in the ring, and what `store.file_of` raises.
    """
    path = store.file_of(folder, dataset)
    if path is None:
        return dataset.schema.empty_table()
    table = pq.read_table(path)
    opening = keys.opening(key_of(table.schema))
    pieces = [_in_clear(dataset, part, rows, opening) for part, rows in _parts(table)]
    clear = pa.concat_tables(pieces) if pieces else dataset.schema.empty_table()
    return store.conformed(dataset, clear)


def key_of(schema: pa.Schema) -> str:
    """The id of the key that a sealed file's head names; empty for a file of before keys had ids."""
    return str((schema.metadata or {}).get(VAULT_KEY, b"").decode())


def forget(folder: Path, ids: Iterable[str]) -> int:
    """Destroy the keys of these records (source ids, contract ids, sellers) in every dataset; how many there were.

    What is forgotten stays so: the id remains as a tombstone, and `seal` leaves it out from then on. What landing keeps and
    cannot be told apart by person goes as a whole; the next run makes it again.
    """
    count = salts.forget(folder, ids)
    for path in (folder / KEPT_FOLDER).glob(f"*.{LOCKED}"):
        path.unlink(missing_ok=True)
    return count


def clear_columns(dataset: Dataset) -> list[str]:
    """What of a dataset lies open: its key, the company, and when things came to be known."""
    return [
        column.name
        for column in dataset.columns
        if column.name in dataset.key or column.name == "company" or column.type == INSTANT
    ]


def ids_of(dataset: Dataset, table: pa.Table) -> pa.Array:
    texts = [table[name].cast(pa.string()) for name in dataset.key]
    ids = texts[0] if len(texts) == 1 else pc.binary_join_element_wise(*texts, ":")
    return ids.combine_chunks() if isinstance(ids, pa.ChunkedArray) else ids


def _parts(table: pa.Table) -> Iterator[tuple[str, pa.Table]]:
    """The rows by company, in the companies' order."""
    if "company" not in table.column_names:
        yield _ALL, table
        return
    for company in sorted(pc.unique(table["company"]).to_pylist()):
        yield company, table.filter(pc.equal(table["company"], company))


# One record


def _record_keys(master: bytes, salts_: pa.Array) -> Iterator[bytes | None]:
    """For each salt the key of its record and that of the record's nonces, KEY_BYTES each; nothing where there is no salt."""
    keyed = blake2b(key=master).copy  # the master key is mixed in once for all
    for salt in salts_.to_pylist():
        if salt is None:
            yield None
            continue
        of_record = keyed()
        of_record.update(salt)
        yield of_record.digest()


def _sealed(master: bytes, found: pa.Array, texts: list[bytes]) -> pa.Array:
    sealed: list[bytes | None] = []
    for keys, text in zip(_record_keys(master, found), texts, strict=True):
        if keys is None:
            sealed.append(None)
            continue
        nonce = blake2b(text, digest_size=NONCE_BYTES, key=keys[KEY_BYTES:]).digest()
        sealed.append(nonce + AESGCM(keys[:KEY_BYTES]).encrypt(nonce, text, None))
    return pa.array(sealed, pa.binary())


def _in_clear(dataset: Dataset, part: str, table: pa.Table, keys: VaultKeys) -> pa.Table:
    table, found = _remembered(dataset, part, table, keys.folder)
    return _table_of(dataset, table.drop_columns([SEALED]), _texts(dataset, table, found, keys.master))


def sealed_anew(dataset: Dataset, table: pa.Table, keys: VaultKeys, master: bytes) -> Iterator[pa.Table]:
    """The parts of a sealed table, opened with `keys` and sealed with `master`; the forgotten are left out."""
    for part, rows in _parts(table):
        rows, found = _remembered(dataset, part, rows, keys.folder)
        sealed = _sealed(master, found, _texts(dataset, rows, found, keys.master))
        yield rows.set_column(rows.column_names.index(SEALED), SEALED, sealed)


def _remembered(dataset: Dataset, part: str, table: pa.Table, folder: Path) -> tuple[pa.Table, pa.Array]:
    """The rows that are not forgotten, and their salts."""
    ids = ids_of(dataset, table)
    gone = pc.is_in(ids, value_set=salts.forgotten(folder, dataset.name))
    table, ids = table.filter(pc.invert(gone)), ids.filter(pc.invert(gone))
    return table, salts.salts_of(folder, dataset.name, part, ids)


def _texts(dataset: Dataset, table: pa.Table, found: pa.Array, master: bytes) -> list[bytes]:
    texts = []
    for record_keys, text in zip(_record_keys(master, found), table[SEALED].to_pylist(), strict=True):
        if record_keys is None:
            raise SaltLost(dataset=dataset.name)
        try:
            texts.append(AESGCM(record_keys[:KEY_BYTES]).decrypt(text[:NONCE_BYTES], text[NONCE_BYTES:], None))
        except InvalidTag:
            raise RecordShut(dataset=dataset.name) from None
    return texts


# Rows to texts and back: the length of each hidden value (four bytes each), then the values one after the other


def _hidden(dataset: Dataset) -> list[pa.Field]:
    clear = set(clear_columns(dataset))
    return [field for field in dataset.schema if field.name not in clear]


def texts_of(dataset: Dataset, table: pa.Table) -> list[bytes]:
    """The hidden values of each row as one text. Days are written as whole numbers."""
    columns = [_as_bytes(table[field.name], field.type) for field in _hidden(dataset)]
    lengths = np.empty((table.num_rows, len(columns)), "<i4")
    for place, column in enumerate(columns):
        lengths[:, place] = pc.fill_null(pc.binary_length(column), _NOTHING).to_numpy()
    size = 4 * len(columns)
    head = pa.FixedSizeBinaryArray.from_buffers(
        pa.binary(size), table.num_rows, [None, pa.py_buffer(lengths.tobytes())]
    )
    filled = [pc.fill_null(column, b"") for column in columns]
    texts: list[bytes] = pc.binary_join_element_wise(head.cast(pa.binary()), *filled, b"").to_pylist()
    return texts


def _as_bytes(column: pa.ChunkedArray, type_: pa.DataType) -> pa.Array:
    array = column.combine_chunks()
    if pa.types.is_date32(type_):
        array = array.cast(pa.int32())
    binary = array if pa.types.is_binary(type_) else array.cast(pa.string()).cast(pa.binary())
    return binary.combine_chunks() if isinstance(binary, pa.ChunkedArray) else binary


def _table_of(dataset: Dataset, clear: pa.Table, texts: list[bytes]) -> pa.Table:
    hidden = _hidden(dataset)
    width = len(hidden)
    heads = b"".join([text[: 4 * width] for text in texts])
    lengths = np.frombuffer(heads, "<i4").reshape(len(texts), width)
    absent = lengths == _NOTHING
    sizes = np.concatenate((np.full((len(texts), 1), 4 * width), np.where(absent, 0, lengths)), axis=1, dtype=np.int64)
    ends = np.concatenate(([0], np.cumsum(sizes.ravel())))
    whole = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(ends) - 1, [None, pa.py_buffer(ends.tobytes()), pa.py_buffer(b"".join(texts))]
    )
    for place, field in enumerate(hidden):
        places = pa.array(np.arange(place + 1, len(ends) - 1, width + 1), mask=absent[:, place])
        clear = clear.append_column(field.name, _from_bytes(whole.take(places), field.type))
    return clear


def _from_bytes(values: pa.Array, type_: pa.DataType) -> pa.Array:
    if pa.types.is_binary(type_):
        return values.cast(pa.binary())
    texts = values.cast(pa.large_string())
    return texts.cast(pa.int32()).cast(type_) if pa.types.is_date32(type_) else texts.cast(type_)


# Whole texts: what is kept between runs and holds identifying values


def locked_up(master: bytes, text: bytes) -> bytes:
    """`text` sealed as one, after the id of its key."""
    nonce = os.urandom(NONCE_BYTES)
    key = blake2b(b"whole", key=master, digest_size=KEY_BYTES).digest()
    return id_of(master).encode() + nonce + AESGCM(key).encrypt(nonce, text, None)


def unlocked(master: bytes, sealed: bytes) -> bytes:
    """The text that `locked_up` sealed; raises `VaultBroken`."""
    try:
        sealed = sealed.removeprefix(id_of(master).encode())
        key = blake2b(b"whole", key=master, digest_size=KEY_BYTES).digest()
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], None)
    except InvalidTag:
        raise RecordShut(dataset="landing") from None
