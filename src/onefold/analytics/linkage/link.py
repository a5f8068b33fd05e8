"""The whole of linkage, from tables to tables. Together with landing the only step that opens the vault; what it writes is pseudonymous."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import cast

import polars as pl
import pyarrow as pa

from onefold.analytics.linkage.customers import customers_of
from onefold.analytics.linkage.joining import CANDIDATE, NOTHING, RULED, joined
from onefold.analytics.linkage.likely import Engine, likely
from onefold.analytics.linkage.matching import matched
from onefold.analytics.linkage.model import Model, model_of, model_table
from onefold.analytics.linkage.naming import named
from onefold.analytics.linkage.terms import Terms
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import CUSTOMERS, LINK_CANDIDATES, MEMBERSHIPS

_MATCHED_ON = ("source_id", "kind", "name", "born_on", "id_type", "id_number", "phone", "email", "address")


@dataclass(frozen=True)
class Likeness:
    """With what records are compared that share no strong key: terms of policy, an engine (opened when there is something to
    compare), and the model of the run before."""

    terms: Terms
    engine: Engine
    kept: pa.Table | None = None


@dataclass(frozen=True)
class Linked:
    """The datasets of these names; `model` is `linkage_models`."""

    memberships: pa.Table
    customers: pa.Table
    candidates: pa.Table
    model: pa.Table


def link_records(
    records: pa.Table,
    identities: pa.Table,
    relations: pa.Table,
    previous: pa.Table,
    on: date,
    known: datetime,
    likeness: Likeness | None = None,
    rulings: pa.Table | None = None,
) -> Linked:
    """Link `source_records` by `source_identities`; `previous` are the memberships of the run before (empty at first). Without
    `likeness` strong keys alone decide. `on`: the day of the ages; `known`: the moment new memberships become known; `rulings`: dataset `link_rulings`, heeded with likeness.

    A record whose identity was forgotten (it is in `records` alone) stays a customer by itself, without attributes of the
    vault. The same input, in any order, gives the same output; with its own memberships as `previous` nothing changes.
    """
    sources = _frame(records).join(
        _frame(identities).select(_MATCHED_ON).drop("kind"), on="source_id", how="left", maintain_order="left"
    )
    found, before, model = matched(sources), _frame(previous), None
    candidates = pl.DataFrame(schema=CANDIDATE)
    if likeness is not None:
        told = likely(found, likeness.terms, likeness.engine, model_of(likeness.kept))
        model = told.model
        found, candidates = joined(
            found,
            told.pairs,
            before.select("source_id", "customer_id"),
            likeness.terms,
            NOTHING if rulings is None else _frame(rulings).select(list(RULED)),
        )
    memberships = named(found, before, known)
    customers = customers_of(found, memberships, _frame(relations), on)
    return Linked(
        _table(MEMBERSHIPS, memberships),
        _table(CUSTOMERS, customers),
        _table(LINK_CANDIDATES, candidates),
        model_table(cast(Model | None, model)),
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(dataset: Dataset, frame: pl.DataFrame) -> pa.Table:
    columns = frame.select(column.name for column in dataset.columns).sort(*dataset.key)
    return columns.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(dataset.schema)
