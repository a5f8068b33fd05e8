"""From source records to customers. The last step that opens the vault; what it writes is pseudonymous."""

from __future__ import annotations

from datetime import date, datetime
from typing import cast

import polars as pl
import pyarrow as pa

from onefold.analytics.linkage.customers import customers_of
from onefold.analytics.linkage.matching import matched
from onefold.analytics.linkage.naming import named
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import CUSTOMERS, MEMBERSHIPS

_MATCHED_ON = ("source_id", "kind", "name", "born_on", "id_type", "id_number", "phone")


def link_records(
    records: pa.Table, identities: pa.Table, relations: pa.Table, previous: pa.Table, on: date, known: datetime
) -> tuple[pa.Table, pa.Table]:
    """Datasets `memberships` and `customers` from `source_records`, `source_identities`, `relations` and the memberships of
    the run before (empty at first). `on`: the day of the ages; `known`: the moment new memberships become known.

    A record whose identity was forgotten (it is in `records` alone) stays a customer by itself, without attributes of the
    vault. The same input, in any order, gives the same output; with its own memberships as `previous` nothing changes.
    """
    sources = _frame(records).join(
        _frame(identities).select(_MATCHED_ON).drop("kind"), on="source_id", how="left", maintain_order="left"
    )
    found = matched(sources)
    memberships = named(found, _frame(previous), known)
    customers = customers_of(found, memberships, _frame(relations), on)
    return _table(MEMBERSHIPS, memberships), _table(CUSTOMERS, customers)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(dataset: Dataset, frame: pl.DataFrame) -> pa.Table:
    columns = frame.select(column.name for column in dataset.columns).sort(*dataset.key)
    return columns.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(dataset.schema)
