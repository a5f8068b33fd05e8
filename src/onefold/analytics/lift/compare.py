"""Dataset `lift`: all measures together."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict
from datetime import date

import polars as pl
import pyarrow as pa

from onefold.analytics.lift.campaigns import compare_campaigns, drawn_members
from onefold.analytics.lift.contracts import Rules, new_contracts
from onefold.analytics.lift.estimate import Reading
from onefold.analytics.lift.households import Cell, compare_households
from onefold.seam.datasets import LIFT

HOLDOUT = "HOLDOUT"
Found = tuple[str, Cell, Reading]


def lift(
    contracts: pa.Table,
    memberships: pa.Table,
    arms: pa.Table,
    members: pa.Table,
    series: pa.Table,
    *,
    margins: Mapping[str, int],
    rules: Rules,
    as_of: date,
) -> pa.Table:
    """Dataset `lift` as of a day, from contracts, memberships, household_arms, campaign_members and product_series.

    `margins`: series → standard margin of a new contract in minor units, the rulebook's, never a fee.
    """
    sold = new_contracts(contracts, memberships, series, margins, rules)
    outcomes = {"CONTRACTS": pl.lit(1, pl.Int64), "PROFIT": pl.col("margin")}
    mature = as_of - rules.free_look
    found = [(HOLDOUT, *pair) for pair in compare_households(arms, sold, outcomes, mature)]
    drawn = drawn_members(members, memberships, arms)
    over = drawn.filter(pl.col("assigned_on") + pl.duration(days=rules.campaign_days + 1) <= mature)
    sorts = pl.DataFrame(series.select(["series", "line", "company"]))
    found += compare_campaigns(over, sold, sorts, outcomes, rules.campaign_days)
    return pa.Table.from_pylist(list(_rows(found)), schema=LIFT.schema)


def _rows(found: list[Found]) -> Iterator[dict[str, object]]:
    for measure, cell, reading in found:
        yield {"measure": measure, **cell._asdict(), **asdict(reading)}
