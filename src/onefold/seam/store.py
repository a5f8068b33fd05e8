"""Checked Parquet: a dataset is written and read only in the shape of its contract.

Equal content gives equal bytes: rows are sorted by the contract's key, the writer's settings are fixed and nothing of the
moment (time, host, path) is stored. A broken contract raises `ContractBroken` and leaves no file.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onefold.seam import checksums
from onefold.seam.contracts import Dataset


class ContractBroken(ValueError):
    """The table is not of the dataset's contract: a column, a type, an empty value or a doubled key."""


@dataclass(frozen=True)
class Written:
    """One file as the manifest lists it."""

    dataset: str
    rows: int
    sha256: str


def path_of(folder: Path, dataset: Dataset) -> Path:
    return folder / f"{dataset.name}.parquet"


def write(folder: Path, dataset: Dataset, table: pa.Table) -> Written:
    """Check `table`, sort it by the key and write it whole or not at all (a crash leaves only a `.part` file)."""
    table = checked(dataset, table)
    folder.mkdir(parents=True, exist_ok=True)
    target = path_of(folder, dataset)
    part = target.with_suffix(".part")
    pq.write_table(table, part, compression="zstd", row_group_size=256_000, store_schema=False)
    return Written(dataset.name, table.num_rows, checksums.placed(part, target))


def file_of(folder: Path, dataset: Dataset) -> Path | None:
    """Return the dataset's file to read, its bytes compared with the folder's list; None if the folder has none of it.

    Nobody opens a dataset's file without asking here. Raises what `checksums.listed` does.
    """
    return checksums.listed(path_of(folder, dataset))


def read(folder: Path, dataset: Dataset) -> pa.Table:
    """Return the dataset, empty if the folder has none of it; raise `ContractBroken` if the file is of another shape, and what
    `file_of` raises."""
    source = file_of(folder, dataset)
    return conformed(dataset, pq.read_table(source)) if source else dataset.schema.empty_table()


def checked(dataset: Dataset, table: pa.Table) -> pa.Table:
    """Return `table` in the contract's columns, types and order; raise `ContractBroken` otherwise."""
    table = conformed(dataset, table)
    keys = [(name, "ascending") for name in dataset.key]
    table = table.take(pc.sort_indices(table, sort_keys=keys)) if keys else table
    repeated = repeated_keys(table, dataset.key)
    if repeated:
        raise ContractBroken(f"{dataset.name}: {repeated} rows repeat a key ({', '.join(dataset.key)})")
    return table


def repeated_keys(table: pa.Table, key: tuple[str, ...]) -> int:
    """Count the rows of a table sorted by `key` whose key is that of the row before."""
    if table.num_rows < 2:
        return 0
    before, after = table.slice(0, table.num_rows - 1), table.slice(1)
    same = pa.chunked_array([pa.repeat(True, table.num_rows - 1)])
    for name in key:
        same = pc.and_(same, pc.fill_null(pc.equal(before[name], after[name]), False))
    return int(pc.sum(same).as_py())


def conformed(dataset: Dataset, table: pa.Table) -> pa.Table:
    missing = [column.name for column in dataset.columns if column.name not in table.column_names]
    if missing:
        raise ContractBroken(f"{dataset.name}: missing columns {', '.join(missing)}")
    table = table.select([column.name for column in dataset.columns]).combine_chunks()
    try:
        table = table.cast(pa.schema([field.with_nullable(True) for field in dataset.schema]))
    except (pa.ArrowInvalid, pa.ArrowNotImplementedError) as error:
        raise ContractBroken(f"{dataset.name}: {error}") from error
    for column in dataset.columns:
        if not column.optional and table[column.name].null_count:
            raise ContractBroken(f"{dataset.name}.{column.name} is empty in {table[column.name].null_count} rows")
    return table.cast(dataset.schema)
