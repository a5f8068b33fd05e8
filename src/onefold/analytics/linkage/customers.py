"""Customers from their source records: household, and what the newest record says of them."""

from __future__ import annotations

from datetime import date

import polars as pl

from onefold.analytics.linkage.components import labels
from onefold.analytics.linkage.naming import household_name

BANDS = ((18, "U18"), (30, "18-29"), (45, "30-44"), (60, "45-59"))
"""Age below which a person belongs to the band; above the last: 60+."""


def customers_of(records: pl.DataFrame, memberships: pl.DataFrame, relations: pl.DataFrame, on: date) -> pl.DataFrame:
    """Dataset `customers`. `records`: source_id, kind, sex, born_on, birth_month, region, recorded_at. `on`: day of the ages.

    Each attribute is the newest one that is not empty.
    """
    joined = records.join(memberships.select("source_id", "customer_id"), on="source_id").sort(
        "recorded_at", "source_id"
    )
    newest = [pl.col(name).drop_nulls().last() for name in ("kind", "sex", "birth_month", "region", "born_on")]
    people = joined.group_by("customer_id", maintain_order=True).agg(newest).sort("customer_id")
    return people.with_columns(_households(people["customer_id"], memberships, relations), segment(on).alias("segment"))


def segment(on: date) -> pl.Expr:
    """Age band on the day, for rows with kind and born_on; who is born on 29 February is a year older on 1 March."""
    born = pl.col("born_on")
    birthday = born.dt.month().cast(pl.Int32) * 100 + born.dt.day()
    age = on.year - born.dt.year() - (birthday > on.month * 100 + on.day).cast(pl.Int32)
    band = pl.lit("60+")
    for below, name in reversed(BANDS):
        band = pl.when(age < below).then(pl.lit(name)).otherwise(band)
    person = pl.when(born.is_null()).then(pl.lit("UNKNOWN")).otherwise(band)
    return pl.when(pl.col("kind") == "ORGANISATION").then(pl.lit("ORGANISATION")).otherwise(person)


def _households(customers: pl.Series, memberships: pl.DataFrame, relations: pl.DataFrame) -> pl.Series:
    """For each of the sorted customers its household: whoever is tied to it, over any number of ties."""
    places = pl.DataFrame({"customer_id": customers}).with_row_index("place")
    homes = memberships.select("source_id", "customer_id").join(places, on="customer_id").select("source_id", "place")
    ties = relations.select("source_id", "other_source_id").join(homes, on="source_id")
    ties = ties.join(homes.rename({"source_id": "other_source_id", "place": "other"}), on="other_source_id")
    first = customers.gather(labels(len(customers), ties["place"], ties["other"]))
    names = {customer: household_name(customer) for customer in first.unique().to_list()}
    return first.replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String).alias(
        "household_id"
    )
