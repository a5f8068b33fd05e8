"""Records to a frame of texts: header checked, trailer compared, every row with exactly the declared columns.

Rows that cannot be split keep their number and their rule; their columns stay empty.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import pairwise

import numpy as np
import polars as pl

from onefold.analytics.landing.files import content_of, lines_of
from onefold.analytics.landing.formats.cells import cells_of
from onefold.analytics.landing.formats.texts import Cells, frame_of, originals_of
from onefold.analytics.landing.records import Records, raw_bytes, records_of, strings
from onefold.analytics.landing.shapes import AT, ROW, RULE, Batch, FileRefused, no_rules
from onefold.policy.feeds import CsvDialect, FeedSpec


@dataclass(frozen=True)
class Sheet:
    """The rows of one file as texts: ROW, RULE, AT and one text column per declared column.

    `cut` gives the rows from one number to another; `first`/`last` are the lines (from 0) of each row; `trailer` the matched
    last line, if the feed has one.
    """

    cut: Callable[[int, int], pl.DataFrame]
    first: np.ndarray
    last: np.ndarray
    trailer: re.Match[str] | None
    text_bytes: int = 0

    def __len__(self) -> int:
        return len(self.first)

    @property
    def frame(self) -> pl.DataFrame:
        """All rows at once."""
        return self.cut(0, len(self))

    def frames(self, bytes_at_once: int) -> Iterator[pl.DataFrame]:
        """The rows in pieces of about so many bytes, at least one piece; a row is never cut."""
        count = max(1, -(-self.text_bytes // bytes_at_once))
        ends = [len(self) * number // count for number in range(count + 1)]
        return (self.cut(begin, end) for begin, end in pairwise(ends))


def sheet_of(batch: Batch, feed: FeedSpec) -> Sheet:
    """Read a batch's file; raises `FileRefused`."""
    if feed.format != "csv":
        return _sheet_of_cells(cells_of(batch.file, feed, partial(check_header, feed=feed)), feed)
    records = records_of(content_of(batch.file, feed.csv), feed.csv)
    names = [column.name for column in feed.columns]
    if feed.csv.header:
        if not len(records):
            raise FileRefused("EMPTY_FILE")
        names = _header(records, feed)
        records = records.slice(1, len(records))
    records, trailer = _without_trailer(records, feed)
    _check_rows(len(records), feed)
    declared = [column.name for column in feed.columns]

    def cut(begin: int, end: int) -> pl.DataFrame:
        return _frame(records.slice(begin, end), begin, names, declared, feed.csv)

    return Sheet(cut, records.first, records.last, trailer, len(records.text))


def originals(batch: Batch, feed: FeedSpec, first: np.ndarray, last: np.ndarray) -> list[bytes]:
    """The bytes of these rows exactly as sent; of an Excel or Parquet file, which has none for a row, a line of CSV in UTF-8."""
    if feed.format in ("excel", "parquet"):
        cells = cells_of(batch.file, feed, partial(check_header, feed=feed))
        declared = [column.name for column in feed.columns]
        return originals_of(cells, np.searchsorted(cells.places, first), declared)
    if feed.jsonl:
        return raw_bytes(lines_of(batch.file, feed.jsonl), first, last)
    return raw_bytes(lines_of(batch.file, feed.csv), first, last)


def _sheet_of_cells(cells: Cells, feed: FeedSpec) -> Sheet:
    _check_rows(len(cells), feed)
    frame = frame_of(cells, [column.name for column in feed.columns])
    return Sheet(lambda begin, end: frame.slice(begin, end - begin), cells.places, cells.places, None)


def _check_rows(rows: int, feed: FeedSpec) -> None:
    if rows < feed.control.rows_at_least:
        raise FileRefused("TOO_FEW_ROWS", f"{rows} rows, at least {feed.control.rows_at_least} expected")


# Header and trailer


def _header(records: Records, feed: FeedSpec) -> list[str]:
    """The names in the header, in its order. It may hold the declared and the ignored columns, each once, in any order."""
    if records.rules[0]:
        raise FileRefused("HEADER_BROKEN", f"rule {records.rules[0]}")
    names = [name.strip() for name in _fields(records.bytes_of(0).decode(), feed.csv)]
    check_header(names, feed)
    return names


def check_header(names: list[str], feed: FeedSpec) -> None:
    """Raises `FileRefused` HEADER_CHANGED unless these names are the declared and ignored ones, each once, in any order."""
    declared = {column.name for column in feed.columns}
    unknown = [number for number, name in enumerate(names, 1) if name not in declared and name not in feed.ignore]
    needed = {column.name for column in feed.columns if not column.may_be_absent}
    missing = sorted(needed - set(names))
    counted = Counter(names)
    twice = sorted(name for name in declared | set(feed.ignore) if counted[name] > 1)
    matters = [
        f"missing {', '.join(missing)}" if missing else "",
        f"{len(unknown)} unknown of {len(names)} (first at place {unknown[0]})" if unknown else "",
        f"twice {', '.join(twice)}" if twice else "",
    ]
    if any(matters):
        raise FileRefused("HEADER_CHANGED", "; ".join(filter(None, matters)))


