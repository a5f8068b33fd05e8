"""One offer per customer, and no more per seller than a seller can work. Best score first, ties by stable codes."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from onefold.decision.core import rank

CHOSEN = pa.schema(
    [
        ("customer_id", pa.string()),
        ("series", pa.string()),
        ("seller", pa.string()),
        ("score", pa.int32()),
        ("value_minor", pa.int64()),
        ("basis", pa.int32()),
        ("action", pa.string()),
        ("because", pa.string()),
    ]
)


def best_of_each_customer(decisions: pa.Table) -> pa.Table:
    """Return each customer's best passing candidate of dataset `decisions`, shape CHOSEN; who has none is left out."""
    series = decisions["series"].combine_chunks()
    customer = np.asarray(series.value_parent_indices())
    flat = {
        name: decisions[name].combine_chunks().flatten()
        for name in ("sellers", "blocked", "missing", "scores", "values", "bases", "actions", "because")
    }
    value = np.asarray(flat["values"])
    passed = ((np.asarray(flat["blocked"]) | np.asarray(flat["missing"])) == 0) & (value > 0)
    # Candidates stand sorted by code within a customer, so their place breaks ties as the code would.
    place = rank(customer, passed, value, np.arange(len(customer)))
    best = pa.array(np.flatnonzero(place == 1))
    columns = [
        decisions["customer_id"].combine_chunks().take(pa.array(customer)).take(best),
        series.flatten().take(best),
        *(flat[name].take(best) for name in ("sellers", "scores", "values", "bases", "actions", "because")),
    ]
    return pa.Table.from_arrays(columns, schema=CHOSEN)


def within_capacity(chosen: pa.Table, leads_per_seller: int) -> pa.Table:
    """Return the best `leads_per_seller` rows of each seller, with `rank` from 1 within the seller.

    Taking the best of the best of parts gives the same as taking the best of the whole, so parts may come one by one.
    """
    columns = {name: _comparable(chosen[name]) for name in ("seller", "customer_id", "series")}
    everyone = np.ones(len(chosen), np.bool_)
    place = rank(
        columns["seller"], everyone, np.asarray(chosen["value_minor"]), columns["customer_id"], columns["series"]
    )
    kept = np.flatnonzero(place <= leads_per_seller)
    return chosen.take(pa.array(kept)).append_column("rank", pa.array(place[kept]))


def _comparable(column: pa.ChunkedArray) -> np.ndarray:
    return np.array(column.to_pylist(), dtype=np.str_)
