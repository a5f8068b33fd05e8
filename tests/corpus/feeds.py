"""Feeds of each format over the columns of the corpus."""

from __future__ import annotations

from typing import Any

from onefold.policy.feeds import ColumnSpec, Control, CsvDialect, ExcelDialect, FeedSpec, JsonlDialect, ParquetDialect

FORMATS: dict[str, dict[str, Any]] = {
    "csv": {},
    "excel": {"excel": ExcelDialect()},
    "parquet": {"parquet": ParquetDialect()},
    "jsonl": {"jsonl": JsonlDialect()},
}


def feed_of(kind: str, *columns: str | ColumnSpec, encoding: str = "utf-8", **more: Any) -> FeedSpec:
    """A feed of `kind` (a key of FORMATS) that reads these columns; texts unless they say otherwise."""
    specs = tuple(column if isinstance(column, ColumnSpec) else ColumnSpec(column, "text") for column in columns)
    return FeedSpec(
        name="corpus", company="HLIFE", target="lookup", title={}, file="*", csv=CsvDialect(encoding=encoding),
        mode="full", columns=specs, ignore=(), unpivot=None, repeat=None, lookups=(), derivations=(), only={}, map=(),
        control=more.pop("control", Control(rows_at_least=0)), quarantined_share_max=1.0, freshness_days=1, assumed=False,
        **FORMATS[kind], **more,
    )  # fmt: skip
