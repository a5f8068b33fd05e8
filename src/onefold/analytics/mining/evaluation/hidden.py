"""One owned item of each customer is hidden: which is it? Learnt from every owned item in turn, hidden in the same way.

Customers fall into five parts by a hash of their id and never straddle them; part 0 is judged.
"""

from __future__ import annotations

import hashlib
from dataclasses import replace

import numpy as np
import polars as pl
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Growth, Matrix, grown
from onefold.analytics.mining.evaluation.choosing import chosen
from onefold.analytics.mining.evaluation.description import Description
from onefold.analytics.mining.evaluation.rows import columns_of, matrix_of

PARTS = 5
LEAST = 1e-15
Flags = NDArray[np.bool_]
Reals = NDArray[np.float64]


def evaluated(frame: pl.DataFrame, description: Description) -> tuple[dict[str, float], Growth]:
    """The figures, and the way chosen by parts 2 to 4 learnt from and part 1 compared by."""
    part = np.array([number(one) % PARTS for one in frame[description.id]])
    way = chosen(
        description.ways,
        lambda way: judged(frame.filter(pl.Series(part > 0)), part[part > 0] - 1, description, way)["CLASS_LOG_LOSS"],
    )
    return judged(frame, part, description, way), way


def judged(frame: pl.DataFrame, part: NDArray[np.int64], description: Description, way: Growth) -> dict[str, float]:
    """Learn from all parts but 0, judge by 0."""
    ids = frame[description.id].to_list()
    items = sorted(description.items)
    owned = frame.select(items).to_numpy() > 0
    learning, judging = np.flatnonzero(part > 0), np.flatnonzero(part == 0)
    columns = columns_of(frame[learning], description)
    about = matrix_of(frame, columns)
    rows, target, weight = each_hidden(about[learning], owned[learning])
    growth = replace(way, objective="multiclass", classes=len(items))
    forest = grown(rows, target.astype(np.float64), growth, weight=weight, categories=columns.categories)
    hidden = np.array([picked(ids[place], owned[place]) for place in judging])
    seen = owned[judging].copy()
    seen[np.arange(len(judging)), hidden] = False
    return figures(forest.said(with_items(about[judging], seen)), hidden, seen)


def number(text: str) -> int:
    return int(hashlib.sha256(text.encode()).hexdigest(), 16)


def picked(one: str, owned: Flags) -> int:
    """Which of the owned items is hidden, by a hash."""
    places = np.flatnonzero(owned)
    return int(places[number(f"{one}#hide") % len(places)])


def each_hidden(about: Matrix, owned: Flags) -> tuple[Matrix, NDArray[np.int64], Reals]:
    """One row for each owned item, without it; which it was; and its weight, so that each customer counts once, as when judged."""
    customer, item = np.nonzero(owned)
    left = owned[customer]
    left[np.arange(len(item)), item] = False
    return with_items(about[customer], left), item, 1.0 / owned.sum(axis=1)[customer]


def with_items(about: Matrix, items: Flags) -> Matrix:
    return np.column_stack([about, items.sum(axis=1), items]).astype(np.float32)


def figures(said: Reals, hidden: NDArray[np.int64], seen: Flags) -> dict[str, float]:
    """What is seen is known; the chances of the rest are made to add up to one."""
    row = np.arange(len(hidden))
    chances = np.where(seen, 0.0, said)
    chances = np.clip(chances / chances.sum(axis=1, keepdims=True), LEAST, 1 - LEAST)
    is_it = np.zeros(said.shape, np.bool_)
    is_it[row, hidden] = True
    cells = -np.where(is_it, np.log(chances), np.log(1 - chances))
    # Equal chances are ranked against us.
    rank = (chances >= chances[row, hidden][:, None]).sum(axis=1, where=~seen)
    return {
        "CELL_LOG_LOSS": float(np.where(seen, 0.0, cells).mean()),
        "CLASS_LOG_LOSS": float(-np.log(np.clip(said[row, hidden], LEAST, 1)).mean()),
        **{f"HIT_RATE_{top}": float((rank <= top).mean()) for top in (1, 3, 5)},
        "MEAN_RECIPROCAL_RANK": float((1 / rank).mean()),
    }
