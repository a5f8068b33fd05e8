"""Whom the models learn from: customers drawn by their id, on two past days a horizon apart, with what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.customers import customer_features
from onefold.analytics.features.known import seen
from onefold.analytics.mining import outcomes

HEX = 8
HALF = "8"
SPLIT_AT = 16
"""Place of the digit of an id that says to which half of a sample a customer belongs; far from those that drew the sample."""


@dataclass(frozen=True)
class Snapshot:
    """Customers on one past day, and what came of them within the horizon."""

    as_of: date
    features: pa.Table
    bought: NDArray[np.bool_]
    """n x S over the series asked for"""
    gave_up: NDArray[np.bool_]

    @property
    def first_half(self) -> NDArray[np.bool_]:
        """By a digit of the id: the same customers on every day."""
        return halves(self.features["customer_id"])


def halves(ids: pa.ChunkedArray) -> NDArray[np.bool_]:
    digit = pc.utf8_slice_codeunits(ids, SPLIT_AT, SPLIT_AT + 1)
    return np.asarray(pc.less(digit, HALF).combine_chunks(), dtype=np.bool_)


@dataclass(frozen=True)
class Window:
    """How far ahead an outcome may lie, what it takes to be kept, and how many customers are looked at at most."""

    horizon_days: int
    free_look_days: int
    rows_max: int


def snapshots(
    lake: Lake, series: list[str], days: Sequence[date], known_at: datetime, window: Window
) -> list[Snapshot]:
    """Look at one sample of the customers on each of the days: at those who had begun some contract by then."""
    if not days:
        return []
    panel = lake.kept(drawn(lake, window.rows_max).cross_join(ibis.memtable({"as_of": list(days)})))
    features = lake.arrow(customer_features(lake, panel, known_at).order_by("as_of", "customer_id"))
    features = features.filter(pc.is_valid(features["tenure_days"]))
    new = lake.arrow(outcomes.bought(lake, panel, window.horizon_days, window.free_look_days))
    lost = lake.arrow(outcomes.given_up(lake, panel, window.horizon_days))
    return [
        _taken(day, _of_day(features, day), _of_day(new, day), _of_day(lost, day)["customer_id"], series)
        for day in days
    ]


def _of_day(rows: pa.Table, day: date) -> pa.Table:
    return rows.filter(pc.equal(rows["as_of"], pa.scalar(day)))


def _taken(day: date, features: pa.Table, new: pa.Table, lost: pa.ChunkedArray, series: list[str]) -> Snapshot:
    ids = features["customer_id"].combine_chunks()
    return Snapshot(day, features, laid_out(new, ids, series), found_among(ids, lost))


def drawn(lake: Lake, rows_max: int) -> ir.Table:
    """Customers by the least ids: ids are hashes, so that is a draw, and the same customers are drawn again in another run."""
    people = seen(lake, "customers").select("customer_id")
    size = int(lake.arrow(people.aggregate(n=people.count()))["n"][0].as_py())
    if size > rows_max:
        limit = f"{int(rows_max / size * 16**HEX):0{HEX}x}"
        people = people.filter(people.customer_id < limit)
    return people


def laid_out(rows: pa.Table, ids: pa.Array, series: list[str]) -> NDArray[np.bool_]:
    """(customer_id, series) as a matrix of the ids x series; what has no place is left out."""
    matrix = np.zeros((len(ids), len(series)), np.bool_)
    row = pc.index_in(rows["customer_id"], ids).fill_null(-1).to_numpy()
    column = pc.index_in(rows["series"], pa.array(series, pa.string())).fill_null(-1).to_numpy()
    placed = (row >= 0) & (column >= 0)
    matrix[row[placed], column[placed]] = True
    return matrix


def found_among(ids: pa.Array, some: pa.ChunkedArray) -> NDArray[np.bool_]:
    return np.asarray(pc.is_in(ids, some.combine_chunks()), dtype=np.bool_)


def days_of(as_of: date, horizon_days: int) -> tuple[date, date]:
    """The day a model learns from and the later one it is judged on: outcomes of both lie in the past."""
    horizon = timedelta(days=horizon_days)
    return as_of - 2 * horizon, as_of - horizon


def days_before(as_of: date, horizon_days: int, count: int) -> list[date]:
    """So many days, a horizon apart, before the day a model learns from; the nearest first."""
    return [as_of - timedelta(days=horizon_days * number) for number in range(3, 3 + count)]


def happened(lake: Lake, since: date) -> int:
    """Contracts that began after the day: no more outcomes can there be."""
    held = seen(lake, "holdings")
    new = held.filter(held.known_until.isnull(), held.valid_from > since)
    return int(lake.arrow(new.aggregate(n=new.count()))["n"][0].as_py())
