"""Pairs of records that are probably one person, among what certain numbers and strong keys left apart."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass

import numpy as np
import polars as pl

from onefold.analytics.engines.likeness import Pairing
from onefold.analytics.linkage.comparable import comparable
from onefold.analytics.linkage.likeness import BLOCKS, COMPARISONS, block
from onefold.analytics.linkage.matching import LABEL, certain_numbers
from onefold.analytics.linkage.model import ALL_BLOCKS, Model, from_gamma, made, outdated, settings
from onefold.analytics.linkage.terms import MILLION, Terms

PAIR = pl.Schema(
    {
        "source_id": pl.String(), "other_source_id": pl.String(), "probability_ppm": pl.Int32(),
        "levels": pl.List(pl.String()),
    }
)  # fmt: skip


Engine = Callable[[], AbstractContextManager[Pairing]]


@dataclass(frozen=True)
class Likely:
    """`pairs`: PAIR, each once with the smaller source_id first; `model` by which they were weighed."""

    pairs: pl.DataFrame
    model: Model | None


def likely(records: pl.DataFrame, terms: Terms, engine: Engine, kept: Model | None) -> Likely:
    """`records` as `matched` leaves them. Pairs of at least `terms.review_above`; none where there are too few records to tell
    what is rare."""
    told = compared(records, terms)
    if told.height < terms.training["records_min"]:
        return Likely(pl.DataFrame(schema=PAIR), None)
    with engine() as pairing:
        model = made(pairing, told, terms) if kept is None or outdated(kept, terms, told.height) else kept
        return Likely(weighed(pairing, told, model, terms), model)


def compared(records: pl.DataFrame, terms: Terms) -> pl.DataFrame:
    """The comparable columns; `person` (the strong group), its `claims` (a bit for each type of number it is sure of), `number`."""
    records = records.sort("source_id")
    numbers = certain_numbers(records)
    told = comparable(records, terms.characters).with_columns(
        records[LABEL].rank("dense").cast(pl.Int64).alias("person"), numbers["number"], numbers["claim"]
    )
    told = told.with_columns(_all_bits(told).alias("claims")).drop("claim")
    told = told.with_columns(_without_crowds(told, terms)).with_row_index("place")
    return told.with_columns(pl.col("place").cast(pl.Int64), *(_key(name) for name in BLOCKS))


def _all_bits(told: pl.DataFrame) -> pl.Series:
    """By person, the bits of all its records."""
    claims = told.filter(pl.col("claim") > 0).group_by("person").agg(pl.col("claim").unique().sum().alias("claims"))
    joined = told.select("person").join(claims, on="person", how="left", maintain_order="left")
    return joined["claims"].fill_null(0).cast(pl.Int64)


def _without_crowds(told: pl.DataFrame, terms: Terms) -> list[pl.Series]:
    """Values that too many people share say nothing of any of them: a seller's phone, a date a form had in it."""
    found = []
    for column, most in terms.sharers_max.items():
        crowds = told.drop_nulls(column).group_by(column).agg(pl.col("person").n_unique().alias("people"))
        limit = most if column != "born" else max(most, 20 * int(crowds["people"].mean() or 0))  # type: ignore[arg-type]
        crowd = crowds.filter(pl.col("people") > limit)[column]
        found.append(told[column].set(told[column].is_in(crowd.implode()).fill_null(False), None))
    return found


def _key(name: str) -> pl.Expr:
    """One whole number for what must be alike; empty where something of it is missing."""
    columns = BLOCKS[name]
    full = pl.all_horizontal(pl.col(column).is_not_null() for column in columns)
    hashed = pl.struct(columns).hash(seed=7).reinterpret(signed=True)
    return pl.when(full).then(hashed).alias(block(name))


def weighed(pairing: Pairing, told: pl.DataFrame, model: Model, terms: Terms) -> pl.DataFrame:
    """PAIR of the candidates; of several pairs of records between two persons all are told."""
    wanted = candidates(told, terms.candidates_max)
    if wanted.height < 2:
        return pl.DataFrame(schema=PAIR)
    table = wanted.drop("source_id", "number").to_arrow(compat_level=pl.CompatLevel.oldest())
    least = terms.review_above / MILLION
    found = pl.from_arrow(pairing.scored(table, settings(model, ALL_BLOCKS), _frequencies(told, wanted), least))
    assert isinstance(found, pl.DataFrame)
    return _as_pairs(found.sort("place_l", "place_r"), told["source_id"])


def candidates(told: pl.DataFrame, most: int) -> pl.DataFrame:
    """Only records that may have a candidate; a key that more than `most` records have is none.

    Two records that are sure of different numbers are never candidates, so every pair has somebody who lacks the commonest claim.
    """
    common = told["claims"].mode().sort()
    usual = common[-1] if len(common) else 0
    seekers = told.filter((pl.col("claims") & usual) == 0) if usual else told
    for name in BLOCKS:
        key = block(name)
        sought = told[key].is_in(seekers[key].drop_nulls().unique().implode())
        sizes = told.filter(sought).group_by(key).len().filter(pl.col("len").is_between(2, most))
        told = told.with_columns(pl.when(pl.col(key).is_in(sizes[key].implode())).then(pl.col(key)).alias(key))
    return told.filter(pl.any_horizontal(pl.col(block(name)).is_not_null() for name in BLOCKS))


def _frequencies(told: pl.DataFrame, wanted: pl.DataFrame) -> dict[str, object]:
    found = {}
    for comparison in COMPARISONS:
        if comparison.frequency:
            column = comparison.frequency
            people = told.drop_nulls(column).group_by(column).agg(pl.col("person").n_unique().alias("people"))
            total = float(people["people"].sum() or 1)
            people = people.join(wanted.select(column).unique(), on=column, how="semi").sort(column)
            table = people.select(column, (pl.col("people") / total).alias(f"tf_{column}"))
            found[column] = table.to_arrow(compat_level=pl.CompatLevel.oldest())
    return found


def _as_pairs(found: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    codes = [
        pl.Series([level.code for level in c.levels] + [None])
        .gather(np.where((level := from_gamma(found[f"gamma_{c.name}"].to_numpy(), len(c.levels))) < 0, len(c.levels), level))
        .alias(c.name)
        for c in COMPARISONS
    ]  # fmt: skip
    ppm = (found["match_probability"] * MILLION).floor().cast(pl.Int32).clip(0, MILLION - 1)
    pairs = pl.DataFrame([ids.gather(found["place_l"]).alias("a"), ids.gather(found["place_r"]).alias("b"), *codes])
    names = [c.name for c in COMPARISONS]
    return pairs.select(
        pl.min_horizontal("a", "b").alias("source_id"), pl.max_horizontal("a", "b").alias("other_source_id"),
        ppm.alias("probability_ppm"), pl.concat_list(names).list.drop_nulls().alias("levels"),
    ).sort("source_id", "other_source_id")  # fmt: skip
