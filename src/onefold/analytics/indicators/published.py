"""What of the indicators leaves the run: both datasets, small counts withheld."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators.compute import figures
from onefold.analytics.indicators.days import Days, cut
from onefold.analytics.indicators.registry import registered
from onefold.analytics.indicators.shown import MONEY, Catalogue, Row, values
from onefold.analytics.indicators.shown_movements import movements
from onefold.analytics.publication import Limits, three_digits
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import PUBLISHED_MOVEMENTS, PUBLISHED_VALUES

SCOPE = ("scope_kind", "scope")
ORDER = ("basis", "indicator", "as_of_before", "as_of", "row", "column", "part", "channel")
PLAIN = "active_customers"
"""A plain count is over 1."""
Behind = Mapping[tuple[date, str], tuple[int, int]]


def contracts_behind(lake: Lake, days: Days) -> Behind:
    """Return how many contracts stand behind a line's amounts, (day, line) → (through sister companies' channels, others)."""
    return {(row["as_of"], row["line"]): (row["crossed"], row["own"]) for row in _by_line(lake, days)}


def _by_line(lake: Lake, days: Days) -> list[Row]:
    crossed = (days.contracts.company != days.contracts.channel_company).fill_null(False)
    contracts = days.contracts.mutate(crossed=crossed.cast("int32"))
    counted = days.each_day(contracts, "line", crossed=contracts.crossed.sum(), contracts=contracts.count())
    found: list[Row] = lake.arrow(counted.mutate(own=counted.contracts - counted.crossed)).to_pylist()
    return found


def scoped(lake: Lake, scopes: ir.Table, as_of: date, known_on: date, limits: Limits) -> list[Row]:
    """Return rows of dataset `scoped_values`: every figure over the customers of a company or a region, rounded.

    `scopes`: customer_id, scope_kind, scope; a customer may be in several. Rounded counts cannot be subtracted from the group's.
    """
    days = cut(lake, [as_of], known_on, by=SCOPE, keep=True, groups=scopes)
    behind = {(*(row[name] for name in SCOPE), row["line"]): row for row in _by_line(lake, days)}
    tables = [lake.arrow(figures(one, days)) for one in registered()]
    rows = (row for table in tables for row in table.to_pylist())
    shown = (
        _money(row, behind[row["scope_kind"], row["scope"], row["row"]], limits)
        if row["indicator"] == MONEY
        else _rounded(row, limits)
        for row in rows
    )
    return [row for row in shown if row["denominator"] is not None]


def _rounded(row: Row, limits: Limits) -> Row:
    plain = row["indicator"] == PLAIN
    return row | {
        "numerator": limits.rounded(row["numerator"]),
        "denominator": row["denominator"] if plain else limits.rounded(row["denominator"]),
    }


def _money(row: Row, contracts: Row, limits: Limits) -> Row:
    few = [0 < contracts[name] < limits.least for name in ("crossed", "own", "contracts")]
    return row | {
        "numerator": None if any(few) else three_digits(row["numerator"]),
        "denominator": None if few[2] else three_digits(row["denominator"]),
    }


def published(
    measured: list[Row], moved: list[Row], behind: Behind, owner: Mapping[str, str], limits: Limits, before: list[Row]
) -> Iterator[tuple[Dataset, list[Row]]]:
    """Give both datasets from rows of `indicator_values` and `movements`.

    `owner`: series → company; `before`: `published_values` of the release before.
    """
    catalogue, units = Catalogue(owner), {one.name: one.unit for one in registered()}
    shown = values(_in_order(measured), behind, catalogue, units, limits, before)
    yield PUBLISHED_VALUES, shown
    yield PUBLISHED_MOVEMENTS, movements(_in_order(moved), shown, catalogue, limits, before)


def _in_order(rows: list[Row]) -> list[Row]:
    """What is withheld beside a small count depends on which comes first; the engine gives rows in any order."""
    return sorted(rows, key=lambda row: [str(row.get(name, "")) for name in ORDER])
