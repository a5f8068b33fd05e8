"""The union of periods, whatever the order in which an engine happens to see them."""

from __future__ import annotations

from pathlib import Path
from random import Random

import ibis
import pyarrow as pa

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.features.periods import united

GROUPS = 400
PERIODS = [(1, 4), *[(6, 11)] * 4, (8, 11), *[(20, 30)] * 3, (21, 22), (25, 26), (30, 31)]
UNION = [(1, 4), (6, 11), (20, 31)]


def test_periods_that_are_alike_reach_back_over_no_gap(tmp_path: Path) -> None:
    """Rows that tie may come in another order in each window; a running maximum and a running count must not disagree."""
    rows = [(group, start, until) for group in range(GROUPS) for start, until in PERIODS]
    Random(1).shuffle(rows)
    table = pa.table(dict(zip(("group", "start", "until"), map(list, zip(*rows, strict=True)), strict=True)))
    with open_lake(tmp_path) as lake:
        found = united(lake.kept(ibis.memtable(table)), ["group"], "start", "until")
        islands = lake.arrow(found.order_by("group", "start")).to_pylist()
    assert [(row["group"], row["start"], row["until"]) for row in islands] == [
        (group, *island) for group in range(GROUPS) for island in UNION
    ]
