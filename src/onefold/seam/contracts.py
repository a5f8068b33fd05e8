"""What a dataset contract is: a plural noun, its grain, its typed columns. Written and read only through `seam.store`."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa

TEXT, WHOLE, SMALL, DAY, FLAG = pa.string(), pa.int64(), pa.int32(), pa.date32(), pa.bool_()
INSTANT = pa.timestamp("us", tz="UTC")
BYTES = pa.binary()


@dataclass(frozen=True)
class Column:
    """One column: its Arrow type, whether it may be empty, and what it means in one line."""

    name: str
    type: pa.DataType
    meaning: str
    optional: bool = False


@dataclass(frozen=True)
class Dataset:
    """One dataset. `key` is unique and is the sort order on disk, so equal content gives equal bytes."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    vault: bool = False
    """True where identifying values live: such a dataset is sealed row by row and never enters the lake."""

    @property
    def schema(self) -> pa.Schema:
        return pa.schema([pa.field(column.name, column.type, nullable=column.optional) for column in self.columns])
