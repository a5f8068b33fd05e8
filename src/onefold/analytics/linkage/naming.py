"""Customer ids that last: what a customer was called in the run before it stays called, whatever joins or leaves it."""

from __future__ import annotations

import hashlib
from datetime import datetime

import polars as pl

from onefold.analytics.linkage.matching import LABEL


def named(records: pl.DataFrame, previous: pl.DataFrame, known: datetime) -> pl.DataFrame:
    """`records` (source_id, LABEL, recorded_at, basis) as memberships: source_id, customer_id, basis, recorded_at.

    A former customer goes where its earliest member is now. Where several former customers meet, the one known longest gives
    its id; where one falls apart, the other parts get new ids. A membership that was known before keeps its recorded_at.
    """
    before = previous.select("source_id", pl.col("customer_id").alias("former"), pl.col("recorded_at").alias("since"))
    records = records.join(before, on="source_id", how="left")
    names = _kept_names(records)
    names |= _new_names(records.filter(~pl.col(LABEL).is_in(list(names))), set(names.values()) | set(before["former"]))
    customer = records[LABEL].replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)
    records = records.with_columns(customer.alias("customer_id"))
    still = pl.col("customer_id").eq_missing(pl.col("former"))
    since = pl.when(still).then("since").otherwise(pl.lit(known).cast(records.schema["recorded_at"]))
    return records.select("source_id", "customer_id", "basis", since.alias("recorded_at"))


def _kept_names(records: pl.DataFrame) -> dict[int, str]:
    """Label to the id it keeps."""
    members = records.filter(pl.col("former").is_not_null()).sort("since", "source_id")
    homes = members.group_by("former", maintain_order=True).agg(pl.col(LABEL).first(), pl.col("since").first())
    oldest = homes.sort("since", "former").unique(LABEL, keep="first", maintain_order=True)
    return dict(oldest.select(LABEL, "former").rows())


def _new_names(records: pl.DataFrame, taken: set[str]) -> dict[int, str]:
    """Label to a new id, made from its earliest recorded source record and used by nobody, now or before."""
    founders = records.sort("recorded_at", "source_id").unique(LABEL, keep="first", maintain_order=True)
    names: dict[int, str] = {}
    for label, source_id in founders.sort("source_id").select(LABEL, "source_id").iter_rows():
        number = 0
        while (name := _hashed("customer", source_id, number)) in taken:
            number += 1
        names[label] = name
        taken.add(name)
    return names


def _hashed(word: str, of: str, number: int = 0) -> str:
    """32 hexadecimal characters."""
    return hashlib.sha256(f"{word}{of}{number or ''}".encode()).hexdigest()[:32]


def household_name(customer_id: str) -> str:
    """The id of the household whose smallest customer id this is."""
    return _hashed("household", customer_id)
