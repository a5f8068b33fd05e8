"""The permanent holdout: which households nobody contacts on a recommendation. Drawn once for each, by lot, and kept.

A household is held out if any of its members ever was: by our own draw, or because a company handed its holdout in (rows of
`campaign_members` whose arm is HOLDOUT). Who joins a household stands on its side; who leaves keeps the side.
"""

from __future__ import annotations

from datetime import date
from typing import cast

import polars as pl
import pyarrow as pa

from onefold.kernel.ids import pseudonym
from onefold.seam.datasets import HOUSEHOLD_ARMS

MILLION = 1_000_000
HELD, OPEN = "HOLDOUT", "OPEN"


def arms(
    customers: pa.Table,
    memberships: pa.Table,
    told: pa.Table,
    before: pa.Table,
    *,
    share_ppm: int,
    key: bytes,
    on: date,
) -> pa.Table:
    """Dataset `household_arms`. `told`: `campaign_members`; `before`: `holdouts` as the room exported them; `share_ppm`: the
    chance of a new household, in millionths; `key`: without it nobody can foretell the lot.
    """
    known = _known(_frame(memberships), _frame(told), _frame(before))
    people = _frame(customers).select("customer_id", "household_id").join(known, on="customer_id", how="left")
    houses = people.group_by("household_id").agg(
        (pl.col("arm") == HELD).any().fill_null(False).alias("held"), pl.col("arm").is_not_null().any().alias("placed")
    )
    houses = houses.with_columns(_drawn(houses, share_ppm, key).alias("lot"))
    people = people.join(houses, on="household_id").with_columns(
        pl.when("placed").then("held").otherwise("lot").replace_strict({True: HELD, False: OPEN}).alias("now")
    )
    stands = pl.col("arm") == pl.col("now")
    return _table(
        people.select(
            "customer_id",
            "household_id",
            pl.col("now").alias("arm"),
            pl.when(stands).then("drawn_on").otherwise(pl.lit(on)).alias("drawn_on"),
            pl.when(stands)
            .then("basis")
            .otherwise(pl.when("placed").then(pl.lit("CARRIED")).otherwise(pl.lit("DRAWN")))
            .alias("basis"),
        )
    )


def _known(memberships: pl.DataFrame, told: pl.DataFrame, before: pl.DataFrame) -> pl.DataFrame:
    """customer_id, arm, drawn_on, basis of each customer already placed: held out rather than open, the earliest day."""
    handed_in = (
        told.filter(pl.col("arm") == HELD, pl.col("known_until").is_null())
        .join(memberships.select("source_id", "customer_id"), on="source_id")
        .select("customer_id", "arm", drawn_on="assigned_on", basis=pl.lit("HANDED_IN"))
    )
    both = pl.concat([before.select("customer_id", "arm", "drawn_on", "basis"), handed_in])
    return both.sort("customer_id", "arm", "drawn_on", "basis").unique("customer_id", keep="first", maintain_order=True)


def _drawn(houses: pl.DataFrame, share_ppm: int, key: bytes) -> pl.Series:
    """The lot of each household that has none yet."""
    new = houses["placed"].not_().to_list()
    return pl.Series(
        [
            fresh and int(pseudonym(key, "holdout", house)[:12], 16) % MILLION < share_ppm
            for house, fresh in zip(houses["household_id"].to_list(), new, strict=True)
        ],
        dtype=pl.Boolean,
    )


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(frame: pl.DataFrame) -> pa.Table:
    ordered = frame.select(column.name for column in HOUSEHOLD_ARMS.columns).sort("customer_id")
    return ordered.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(HOUSEHOLD_ARMS.schema)
