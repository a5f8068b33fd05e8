"""How well linkage did, where somebody knows who is who: pairs of records and whole customers, in whole numbers.

A frame of records has `found` (the customer linkage made of each) and `true` (who it is in truth).
"""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl


@dataclass(frozen=True)
class Pairs:
    """Pairs of records: those put together, those that belong together, and those of which both is so."""

    found: int
    true: int
    right: int

    @property
    def precision(self) -> float:
        return self.right / self.found if self.found else 1.0

    @property
    def recall(self) -> float:
        return self.right / self.true if self.true else 1.0

    @property
    def f1(self) -> float:
        return 2 * self.right / (self.found + self.true) if self.found + self.true else 1.0


@dataclass(frozen=True)
class Wholes:
    """Customers in truth: all, found as they are (all their records and no other), torn apart, mixed with somebody else."""

    all: int
    exact: int
    torn: int
    mixed: int


def pairs(records: pl.DataFrame) -> Pairs:
    return Pairs(_pairs_in(records, "found"), _pairs_in(records, "true"), _pairs_in(records, "found", "true"))


def _pairs_in(records: pl.DataFrame, *by: str) -> int:
    sizes = records.group_by(*by).len()["len"].cast(pl.Int64)
    return int((sizes * (sizes - 1) // 2).sum())


def wholes(records: pl.DataFrame) -> Wholes:
    records = records.with_columns(pl.col("true").n_unique().over("found").alias("people"))
    customers = records.group_by("true").agg(
        pl.col("found").n_unique().alias("parts"), pl.col("people").max().alias("people")
    )
    torn, mixed = customers["parts"] > 1, customers["people"] > 1
    return Wholes(len(customers), int((~torn & ~mixed).sum()), int(torn.sum()), int(mixed.sum()))


def recall_by_mistake(records: pl.DataFrame, mistakes: pl.DataFrame) -> pl.DataFrame:
    """Of the pairs that belong together and of which at least one record has the mistake: how many are together.

    `records` has `record` besides; `mistakes`: record, kind. Returns kind, true, right.
    """
    touched = mistakes.unique().join(records.select("record", "true"), on="record")
    homes = records.join(touched.select("true").unique(), on="true", how="semi")
    sides = homes.select("true", "record", "found")
    both = sides.join(sides, on="true", suffix="_other").filter(pl.col("record") < pl.col("record_other"))
    marks = touched.select("record", "kind")
    seen = pl.concat(
        [both.join(marks, on="record"), both.join(marks.rename({"record": "record_other"}), on="record_other").select(
            *both.columns, "kind")]
    ).unique(["kind", "record", "record_other"])  # fmt: skip
    right = (pl.col("found") == pl.col("found_other")).sum()
    return seen.group_by("kind").agg(pl.len().alias("true"), right.alias("right")).sort("kind")