def _fields(line: str, dialect: CsvDialect) -> list[str]:
    reader = csv.reader(
        io.StringIO(line, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote or None,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
    )
    return next(reader)


def _without_trailer(records: Records, feed: FeedSpec) -> tuple[Records, re.Match[str] | None]:
    if not feed.control.trailer:
        return records, None
    last = records.bytes_of(len(records) - 1).decode().strip() if len(records) else ""
    found = re.fullmatch(feed.control.trailer, last)
    if found is None:
        raise FileRefused("TRAILER_MISSING")
    records = records.slice(0, len(records) - 1)
    if found["rows"] != str(len(records)):
        raise FileRefused("TRAILER_ROWS", f"{len(records)} rows in the file, the trailer says otherwise")
    return records, found


# Fields


def _frame(records: Records, number: int, names: list[str], declared: list[str], dialect: CsvDialect) -> pl.DataFrame:
    """These records as texts; the first of them is row `number`."""
    good = records.rules == ""
    body, ends = _body(records, good)
    separators = _separators(body, dialect)
    fitting = np.diff(np.searchsorted(separators, ends), prepend=0) == len(names) - 1
    if not fitting.all():
        records.rules[np.flatnonzero(good)[~fitting]] = "FIELD_COUNT"
        good = records.rules == ""
        body, ends = _body(records, good)
        separators = _separators(body, dialect)
    fields = _columns(body, ends, separators, names, dialect)
    absent = [pl.lit(None, pl.String).alias(name) for name in declared if name not in names]
    fields = fields.with_columns(absent).select(declared)
    rules = pl.Series(RULE, [rule or None for rule in records.rules], dtype=pl.String) if not good.all() else None
    if rules is None:
        rules = no_rules(len(records))
    head = pl.DataFrame({ROW: pl.Series(np.arange(number, number + len(records), dtype=np.uint32)), RULE: rules})
    head = head.with_columns(pl.lit(None, pl.String).alias(AT))
    if good.all():
        return pl.concat([head, fields], how="horizontal")
    fields = fields.with_columns(pl.Series(ROW, (np.flatnonzero(good) + number).astype(np.uint32)))
    return head.join(fields, on=ROW, how="left", maintain_order="left")


def _body(records: Records, good: np.ndarray) -> tuple[bytes, np.ndarray]:
    """The good records in one piece, each ended by a line feed alone; and where each ends."""
    starts, ends = records.starts[good], records.ends[good]
    if not len(starts):
        return b"", ends
    whole = (starts[1:] == ends[:-1]).all()
    if whole:
        piece = records.text[starts[0] : ends[-1]]
    else:
        piece = b"".join([records.text[a:b] for a, b in zip(starts, ends, strict=True)])
    ends = np.cumsum(ends - starts)
    if not piece.endswith(b"\n"):
        piece += b"\n"
        ends[-1] += 1
    return _without_returns(piece, ends)


def _without_returns(piece: bytes, ends: np.ndarray) -> tuple[bytes, np.ndarray]:
    """Drop the carriage return before each record's end; those inside quoted fields stay."""
    bytes_ = np.frombuffer(piece, np.uint8)
    returns = (np.diff(ends, prepend=0) > 1) & (bytes_[np.maximum(ends - 2, 0)] == 13)
    if not returns.any():
        return piece, ends
    bytes_ = np.delete(bytes_, ends[returns] - 2)
    return bytes_.tobytes(), ends - np.cumsum(returns)


def _separators(body: bytes, dialect: CsvDialect) -> np.ndarray:
    """Where delimiters outside quotes stand."""
    bytes_ = np.frombuffer(body, np.uint8)
    at = np.flatnonzero(bytes_ == ord(dialect.delimiter))
    if dialect.quote and dialect.quote.encode() in body:
        inside = np.cumsum(bytes_ == ord(dialect.quote), dtype=np.uint8) & 1
        at = at[inside[at] == 0]
    return at


def _columns(
    body: bytes, ends: np.ndarray, separators: np.ndarray, names: list[str], dialect: CsvDialect
) -> pl.DataFrame:
    """Cut the body at every separator and record end, and deal the pieces out to the columns."""
    if not len(ends):
        return pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    stops = np.sort(np.concatenate((separators + 1, ends)))
    pieces = strings(body, np.concatenate(([0], stops[:-1])), stops)
    last = len(names) - 1
    return pl.DataFrame(
        {
            name: _unquoted(
                pieces.gather_every(len(names), place).str.strip_suffix("\n" if place == last else dialect.delimiter),
                dialect.quote,
            )
            for place, name in enumerate(names)
        }
    )


def _unquoted(texts: pl.Series, quote: str) -> pl.Series:
    if not quote:
        return texts
    quoted = texts.str.starts_with(quote)
    if not quoted.any():
        return texts
    inner = texts.str.strip_prefix(quote).str.strip_suffix(quote).str.replace_all(quote * 2, quote, literal=True)
    return inner.zip_with(quoted, texts)
