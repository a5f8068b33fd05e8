"""The step: every picture of one run, as the tables the release holds."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator
from datetime import date
from typing import Any

import ibis.expr.types as ir
import pyarrow as pa

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators import scoped
from onefold.analytics.pictures import funnel, shown, white_space
from onefold.analytics.pictures.cohorts import cohorts
from onefold.analytics.pictures.contributions import contributions
from onefold.analytics.pictures.crowds import ALL, GROUP, Crowds, crowds, spells_now_known
from onefold.analytics.pictures.flows import flows
from onefold.analytics.pictures.periods import ends_month, ends_quarter, quarter_days
from onefold.analytics.publication import Limits
from onefold.seam import datasets as d
from onefold.seam.contracts import Dataset

Rows = list[dict[str, Any]]
NOTHING: Rows = []


def none_before(dataset: Dataset) -> pa.Table:
    return dataset.schema.empty_table()


def pictures(
    lake: Lake,
    as_of: date,
    known_on: date,
    limits: Limits,
    figures: Rows = NOTHING,
    earlier: Callable[[Dataset], pa.Table] = none_before,
) -> Iterator[tuple[Dataset, pa.Table]]:
    """Count everything, withhold what is small, and give each dataset as it is done.

    `figures`: rows of `published_values`; `earlier`: a dataset as the release before left it.
    """
    by_crowd = crowds(lake)
    of_scopes = scoped(lake, scopes_of_customers(lake, by_crowd), as_of, known_on, limits)
    yield d.SCOPED_VALUES, pa.Table.from_pylist(of_scopes, schema=d.SCOPED_VALUES.schema)
    spells = spells_now_known(lake, by_crowd.people, known_on)
    yield from _white_space(lake, by_crowd, spells, as_of, limits, figures, earlier)
    days = quarter_days(as_of)
    running = as_of if not ends_quarter(as_of) else None
    moved = rows_of(lake, flows(lake, spells, by_crowd.scopes, days))
    before = earlier(d.FLOWS).to_pylist()
    yield d.FLOWS, _table(d.FLOWS, shown.flows(moved, limits, running, holding(figures), before))
    joined = rows_of(lake, cohorts(lake, spells, by_crowd.scopes, as_of))
    before = earlier(d.COHORTS).to_pylist()
    yield d.COHORTS, _table(d.COHORTS, shown.cohorts(joined, limits, running, before))
    new = rows_of(lake, contributions(lake, by_crowd, as_of, known_on))
    month = "" if ends_month(as_of) else as_of.replace(day=1).isoformat()
    before = earlier(d.CONTRIBUTIONS).to_pylist()
    yield d.CONTRIBUTIONS, _table(d.CONTRIBUTIONS, shown.contributions(new, limits, month, before))
    came = funnel.shown(rows_of(lake, funnel.reached(lake, as_of)), limits)
    yield d.FUNNEL, pa.Table.from_pylist(came, schema=d.FUNNEL.schema)


def scopes_of_customers(lake: Lake, by_crowd: Crowds) -> ir.Table:
    """Return (customer_id, scope_kind, scope) for every company and region."""
    below = by_crowd.scopes.filter(by_crowd.scopes.scope_kind != GROUP).select("crowd", "scope_kind", "scope")
    joined = by_crowd.people.select("customer_id", "crowd").inner_join(below, "crowd")
    return lake.kept(joined.select("customer_id", "scope_kind", "scope"))


def _white_space(
    lake: Lake,
    by_crowd: Crowds,
    spells: ir.Table,
    as_of: date,
    limits: Limits,
    figures: Rows,
    earlier: Callable[[Dataset], pa.Table],
) -> Iterator[tuple[Dataset, pa.Table]]:
    cells = white_space.cells(lake, by_crowd, spells, as_of)
    counted = rows_of(lake, white_space.counted(lake, cells, by_crowd.scopes))
    matrix = shown.white_space(counted, limits, holders(figures, as_of), earlier(d.WHITE_SPACE).to_pylist())
    yield d.WHITE_SPACE, _table(d.WHITE_SPACE, matrix)
    closing = rows_of(lake, white_space.reasons(lake, cells, by_crowd.scopes))
    yield d.GAP_REASONS, _table(d.GAP_REASONS, shown.gap_reasons(closing, matrix, limits))


def holders(figures: Rows, as_of: date) -> dict[Hashable, int | None]:
    """(SERIES or COMPANY, code) → customers who hold it, as the indicators say."""
    kinds = {"series_penetration": "SERIES", "product_penetration_strict": "COMPANY"}
    return {
        (kinds[row["indicator"]], row["row"]): row["numerator"]
        for row in figures
        if row["indicator"] in kinds and row["as_of"] == as_of
    }


def holding(figures: Rows) -> dict[Hashable, int | None]:
    """(day, number of series) → customers who hold that many, as the indicators say."""
    return {
        (row["as_of"], int(row["row"])): row["numerator"]
        for row in figures
        if row["indicator"] == "customers_by_series_count"
    }


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
