"""Connected components: which of the numbered things hang together when some pairs do."""

from __future__ import annotations

import polars as pl


def labels(count: int, left: pl.Series, right: pl.Series) -> pl.Series:
    """For each of the things 0..count-1 the smallest thing of its component. Pairs may come in any order, or twice."""
    parent = list(range(count))
    for a, b in zip(left.to_list(), right.to_list(), strict=True):
        a, b = _root(parent, a), _root(parent, b)
        if a != b:
            parent[max(a, b)] = min(a, b)
    for thing in range(count):
        parent[thing] = parent[parent[thing]]
    return pl.Series("label", parent, dtype=pl.UInt32)


def _root(parent: list[int], thing: int) -> int:
    while parent[thing] != thing:
        parent[thing] = parent[parent[thing]]
        thing = parent[thing]
    return thing
