"""Past campaigns: what the contacted bought more than their control group, where a lot decided who was which."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import polars as pl
import pyarrow as pa

from onefold.analytics.lift.estimate import MILLION, Arm, Reading, compared
from onefold.analytics.lift.households import LEVELS, Cell

LOT, CHOSEN = "LOT", "CHOSEN"
CONTACT, CONTROL = "CONTACT", "CONTROL"
STRATUM = ("campaign", "share")
"""Within a stratum everybody had the same chance of being contacted, so there the plain difference of the arms is the effect."""


def drawn_members(members: pa.Table, memberships: pa.Table, arms: pa.Table) -> pl.DataFrame:
    """customer_id, household_id, campaign, series, share (-1: people chose), contacted, assigned_on; a customer once a campaign."""
    told = pl.DataFrame(members).filter(pl.col("known_until").is_null(), pl.col("arm").is_in([CONTACT, CONTROL]))
    who = pl.DataFrame(memberships.select(["source_id", "customer_id"]))
    homes = pl.DataFrame(arms.select(["customer_id", "household_id"]))
    found = told.join(who, on="source_id").join(homes, on="customer_id").sort("campaign", "customer_id", "member_id")
    return found.unique(["campaign", "customer_id"], keep="first", maintain_order=True).select(
        "customer_id", "household_id", "campaign", "series", "assigned_on",
        share=pl.col("treated_share_ppm").fill_null(-1), contacted=pl.col("arm") == CONTACT,
    )  # fmt: skip


def compare_campaigns(
    members: pl.DataFrame, contracts: pl.DataFrame, sorts: pl.DataFrame, outcomes: dict[str, pl.Expr], days: int
) -> Iterator[tuple[str, Cell, Reading]]:
    """Compare contact and control of the campaigns in `members`, each and together, as (measure, place, reading).

    A contract counts that begins within `days` days after the draw, in the campaign's series (in any, where it names none). `sorts`:
    series, line, company.
    """
    numbered = members.with_row_index("member")
    sales = _sales(numbered, contracts, days)
    for name, worth in outcomes.items():
        sold = _bought(numbered, sales.with_columns(y=worth))
        homes = sold.group_by(*STRATUM, "contacted", "household_id").agg(pl.len().alias("e"), pl.col("y").sum())
        strata = _strata(homes, sold)
        described = strata.join(sold.select("campaign", "series").unique("campaign"), on="campaign").join(
            sorts, on="series", how="left"
        )
        for (measure, level, row), group in _groups(described):
            reading = compared(_pairs(group), MILLION, evidence=measure == LOT)
            if reading:
                since = min(one["since"] for one in group)
                until = max(one["last"] for one in group) + timedelta(days=days + 1)
                yield measure, Cell(name, level, row, since, until), reading


def _sales(numbered: pl.DataFrame, contracts: pl.DataFrame, days: int) -> pl.DataFrame:
    """The contracts that count, each with its `member`."""
    asked = numbered.select("member", "customer_id", "assigned_on", asked="series")
    both = asked.join(contracts, on="customer_id")
    after = (pl.col("begun") - pl.col("assigned_on")).dt.total_days()
    return both.filter(
        (after > 0) & (after <= days) & (pl.col("asked").is_null() | (pl.col("asked") == pl.col("series")))
    )


def _bought(numbered: pl.DataFrame, sales: pl.DataFrame) -> pl.DataFrame:
    """`numbered` with y: what each bought, 0 for nothing."""
    sums = sales.group_by("member").agg(pl.col("y").sum())
    return numbered.join(sums, on="member", how="left", maintain_order="left").with_columns(pl.col("y").fill_null(0))


def _strata(homes: pl.DataFrame, sold: pl.DataFrame) -> pl.DataFrame:
    """One row a stratum and arm: sums over its households, whose members may be several."""
    y, e = (pl.col(name).cast(pl.Int128) for name in ("y", "e"))
    sums = homes.group_by(*STRATUM, "contacted").agg(
        units=pl.len(), exposure=e.sum(), total=y.sum(), squares=(y * y).sum(), cross=(y * e).sum(), ee=(e * e).sum()
    )
    spans = sold.group_by(*STRATUM).agg(since=pl.col("assigned_on").min(), last=pl.col("assigned_on").max())
    return sums.join(spans, on=STRATUM).sort(*STRATUM, "contacted")


def _groups(strata: pl.DataFrame) -> Iterator[tuple[tuple[str, str, str], list[dict[str, Any]]]]:
    for measure, chosen in ((LOT, False), (CHOSEN, True)):
        rows = strata.filter((pl.col("share") < 0) == chosen)
        for level, key in (LEVELS | {"CAMPAIGN": pl.col("campaign")}).items():
            keyed = rows.with_columns(row=key).drop_nulls("row")
            for row in keyed["row"].unique().sort():
                yield (measure, level, row), keyed.filter(pl.col("row") == row).to_dicts()


def _pairs(rows: list[dict[str, Any]]) -> list[tuple[Arm, Arm]]:
    arms = {(row["campaign"], row["share"], row["contacted"]): _arm(row) for row in rows}
    strata = sorted({(campaign, share) for campaign, share, _ in arms})
    nobody = Arm(0, 0, 0, 0, 0, 0)
    return [(arms.get((*one, True), nobody), arms.get((*one, False), nobody)) for one in strata]


def _arm(row: dict[str, Any]) -> Arm:
    return Arm(row["units"], *(int(row[name]) for name in ("exposure", "total", "squares", "cross", "ee")))
