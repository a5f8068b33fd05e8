"""From likely pairs to customers: the surest links first, none that would put two certain numbers of one type together.

A pair that was one customer in the run before stays so while it is still likely enough for a review and nothing speaks against it.
"""

from __future__ import annotations

import numpy as np
import polars as pl

from onefold.analytics.linkage.likely import PAIR
from onefold.analytics.linkage.matching import LABEL, certain_numbers
from onefold.analytics.linkage.terms import Terms
from onefold.matching.grouping import grouped

LINKED, KEPT, REVIEW, CONTRADICTED = "LINKED", "KEPT", "REVIEW", "CONTRADICTED"
CONFIRMED, REFUSED = "CONFIRMED", "REFUSED"
SAME, DIFFERENT = "SAME", "DIFFERENT"
RULED = pl.Schema({"source_id": pl.String(), "other_source_id": pl.String(), "verdict": pl.String()})
NOTHING = pl.DataFrame(schema=RULED)
CANDIDATE = pl.Schema({**PAIR, "outcome": pl.String()})


def joined(
    records: pl.DataFrame,
    pairs: pl.DataFrame,
    before: pl.DataFrame,
    terms: Terms,
    rulings: pl.DataFrame = NOTHING,
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """`records` (of `matched`) with LABEL and basis as they are with the likely links, and the pairs that explain them or want a
    person's eye: CANDIDATE, of each two strong groups the likeliest pair. `before`: source_id, customer_id of the run before.
    `rulings`: RULED, what stewards said of pairs: it goes before likeness, but not before certain numbers.
    """
    pairs = with_rulings(pairs, rulings, records)
    if pairs.is_empty():
        return records, pl.DataFrame(schema=CANDIDATE)
    records = records.with_columns((pl.col(LABEL).rank("dense") - 1).cast(pl.Int64).alias("strong"))
    pairs = _between_groups(pairs, records, before, terms)
    links = pairs.filter(pl.col("outcome").is_in(LINKS))
    left, right = links["strong"].to_numpy(), links["other_strong"].to_numpy()
    refused = pairs.filter(pl.col("outcome") == REFUSED).select("strong", "other_strong").rows()
    home, used = grouped(left, right, np.arange(len(links)), _claims(records), refused)
    told = records.with_columns(pl.Series("home", home).gather(records["strong"])).with_columns(
        pl.len().over("home").alias("together"), pl.len().over("strong").alias("sure")
    )
    probable = (pl.col("sure") == 1) & (pl.col("together") > 1)
    told = told.with_columns(
        pl.when(probable).then(pl.lit("PROBABLE")).otherwise("basis").alias("basis"),
        pl.col("home").cast(pl.UInt32).alias(LABEL),
    )
    return told.drop("strong", "home", "together", "sure"), _explained(pairs, home, used)


LINKS = [CONFIRMED, LINKED, KEPT]


def with_rulings(pairs: pl.DataFrame, rulings: pl.DataFrame, records: pl.DataFrame) -> pl.DataFrame:
    """`pairs` with `verdict`; a pair that was ruled upon stays a pair however unlikely it has become, with no probability."""
    known = records["source_id"].implode()
    here = rulings.filter(pl.col("source_id").is_in(known) & pl.col("other_source_id").is_in(known))
    both = pairs.join(here, on=["source_id", "other_source_id"], how="full", coalesce=True)
    return both.with_columns(pl.col("probability_ppm").fill_null(0), pl.col("levels").fill_null([]))


def _between_groups(pairs: pl.DataFrame, records: pl.DataFrame, before: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The likeliest pair of each two strong groups, the surest first, with the outcome it would have."""
    groups = records.select("source_id", "strong").join(before, on="source_id", how="left")
    groups = groups.select("source_id", "strong", pl.col("customer_id").alias("former"))
    others = groups.rename({"source_id": "other_source_id", "strong": "other_strong", "former": "other_former"})
    pairs = pairs.join(groups, on="source_id").join(others, on="other_source_id")
    pairs = pairs.filter(pl.col("strong") != pl.col("other_strong"))
    named = pl.col("levels").list.eval(pl.element().str.starts_with("NAME_")).list.any()
    against = ~named | pl.col("levels").list.eval(pl.element().is_in(sorted(terms.speaks_against))).list.any()
    sure = ~against & (pl.col("probability_ppm") >= terms.link_above)
    stood = ~against & (pl.col("former") == pl.col("other_former")).fill_null(False)
    ruled = pl.col("verdict").fill_null("")
    outcome = (
        pl.when(ruled == DIFFERENT)
        .then(pl.lit(REFUSED))
        .when(ruled == SAME)
        .then(pl.lit(CONFIRMED))
        .when(sure)
        .then(pl.lit(LINKED))
        .when(stood)
        .then(pl.lit(KEPT))
        .otherwise(pl.lit(REVIEW))
    )
    pairs = pairs.with_columns(
        outcome.alias("outcome"), pl.min_horizontal("strong", "other_strong").alias("first"),
        pl.max_horizontal("strong", "other_strong").alias("second"),
    )  # fmt: skip
    order = pl.col("outcome").replace_strict(
        {REFUSED: 0, CONFIRMED: 1, LINKED: 2, KEPT: 3, REVIEW: 4}, return_dtype=pl.Int8
    )
    pairs = pairs.sort(order, pl.col("probability_ppm") * -1, "source_id", "other_source_id")
    return pairs.unique(["first", "second"], keep="first", maintain_order=True)


def _claims(records: pl.DataFrame) -> np.ndarray:
    told = records.select("strong").with_columns(certain_numbers(records)["claim"]).filter(pl.col("claim") > 0).unique()
    found = np.zeros(int(records["strong"].max() or 0) + 1, np.int64)  # type: ignore[arg-type]
    np.bitwise_or.at(found, told["strong"].to_numpy(), told["claim"].to_numpy())
    return found


def _explained(pairs: pl.DataFrame, home: np.ndarray, used: np.ndarray) -> pl.DataFrame:
    """Links as they were used or not; a pair to review is none any more when both became one customer in another way."""
    links = pairs["outcome"].is_in(LINKS)
    cut = np.zeros(len(pairs), bool)
    cut[np.flatnonzero(links.to_numpy())] = ~used
    apart = home[pairs["strong"].to_numpy()] != home[pairs["other_strong"].to_numpy()]
    pairs = pairs.with_columns(pl.when(pl.Series(cut)).then(pl.lit(CONTRADICTED)).otherwise("outcome").alias("outcome"))
    ruled = pairs["verdict"].is_not_null()
    return pairs.filter(links | ruled | pl.Series(apart)).select(list(CANDIDATE)).sort("source_id", "other_source_id")
