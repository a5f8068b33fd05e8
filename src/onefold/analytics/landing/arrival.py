"""One batch through the gate, as far as it goes alone: read, typed, joined, mapped. References and history come later."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
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
from onefold.policy.feeds import ColumnSpec, FeedSpec

LOADED, REFUSED, DUPLICATE_FILE = "LOADED", "REFUSED", "DUPLICATE_FILE"
Tables = dict[str, pl.DataFrame]
"""Feed name to its rows as other feeds may look them up."""
PIECE_BYTES = 24 * 2**20
"""A larger text is worked on in pieces of about this size, so that memory does not grow with all that is made of a file."""


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


def arrive(
    batch: Batch,
    feed: FeedSpec | None,
    tables: Tables,
    names: Pseudonyms,
    each: Callable[[pl.DataFrame], pl.DataFrame] = lambda facts: facts,
    with_table: bool = False,
) -> Arrival:
    """Read one batch. `tables` must hold every feed it looks up; `each` is what is made of the facts of every piece.
    `with_table`: its good rows, too, for others to look up."""
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
        on, told, facts, rows = batch.latest_day, _Told(sheet.text_bytes > PIECE_BYTES), [], []
        for frame in _typed(sheet, feed, on, told):
            frame = _completed(frame, feed, tables)
            if with_table:
                rows.append(frame.filter(pl.col(RULE).is_null()).drop(ROW, RULE, AT))
            facts.append(each(facts_of(selected(frame, feed.only), feed, names, on)))
    except FileRefused as refusal:
        arrival.refuse(refusal.reason, refusal.detail)
        return arrival
    arrival.quality, arrival.details = told.quality(), arrival.details + told.dropped()
    arrival.table, arrival.facts = pl.concat(rows) if rows else None, pl.concat(facts)
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


def _typed(sheet: Sheet, feed: FeedSpec, on: date, told: _Told) -> Iterator[pl.DataFrame]:
    """The rows with typed values, piece by piece. A file with a total is one piece: it is right as a whole, or refused."""
    for texts in [sheet.frame] if feed.control.total_of else sheet.frames(PIECE_BYTES):
        frame = texts.select(ROW, RULE, AT)
        told.rows += int(texts[RULE].null_count())
        for column in feed.columns:
            reading = read_column(column, texts, on)
            told.of_column(column, reading)
            frame = frame.with_columns(reading.values.alias(column.name))
            if not column.drops_bad:
                frame = marked(frame, reading.rules, column.name)
        _check_total(sheet, frame, feed)
        yield frame


class _Told:
    """What is counted over all pieces of a file. Of a large one different values are told by eight bytes of each: the values
    themselves would fill the memory."""

    def __init__(self, large: bool) -> None:
        self.rows, self._large = 0, large
        self._empty: Counter[tuple[str, str]] = Counter()
        self._cells: dict[str, tuple[int, int]] = {}
        self._different: dict[str, list[pl.Series]] = {}

    def of_column(self, column: ColumnSpec, reading: Reading) -> None:
        valid = reading.values.drop_nulls()
        unreadable = reading.broken - int((reading.rules == "REQUIRED").sum()) if reading.broken else 0
        filled_before, valid_before = self._cells.get(column.name, (0, 0))
        self._cells[column.name] = (filled_before + valid.len() + unreadable, valid_before + valid.len())
        different = valid.hash().unique() if self._large else valid.unique()
        self._different.setdefault(column.name, []).append(different)
        if column.drops_bad and reading.broken:
            self._empty.update((column.name, rule) for rule in reading.rules.drop_nulls().to_list())

    def quality(self) -> tuple[Quality, ...]:
        return tuple(
            Quality(name, self.rows, filled, valid, pl.concat(self._different[name]).n_unique())
            for name, (filled, valid) in self._cells.items()
        )

    def dropped(self) -> list[str]:
        return [f"{count} values of {name} left empty ({rule})" for (name, rule), count in sorted(self._empty.items())]


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
