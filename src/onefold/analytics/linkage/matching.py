"""Who is who: source records of one person or organisation, found by exact strong keys.

1. The same id number of the same type (and the same kind, PERSON or ORGANISATION) is the same customer.
2. The same normalised name, birth date and phone, all three present, is the same customer too - unless that would put two
   different numbers of one id type into one customer. Then the weaker key proves nothing, and none of its links is used.

The outcome does not depend on the order of the records.
"""

from __future__ import annotations

import polars as pl

from onefold.analytics.linkage.components import labels
from onefold.kernel.identifiers import normalise_name

LABEL = "label"
UNSURE_TYPES = ("OTHER",)
"""Id types whose numbers are not unique: they neither join nor keep apart."""


def matched(records: pl.DataFrame) -> pl.DataFrame:
    """`records` (source_id, kind, name, born_on, id_type, id_number, phone, ...) sorted by source_id, with LABEL, the same
    number for the same customer, and `basis`: ID_NUMBER, NAME_BIRTH_PHONE or ALONE."""
    records = records.sort("source_id").with_row_index("place")
    sure = pl.col("id_number").is_not_null() & ~pl.col("id_type").is_in(UNSURE_TYPES)
    records = records.with_columns(
        pl.when(sure).then("id_type").alias("sure_type"), pl.when(sure).then("id_number").alias("sure_number")
    )
    by_number = pl.when(pl.col("sure_number").is_not_null()).then(
        pl.col("place").min().over("kind", "sure_type", "sure_number")
    )
    records = records.with_columns(by_number.fill_null(pl.col("place")).alias("numbered"), _weak_key(records))
    records = records.with_columns(_joined(records))
    return records.with_columns(_basis()).drop("place", "sure_type", "sure_number", "numbered", "weak_key")


def certain_numbers(records: pl.DataFrame) -> pl.DataFrame:
    """For each record its certain number with type and kind as one text (`number`), and a bit of its own for that type (`claim`)."""
    sure = pl.col("id_number").is_not_null() & ~pl.col("id_type").is_in(UNSURE_TYPES).fill_null(False)
    types = {name: 1 << place for place, name in enumerate(sorted(records["id_type"].drop_nulls().unique()))}
    bit = pl.col("id_type").replace_strict(list(types), list(types.values()), default=0, return_dtype=pl.Int64)
    return records.select(
        pl.when(sure).then(pl.concat_str("kind", "id_type", "id_number", separator="\x1f")).alias("number"),
        pl.when(sure).then(bit).otherwise(0).alias("claim"),
    )


def _weak_key(records: pl.DataFrame) -> pl.Series:
    """Kind, name, birth date and phone in one text; empty where one of them is missing."""
    names = {name: normalise_name(name) for name in records["name"].drop_nulls().unique().to_list()}
    name = records["name"].replace_strict(list(names), list(names.values()), default=None, return_dtype=pl.String)
    frame = records.select(
        "kind", pl.when(name != "").then(name).alias("name"), pl.col("born_on").cast(pl.String), "phone"
    )
    return frame.select(pl.concat_str(pl.all(), separator="\x1f").alias("weak_key"))["weak_key"]


def _joined(records: pl.DataFrame) -> pl.Series:
    """LABEL: components by number, joined by the weak key where nothing speaks against it."""
    groups = records.filter(pl.col("weak_key").is_not_null()).with_columns(
        pl.col("numbered").n_unique().over("weak_key").alias("parts"),
        pl.col("numbered").min().over("weak_key").alias("first"),
    )
    linking = groups.filter(pl.col("parts") > 1)
    linking = linking.join(_contradicted(linking, "weak_key"), on="weak_key", how="anti")
    label = labels(records.height, linking["first"], linking["numbered"])
    label = label.gather(records["numbered"]).alias(LABEL)
    wrong = _contradicted(records.with_columns(label), LABEL)[LABEL]
    return records["numbered"].cast(pl.UInt32).zip_with(label.is_in(wrong.implode()), label).alias(LABEL)


def _contradicted(records: pl.DataFrame, group: str) -> pl.DataFrame:
    """Groups that hold two different numbers of one id type."""
    numbers = records.filter(pl.col("sure_number").is_not_null()).group_by(group, "sure_type")
    return (
        numbers.agg(pl.col("sure_number").n_unique().alias("numbers"))
        .filter(pl.col("numbers") > 1)
        .select(group)
        .unique()
    )


def _basis() -> pl.Expr:
    alone = pl.len().over(LABEL) == 1
    numbered = pl.len().over("numbered") > 1
    return (
        pl.when(alone)
        .then(pl.lit("ALONE"))
        .when(numbered)
        .then(pl.lit("ID_NUMBER"))
        .otherwise(pl.lit("NAME_BIRTH_PHONE"))
    ).alias("basis")
