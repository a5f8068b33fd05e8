"""What the front gate works on: one batch, one refusal of a whole file, one reading of a column."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import polars as pl

from onefold.seam import checksums

EASTERNMOST = timedelta(hours=14)
"""The clocks that are furthest ahead of UTC."""
NO_SEQUENCE = -1
"""Of a file whose name should say its sequence and does not: it is refused."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One file of one feed as it was received. `sequence`: the sender's order; an older one never overwrites a newer one."""

    batch_id: str
    feed: str
    path: Path
    received_at: datetime
    file_sha256: str
    sequence: int = 0
    file_name: str = ""
    """as the sender called it; only a feed with `sequence` looks at it, and then it decides `sequence`"""

    @property
    def file(self) -> Path:
        """The file to read: its bytes are those of the receipt. Raises `KeptFileMissing`, `KeptFileAltered`."""
        return checksums.verified(self.path, self.file_sha256)

    @property
    def latest_day(self) -> date:
        """The day it was where days begin first: what a sender in the east dates today is not of tomorrow."""
        return (self.received_at.astimezone(UTC) + EASTERNMOST).date()


class FileRefused(Exception):
    """The whole file is refused. `detail` says what was the matter, never with a value of the file."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason}: {detail}" if detail else reason)
        self.reason, self.detail = reason, detail


@dataclass(frozen=True, slots=True)
class Reading:
    """One column read: `values` (empty where unreadable) and, row by row, the code of the broken rule or nothing."""

    values: pl.Series
    rules: pl.Series

    @property
    def broken(self) -> int:
        return len(self.rules) - self.rules.null_count()


ROW, RULE, AT = "_row", "_rule", "_at"
"""Columns every frame of rows carries: number of the file's row, first broken rule, column at fault."""


def no_rules(length: int) -> pl.Series:
    return pl.Series(RULE, [None], dtype=pl.String).new_from_index(0, length)


def marked(frame: pl.DataFrame, rules: pl.Series, at: str | None) -> pl.DataFrame:
    """`frame` with `rules` noted against column `at` wherever no earlier rule is broken: the first fault of a row stands."""
    if rules.null_count() == len(rules):
        return frame
    fresh = frame[RULE].is_null() & rules.is_not_null()
    return frame.with_columns(
        pl.coalesce(pl.col(RULE), pl.lit(rules)).alias(RULE),
        pl.when(pl.lit(fresh)).then(pl.lit(at, pl.String)).otherwise(pl.col(AT)).alias(AT),
    )


def where(condition: pl.Series, rule: str) -> pl.Series:
    """The rule's code where `condition` holds, nothing elsewhere; an unknown condition does not hold."""
    texts = pl.Series("texts", [rule], dtype=pl.String).new_from_index(0, len(condition))
    return texts.zip_with(condition.fill_null(False), no_rules(len(condition)))
