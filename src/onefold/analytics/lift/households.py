"""Households open to contact against the permanent holdout: everybody who was drawn, from the day of the draw on."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

import polars as pl
import pyarrow as pa

from onefold.analytics.lift.estimate import MILLION, Arm, Reading, compared

YEAR = 365
SCALE = MILLION * YEAR
"""From a day of one household to a million households' year."""

HELD = "HOLDOUT"
LEVELS = {"GROUP": pl.lit("ALL"), "COMPANY": pl.col("company"), "LINE": pl.col("line"), "SERIES": pl.col("series")}
"""What is summed together; a month is counted apart, for its households are others."""


class Cell(NamedTuple):
    """Where a reading belongs: see dataset `lift`."""

    outcome: str
    level: str
    row: str
    since: date
    until: date


def compare_households(
    arms: pa.Table, contracts: pl.DataFrame, outcomes: dict[str, pl.Expr], until: date
) -> Iterator[tuple[Cell, Reading]]:
    """Compare the arms over everything, by owner company, line, series and month.

    `arms`: dataset `household_arms`; `contracts`: as `new_contracts` gives them; `outcomes`: name → what a contract adds; `until`:
    first day on which a contract is too young to be called kept.
    """
    homes = households(arms, until)
    since = homes["since"].min()
    if not isinstance(since, date):
        return
    members = pl.DataFrame(arms.select(["customer_id", "household_id"])).join(homes, on="household_id")
    bought = contracts.join(members.drop("days"), on="customer_id")
    bought = bought.filter(pl.col("begun") > pl.col("since"), pl.col("begun") < until)
    for name, worth in outcomes.items():
        sold = bought.with_columns(y=worth)
        for level, key in LEVELS.items():
            yield from _rows(homes, sold.with_columns(row=key), Cell(name, level, "", since, until))
        for first, after in months(since, until):
            there = homes.filter(pl.col("since") < first).with_columns(days=pl.lit((after - first).days))
            these = sold.filter(pl.col("begun").is_between(first, after, closed="left"), pl.col("since") < first)
            yield from _rows(there, these.with_columns(row=pl.lit("ALL")), Cell(name, "MONTH", "", first, after))


def households(arms: pa.Table, until: date) -> pl.DataFrame:
    """household_id, held, since, days: the side of each household, and for how long it has been in the experiment.

    A household entered when the first of its members was drawn; a member found to be held out brings all of it to that side.
    """
    frame = pl.DataFrame(arms)
    homes = frame.group_by("household_id").agg(held=(pl.col("arm") == HELD).any(), since=pl.col("drawn_on").min())
    # The day of the draw itself does not count: who became a customer on it did so before the lot could matter.
    days = (pl.lit(until) - pl.col("since")).dt.total_days() - 1
    return homes.with_columns(days=days).filter(pl.col("days") > 0).sort("household_id")


def months(since: date, until: date) -> Iterator[tuple[date, date]]:
    """The whole calendar months within the span."""
    first = since.replace(day=1)
    while True:
        after = (first + timedelta(days=31)).replace(day=1)
        if after > until:
            return
        if first >= since:
            yield first, after
        first = after


def _rows(homes: pl.DataFrame, sold: pl.DataFrame, place: Cell) -> Iterator[tuple[Cell, Reading]]:
    """One reading for each `row` of what was sold; a household that bought nothing counts with nothing."""
    sizes = _sums(homes.with_columns(y=pl.lit(0)), [])
    by_home = sold.group_by("row", "household_id").agg(pl.col("y").sum()).join(homes, on="household_id")
    found = {(held, row): sums for (held, row), sums in _sums(by_home, ["row"]).items()}
    for row in sorted({row for _, row in found}):
        pair = [_arm(sizes.get((held, ""), {}), found.get((held, row), {})) for held in (False, True)]
        reading = compared([(pair[0], pair[1])], SCALE)
        if reading:
            yield place._replace(row=row), reading


def _sums(homes: pl.DataFrame, by: list[str]) -> dict[tuple[bool, str], dict[str, int]]:
    """Sums over households in 128 bits, for squares of money leave 64 behind."""
    y, days = (pl.col(name).cast(pl.Int128) for name in ("y", "days"))
    sums = homes.group_by("held", *by).agg(
        units=pl.len(), days=days.sum(), y=y.sum(), yy=(y * y).sum(), ye=(y * days).sum(), ee=(days * days).sum()
    )
    return {(row["held"], row["row"] if by else ""): row for row in sums.iter_rows(named=True)}


def _arm(all_of_it: dict[str, int], buyers: dict[str, int]) -> Arm:
    return Arm(
        all_of_it.get("units", 0), int(all_of_it.get("days", 0)), int(buyers.get("y", 0)), int(buyers.get("yy", 0)),
        int(buyers.get("ye", 0)), int(all_of_it.get("ee", 0)),
    )  # fmt: skip
