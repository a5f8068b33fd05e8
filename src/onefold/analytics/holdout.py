"""The permanent holdout: which households nobody contacts on a recommendation. Drawn once for each, by lot, and kept.

A household is held out if any of its members ever was: by our own draw, or because a company handed its holdout in (rows of
`campaign_members` whose arm is HOLDOUT). Where a company keeps a holdout of its own, its lot decides: those it did not hold out are open
since the same day, and nobody draws for them again. Who joins a household stands on its side; who leaves keeps the side.
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
    contracts: pa.Table,
    told: pa.Table,
    before: pa.Table,
    *,
    share_ppm: int,
    key: bytes,
    on: date,
) -> pa.Table:
    """Dataset `household_arms`. `contracts`: source_id, company, valid_from of dataset `contracts`; `told`: `campaign_members`; `before`:
    `holdouts` as the room exported them; `share_ppm`: the chance of a new household, in millionths; `key`: without it nobody can
    foretell the lot.
    """
    known = _known(_frame(memberships), _frame(contracts), _frame(told), _frame(before), on)
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


def _known(
    memberships: pl.DataFrame, contracts: pl.DataFrame, told: pl.DataFrame, before: pl.DataFrame, on: date
) -> pl.DataFrame:
    """customer_id, arm, drawn_on, basis of each customer already placed: held out rather than open, as kept, the earliest day."""
    records = memberships.select("source_id", "customer_id").join(_begun(contracts), on="source_id", how="left")
    lots = told.filter(pl.col("arm") == HELD, pl.col("known_until").is_null())
    held = lots.select("source_id", "assigned_on").join(records, on="source_id").with_columns(arm=pl.lit(HELD))
    # A lot goes on until the newest customer it held out: who came later may not have been drawn yet.
    spans = lots.with_columns(last=pl.col("assigned_on").max().over("campaign"))
    spans = spans.group_by("campaign", "company").agg(pl.col("assigned_on").min(), pl.col("last").first())
    open_ = records.join(spans, on="company").filter(pl.col("begun") <= pl.col("last"))
    open_ = open_.join(before, on="customer_id", how="anti").with_columns(arm=pl.lit(OPEN))
    # A customer is in the experiment from the lot on, and not before being one: on both sides by the same rule.
    entered = pl.max_horizontal("assigned_on", pl.col("begun").fill_null(on))
    columns = (pl.col("customer_id"), pl.col("arm"), entered.alias("drawn_on"), pl.lit("HANDED_IN").alias("basis"))
    told_of = pl.concat([side.select(*columns) for side in (held, open_)]).with_columns(kept=pl.lit(1))
    kept = before.select("customer_id", "arm", "drawn_on", "basis", kept=pl.lit(0))
    order = pl.concat([kept, told_of]).sort("customer_id", "arm", "kept", "drawn_on", "basis")
    return order.unique("customer_id", keep="first", maintain_order=True).drop("kept")


def _begun(contracts: pl.DataFrame) -> pl.DataFrame:
    """source_id, company, begun: the first day of the first contract of each source record."""
    return contracts.group_by("source_id").agg(pl.col("company").first(), begun=pl.col("valid_from").min())


def _drawn(houses: pl.DataFrame, share_ppm: int, key: bytes) -> pl.Series:
    """The lot of each household that has none yet."""
    ids, placed = houses["household_id"].to_list(), houses["placed"].to_list()
    lots = (
        not old and int(pseudonym(key, "holdout", house)[:12], 16) % MILLION < share_ppm
        for house, old in zip(ids, placed, strict=True)
    )
    return pl.Series(lots, dtype=pl.Boolean)


def _frame(table: pa.Table) -> pl.DataFrame:
    return cast(pl.DataFrame, pl.from_arrow(table))


def _table(frame: pl.DataFrame) -> pa.Table:
    ordered = frame.select(column.name for column in HOUSEHOLD_ARMS.columns).sort("customer_id")
    return ordered.to_arrow(compat_level=pl.CompatLevel.oldest()).cast(HOUSEHOLD_ARMS.schema)
