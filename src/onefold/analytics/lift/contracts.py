"""The outcome: new contracts that were kept, by customer, with what each is worth."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import cast

import numpy as np
import polars as pl
import pyarrow as pa

ENDED_EARLY = ("LAPSED", "CANCELLED", "SURRENDERED")
DAY_BITS, EPOCH, NEVER = 23, 1_000_000, 3_000_000
"""A customer, a series and a day in one number: days since 1970 moved up so that none is below nothing, and one after all others."""


@dataclass(frozen=True)
class Rules:
    """What the rulebook says of an outcome: see pack `lift`."""

    free_look_days: int
    renewal_gap_days: int
    campaign_days: int

    @property
    def free_look(self) -> timedelta:
        return timedelta(days=self.free_look_days)


def new_contracts(
    contracts: pa.Table, memberships: pa.Table, series: pa.Table, margins: Mapping[str, int], rules: Rules
) -> pl.DataFrame:
    """Return customer_id, series, line, company, begun, margin of every contract that was new when it began and has not ended early.

    New: no contract of the customer's in the same series ran out within `renewal_gap_days` before. Kept: neither lapsed nor cancelled
    nor surrendered as far as is known; that its free-look period is over is seen to by whoever chooses the days. Currencies are not
    asked: a margin is the group's own standard, in its own currency, by series.
    """
    newest = _frame(contracts.select(["source_id", "series", "status", "valid_from", "valid_until", "known_until"]))
    newest = newest.filter(pl.col("known_until").is_null()).drop("known_until")
    who = _frame(memberships.select(["source_id", "customer_id"]))
    sorts = _frame(series.select(["series", "line", "company"]))
    held = newest.join(who, on="source_id").drop("source_id").join(sorts, on="series", maintain_order="left")
    fresh = held.filter(_begins_anew(held, rules.renewal_gap_days) & ~held["status"].is_in(ENDED_EARLY))
    worth = pl.col("series").replace_strict(dict(margins), default=0, return_dtype=pl.Int64)
    return fresh.select("customer_id", "series", "line", "company", begun="valid_from", margin=worth)


def _begins_anew(held: pl.DataFrame, gap: int) -> pl.Series:
    """Whether no contract of the same customer and series ended on the day it began or within the days before."""
    who, what = (held[name].rank("dense").to_numpy().astype(np.int64) for name in ("customer_id", "series"))
    began, ended = (
        held[name].cast(pl.Int32).fill_null(NEVER).to_numpy().astype(np.int64) + EPOCH
        for name in ("valid_from", "valid_until")
    )
    pair = (who * (what.max(initial=0) + 1) + what) << DAY_BITS
    ends = np.sort(pair + ended)
    earliest, latest = np.searchsorted(ends, pair + began - gap), np.searchsorted(ends, pair + began, side="right")
    return pl.Series(earliest == latest)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))
