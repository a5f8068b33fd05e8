"""One batch through the gate, as far as it goes alone: read, typed, joined, mapped. References and history come later."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from functools import reduce
from typing import NamedTuple

import numpy as np
import polars as pl

from onefold.analytics.landing.columns import read_column
from onefold.analytics.landing.derive import derived
from onefold.analytics.landing.facts import POLARS_TYPES, Pseudonyms, facts_of
from onefold.analytics.landing.joins import looked_up, multiplied, selected
from onefold.analytics.landing.rows import Sheet, sheet_of
from onefold.analytics.landing.shapes import AT, NO_SEQUENCE, ROW, RULE, Batch, FileRefused, Reading, marked
from onefold.kernel.money import exponent_of, parse_minor
from onefold.kernel.unfit import Unfit
from onefold.policy.feeds import FeedSpec

LOADED, REFUSED, DUPLICATE_FILE = "LOADED", "REFUSED", "DUPLICATE_FILE"
Tables = dict[str, pl.DataFrame]
"""Feed name to its rows as other feeds may look them up."""


class Quality(NamedTuple):
    """How well one column of a file was filled, in cells of the rows that could be split."""

    column: str
    rows: int
    filled: int
    valid: int
    distinct: int


@dataclass
class Arrival:
    """One batch and what has become of it so far."""

    batch: Batch
    feed: FeedSpec | None
    outcome: str = LOADED
    reason: str | None = None
    details: list[str] = field(default_factory=list)
    rows_in: int = 0
    rows_quarantined: int = 0
    rows_duplicate: int = 0
    facts: pl.DataFrame | None = None
    table: pl.DataFrame | None = None
    first: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    last: np.ndarray = field(default_factory=lambda: np.zeros(0, np.int64))
    rejects: pl.DataFrame | None = None
    quality: tuple[Quality, ...] = ()
    key: str = ""
    """names what is kept of the file"""

    def refuse(self, reason: str, detail: str = "") -> None:
        """The whole file is set aside: its rows count as quarantined."""
        self.outcome, self.reason = REFUSED, reason
        self.rows_quarantined, self.rows_duplicate = self.rows_in, 0
        if detail:
            self.details.append(detail)


def arrive(batch: Batch, feed: FeedSpec | None, tables: Tables, names: Pseudonyms) -> Arrival:
    """Read one batch. `tables` must hold every feed it looks up."""
    arrival = Arrival(batch, feed)
    if feed is None:
        arrival.refuse("UNKNOWN_FEED")
        return arrival
    if batch.sequence == NO_SEQUENCE:
        arrival.refuse("SEQUENCE_MISSING")
        return arrival
    try:
        sheet = sheet_of(batch, feed)
        arrival.rows_in, arrival.first, arrival.last = len(sheet), sheet.first, sheet.last
        frame = _typed(arrival, sheet, feed)
        _check_total(sheet, frame, feed)
    except FileRefused as refusal:
        arrival.refuse(refusal.reason, refusal.detail)
        return arrival
    frame = _completed(frame, feed, tables)
    arrival.table = frame.filter(pl.col(RULE).is_null()).drop(ROW, RULE, AT)
    arrival.facts = facts_of(selected(frame, feed.only), feed, names, batch.received_at.date())
    return arrival


def empty_table(feed: FeedSpec, tables: Tables) -> pl.DataFrame:
    """What a feed offers for looking up while it has sent nothing."""
    types = {column.name: POLARS_TYPES[column.kind] for column in feed.columns}
    frame = pl.DataFrame(schema={ROW: pl.UInt32, RULE: pl.String, AT: pl.String, **types})
    return _completed(frame, feed, tables).drop(ROW, RULE, AT)


def _completed(frame: pl.DataFrame, feed: FeedSpec, tables: Tables) -> pl.DataFrame:
    frame = multiplied(frame, feed)
    frame = reduce(lambda frame, lookup: looked_up(frame, lookup, tables[lookup.feed]), feed.lookups, frame)
    return reduce(derived, feed.derivations, frame)


def _typed(arrival: Arrival, sheet: Sheet, feed: FeedSpec) -> pl.DataFrame:
    frame, dropped = sheet.frame.select(ROW, RULE, AT), Counter[tuple[str, str]]()
    rows, quality = int(sheet.frame[RULE].null_count()), []
    for column in feed.columns:
        reading = read_column(column, sheet.frame, arrival.batch.received_at.date())
        quality.append(_quality(column.name, reading, rows))
        frame = frame.with_columns(reading.values.alias(column.name))
        if not column.drops_bad:
            frame = marked(frame, reading.rules, column.name)
        elif reading.broken:
            dropped.update((column.name, rule) for rule in reading.rules.drop_nulls().to_list())
    arrival.quality = tuple(quality)
    arrival.details += [
        f"{count} values of {name} left empty ({rule})" for (name, rule), count in sorted(dropped.items())
    ]
    return frame


def _quality(column: str, reading: Reading, rows: int) -> Quality:
    valid = reading.values.drop_nulls()
    empty = int((reading.rules == "REQUIRED").sum()) if reading.broken else 0
    return Quality(column, rows, valid.len() + reading.broken - empty, valid.len(), valid.n_unique())


def _check_total(sheet: Sheet, frame: pl.DataFrame, feed: FeedSpec) -> None:
    """Compare the trailer's total with the sum of the column; a row whose amount cannot be read breaks the total too."""
    column = feed.column(feed.control.total_of)
    if column is None or sheet.trailer is None:
        return
    try:
        stated = parse_minor(sheet.trailer["total"], exponent_of(column.currency) if column.currency else 0)
    except Unfit:
        raise FileRefused("TRAILER_TOTAL", "the trailer's total is no amount") from None
    if stated != sum(frame[column.name].drop_nulls().to_list()):
        raise FileRefused("TRAILER_TOTAL")
