"""Randomised history: who was drawn by lot for a campaign, in which arm, what was known the day before, and what came of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.customers import customer_features
from onefold.analytics.features.known import seen
from onefold.analytics.mining import outcomes
from onefold.analytics.mining.samples import HEX, Window, halves

MILLION = 1_000_000
KEY = ["customer_id", "as_of"]


@dataclass(frozen=True)
class Members:
    """n members, sorted by customer, day and campaign; `features`: one row a member."""

    features: pa.Table
    series: pa.ChunkedArray
    campaign: pa.ChunkedArray
    channel_kind: pa.ChunkedArray
    as_of: NDArray[np.datetime64]
    treated: NDArray[np.float64]
    share: NDArray[np.float64]
    outcome: NDArray[np.float64]

    @property
    def fold(self) -> NDArray[np.bool_]:
        return halves(self.features["customer_id"])


def members(lake: Lake, as_of: date, known_at: datetime, window: Window) -> Members:
    """Members whose horizon is over, looked at on the day before the draw; a sample by id beyond `rows_max`.

    Rows of which somebody chose the arm (no share is stated) say nothing of an effect and are left out, and so is who held the series.
    """
    drawn = lake.kept(_sampled(lake, _drawn(lake, as_of, window.horizon_days), window.rows_max))
    panel = lake.kept(drawn.select(*KEY).distinct())
    new = outcomes.bought(lake, panel, window.horizon_days, window.free_look_days).mutate(outcome=1)
    features = lake.kept(customer_features(lake, panel, known_at))
    found = drawn.left_join(new, [*KEY, "series"]).drop("customer_id_right", "as_of_right", "series_right")
    found = found.inner_join(features, KEY)
    holders = found.held_series.contains(found.series)
    found = found.filter(~holders, found.tenure_days.notnull())
    return _read(lake.arrow(found.order_by("customer_id", "as_of", "campaign")))


def _drawn(lake: Lake, as_of: date, horizon_days: int) -> ir.Table:
    """Each member once, as known last."""
    rows = seen(lake, "campaign_members")
    rows = rows.filter(
        rows.known_until.isnull(),
        rows.arm.isin(["CONTACT", "CONTROL"]),
        rows.series.notnull(),
        rows.treated_share_ppm > 0,
        rows.treated_share_ppm < MILLION,
        rows.assigned_on <= as_of - timedelta(days=horizon_days),
    )
    kinds = seen(lake, "channels").rename(drawn_channel="kind")
    rows = rows.inner_join(seen(lake, "memberships"), "source_id").left_join(kinds, "channel")
    rows = rows.mutate(as_of=rows.assigned_on - ibis.interval(days=1))
    return rows.group_by(["customer_id", "as_of", "campaign", "series"]).aggregate(
        drawn_channel=rows.drawn_channel.min(),
        treated=(rows.arm == "CONTACT").max().cast("int8"),
        share=rows.treated_share_ppm.min(),
    )


def _sampled(lake: Lake, rows: ir.Table, rows_max: int) -> ir.Table:
    size = int(lake.arrow(rows.aggregate(n=rows.count()))["n"][0].as_py())
    if size <= rows_max:
        return rows
    return rows.filter(rows.customer_id < f"{int(rows_max / size * 16**HEX):0{HEX}x}")


def _read(found: pa.Table) -> Members:
    def reals(column: pa.ChunkedArray) -> NDArray[np.float64]:
        return np.asarray(column.cast(pa.float64()).to_numpy(zero_copy_only=False))

    return Members(
        found,
        found["series"],
        found["campaign"],
        found["drawn_channel"],
        found["as_of"].to_numpy(),
        reals(found["treated"]),
        reals(found["share"]) / MILLION,
        reals(pc.fill_null(found["outcome"], 0)),
    )
