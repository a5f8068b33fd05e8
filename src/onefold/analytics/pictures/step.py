"""The step: every picture of one run, as the tables the release holds."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.pictures import shown, white_space
from onefold.analytics.pictures.cohorts import cohorts
from onefold.analytics.pictures.contributions import contributions
from onefold.analytics.pictures.crowds import ALL, Crowds, crowds, spells_now_known
from onefold.analytics.pictures.flows import flows
from onefold.analytics.pictures.periods import quarter_days
from onefold.analytics.pictures.shown import Limits
from onefold.seam import datasets as d
from onefold.seam.contracts import Dataset

Rows = list[dict[str, Any]]


def pictures(lake: Lake, as_of: date, known_on: date, limits: Limits) -> Iterator[tuple[Dataset, pa.Table]]:
    """Count everything, withhold what is small, and give each dataset as it is done."""
    by_crowd = crowds(lake)
    spells = spells_now_known(lake, by_crowd.people, known_on)
    yield from _white_space(lake, by_crowd, spells, as_of, limits)
    moved = rows_of(lake, flows(lake, spells, by_crowd.scopes, quarter_days(as_of)))
    yield d.FLOWS, _table(d.FLOWS, shown.flows(moved, limits))
    joined = rows_of(lake, cohorts(lake, spells, by_crowd.scopes, as_of))
    yield d.COHORTS, _table(d.COHORTS, shown.cohorts(joined, limits))
    homes = {row["channel"]: row["company"] for row in rows_of(lake, lake.table("channels"))}
    new = rows_of(lake, contributions(lake, by_crowd, as_of, known_on))
    yield d.CONTRIBUTIONS, _table(d.CONTRIBUTIONS, shown.contributions(new, homes, limits))


def _white_space(
    lake: Lake, by_crowd: Crowds, spells: ir.Table, as_of: date, limits: Limits
) -> Iterator[tuple[Dataset, pa.Table]]:
    cells = white_space.cells(lake, by_crowd, spells, as_of)
    matrix = shown.white_space(rows_of(lake, white_space.counted(lake, cells, by_crowd.scopes)), limits)
    yield d.WHITE_SPACE, _table(d.WHITE_SPACE, matrix)
    closing = rows_of(lake, white_space.reasons(lake, cells, by_crowd.scopes))
    yield d.GAP_REASONS, _table(d.GAP_REASONS, shown.gap_reasons(closing, matrix, limits))


def rows_of(lake: Lake, expression: ir.Table) -> Rows:
    """In one order whatever the engine's: which cells are withheld beside a small one may not be chance."""
    table = lake.arrow(expression)
    rows: Rows = table.sort_by([(name, "ascending") for name in table.column_names]).to_pylist()
    return rows


def _table(dataset: Dataset, rows: Rows) -> pa.Table:
    """A scope of which everything is withheld says nothing and is left out; elsewhere a withheld cell stays, empty."""
    optional = [column.name for column in dataset.columns if column.optional]
    saying = {scope_of(row) for row in rows if not optional or any(row[name] is not None for name in optional)}
    names = [column.name for column in dataset.columns]
    kept = [{name: row[name] for name in names} for row in rows if scope_of(row) in saying or row["scope"] == ALL]
    return pa.Table.from_pylist(kept, schema=dataset.schema)


def scope_of(row: dict[str, Any]) -> tuple[str, str]:
    return row["scope_kind"], row["scope"]
