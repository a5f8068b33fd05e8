"""Text to records: where each row starts and ends, as bytes and as a line, so that what is set aside can be shown as sent.

Quoting is strict (RFC 4180): a quoted field is quoted from its first to its last character, quotes inside are doubled. The
fast way finds all records at once by counting quotes. A single stray quote would shift that count for the rest of the file,
so where a record breaks the rule, records are found line by line instead and only the bad line is lost.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
import polars as pl
import pyarrow as pa

from onefold.analytics.landing.files import Content
from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feeds import CsvDialect

RECORD_BYTES_MAX = 2**20
RECORD_LINES_MAX = 100
"""A quote that is not closed within so many lines was never meant to open anything: it costs its line, not those below."""
_LF, _CR = 10, 13
_JUDGED_AT_ONCE = 2**20


@dataclass(frozen=True)
class Records:
    """Records of a file but for blank lines: `starts`/`ends` in the text (line end included), `first`/`last` line from 0,
    and a broken rule (empty text = none) for each."""

    text: bytes
    starts: np.ndarray
    ends: np.ndarray
    first: np.ndarray
    last: np.ndarray
    rules: np.ndarray

    def __len__(self) -> int:
        return len(self.starts)

    def slice(self, begin: int, end: int) -> Records:
        part = slice(begin, end)
        return Records(
            self.text, self.starts[part], self.ends[part], self.first[part], self.last[part], self.rules[part]
        )

    def take(self, kept: np.ndarray) -> Records:
        return Records(
            self.text, self.starts[kept], self.ends[kept], self.first[kept], self.last[kept], self.rules[kept]
        )

    def bytes_of(self, number: int) -> bytes:
        return self.text[self.starts[number] : self.ends[number]]


def records_of(content: Content, dialect: CsvDialect) -> Records:
    """Every record after `skip_lines`, the header still among them. Rules: NUL_BYTE, CONTROL_CHARACTER, BROKEN_TEXT,
    BAD_QUOTES, ROW_TOO_LONG, WRONG_NEWLINE."""
    text = content.text
    line_ends = _line_ends(np.frombuffer(text, np.uint8))
    line_starts = np.concatenate(([0], line_ends[:-1]))
    if dialect.skip_lines:
        line_starts, line_ends = line_starts[dialect.skip_lines :], line_ends[dialect.skip_lines :]
    if not len(line_starts):
        raise FileRefused("EMPTY_FILE")
    first, last = _spans_of_lines(text, line_starts, line_ends, dialect)
    starts, ends = line_starts[first], line_ends[last]
    rules = np.full(len(starts), "", dtype=object)
    found = Records(text, starts, ends, first + dialect.skip_lines, last + dialect.skip_lines, rules)
    found = found.take(~_blank(found))
    _judge(found, dialect)
    return found


def raw_bytes(content: Content, first: np.ndarray, last: np.ndarray) -> list[bytes]:
    """The bytes as sent of the records from line `first` to line `last` (from 0), their line ends included."""
    sent = content.text if content.wide else content.raw
    ends = _line_ends(np.frombuffer(sent, np.uint8))
    starts = np.concatenate(([0], ends[:-1]))
    found = [sent[starts[a] : ends[b]] for a, b in zip(first, last, strict=True)]
    return [line.decode().encode(content.wide) for line in found] if content.wide else found


def _line_ends(bytes_: np.ndarray) -> np.ndarray:
    """End of each line, its line feed included; the last line may lack one."""
    ends = np.flatnonzero(bytes_ == _LF) + 1
    return ends if len(ends) and ends[-1] == len(bytes_) else np.append(ends, len(bytes_))


# Which lines make one record


def _spans_of_lines(
    text: bytes, starts: np.ndarray, ends: np.ndarray, dialect: CsvDialect
) -> tuple[np.ndarray, np.ndarray]:
    lines = np.arange(len(starts))
    quote = dialect.quote.encode()
    if not quote or quote not in text:
        return lines, lines
    odd = _odd_lines(text, starts, ends, quote)
    if not len(odd):
        return lines, lines
    if len(odd) % 2 == 0:
        spans = _paired(odd[0::2], odd[1::2], len(starts))
        if (odd[1::2] - odd[0::2] < RECORD_LINES_MAX).all() and _strict(
            text, starts[spans[0]], ends[spans[1]], dialect
        ).all():
            return spans
    opening, closing = _resynchronised(text, starts, ends, odd, dialect)
    return _paired(opening, closing, len(starts))


def _odd_lines(text: bytes, starts: np.ndarray, ends: np.ndarray, quote: bytes) -> np.ndarray:
    """Lines with an odd number of quotes: there a field with line breaks opens or closes."""
    at = np.flatnonzero(np.frombuffer(text, np.uint8) == quote[0])
    counts = np.searchsorted(at, ends) - np.searchsorted(at, starts)
    return np.flatnonzero(counts % 2 == 1)


def _paired(opening: np.ndarray, closing: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """First and last line of each record: the pairs are one record each, every line outside them is one by itself."""
    inside = np.zeros(count + 1, dtype=np.int64)
    np.add.at(inside, opening + 1, 1)
    np.add.at(inside, closing + 1, -1)
    first = np.flatnonzero(np.cumsum(inside)[:count] == 0)
    last = first.copy()
    last[np.searchsorted(first, opening)] = closing
    return first, last


def _resynchronised(
    text: bytes, starts: np.ndarray, ends: np.ndarray, odd: np.ndarray, dialect: CsvDialect
) -> tuple[np.ndarray, np.ndarray]:
    """Pairs of odd lines that truly make a record; a line whose stray quote pairs with nothing stays alone."""
    strict = re.compile(_strict_pattern(dialect, star="*+").encode())
    opening, closing, at = [], [], 0
    while at + 1 < len(odd):
        begin, end = starts[odd[at]], ends[odd[at + 1]]
        near = end - begin <= RECORD_BYTES_MAX and odd[at + 1] - odd[at] < RECORD_LINES_MAX
        if near and strict.fullmatch(text, begin, end):
            opening.append(odd[at])
            closing.append(odd[at + 1])
            at += 2
        else:
            at += 1
    return np.array(opening, dtype=np.int64), np.array(closing, dtype=np.int64)


def _strict_pattern(dialect: CsvDialect, star: str = "*") -> str:
    """One record. `star` is `*+` for Python, which would otherwise try again what cannot fit (Polars never does)."""
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    quoted = rf"{quote}[^{quote}]{star}(?:{quote}{quote}[^{quote}]{star}){star}{quote}"
    field = rf"(?:{quoted}|[^{quote}{delimiter}\r\n]{star})"
    return rf"{field}(?:{delimiter}{field}){star}\r?\n?"


def _strict(text: bytes, starts: np.ndarray, ends: np.ndarray, dialect: CsvDialect) -> np.ndarray:
    return strings(text, starts, ends).str.contains(rf"\A{_strict_pattern(dialect)}\z").to_numpy()


def strings(text: bytes, starts: np.ndarray, ends: np.ndarray) -> pl.Series:
    """The pieces of `text` as a series."""
    if not len(starts):
        return pl.Series("piece", [], dtype=pl.String)
    if (starts[1:] == ends[:-1]).all():
        offsets = pa.py_buffer(np.append(starts, ends[-1]).astype(np.int64).tobytes())
        array = pa.LargeStringArray.from_buffers(len(starts), offsets, pa.py_buffer(text))
        return pl.Series("piece", pl.from_arrow(array))
    return pl.Series("piece", [text[a:b].decode() for a, b in zip(starts, ends, strict=True)], dtype=pl.String)


# What is wrong with a record


def _blank(records: Records) -> np.ndarray:
    """Records of nothing but a line end. Such a line is no row."""
    bytes_ = np.frombuffer(records.text, np.uint8)
    lengths, head = records.ends - records.starts, bytes_[records.starts]
    return ((lengths == 1) & (head == _LF)) | ((lengths == 2) & (head == _CR) & (bytes_[records.ends - 1] == _LF))


def _judge(records: Records, dialect: CsvDialect) -> None:
    bytes_ = np.frombuffer(records.text, np.uint8)
    for begin in range(0, len(bytes_), _JUDGED_AT_ONCE):
        piece = bytes_[begin : begin + _JUDGED_AT_ONCE]
        _note(records, np.flatnonzero(piece == 0) + begin, "NUL_BYTE")
        _note(records, _controls(bytes_, begin, begin + len(piece)), "CONTROL_CHARACTER")
    _note(records, [found.start() for found in re.finditer(b"\xef\xbf\xbd", records.text)], "BROKEN_TEXT")
    _note_rows(records, records.ends - records.starts > RECORD_BYTES_MAX, "ROW_TOO_LONG")
    _judge_quotes(records, dialect)
    if dialect.newline != "any":
        ended = bytes_[records.ends - 1] == _LF
        with_cr = bytes_[np.maximum(records.ends - 2, 0)] == _CR
        _note_rows(records, ended & (with_cr != (dialect.newline == "crlf")), "WRONG_NEWLINE")


def _controls(bytes_: np.ndarray, begin: int, end: int) -> np.ndarray:
    """Control characters that no text needs, and carriage returns outside a line end, from `begin` to `end`."""
    low = np.flatnonzero((bytes_[begin:end] < 32) | (bytes_[begin:end] == 127)) + begin
    kinds = bytes_[low]
    after = bytes_[np.minimum(low + 1, len(bytes_) - 1)]
    lone_return = (kinds == _CR) & (after != _LF) & (low + 1 < len(bytes_))
    return low[((kinds != 9) & (kinds != _LF) & (kinds != _CR)) | lone_return]


def _judge_quotes(records: Records, dialect: CsvDialect) -> None:
    quote = dialect.quote.encode()
    if not quote or quote not in records.text or not len(records):
        return
    at = np.flatnonzero(np.frombuffer(records.text, np.uint8) == quote[0])
    quoted = np.searchsorted(at, records.ends) > np.searchsorted(at, records.starts)
    strict = np.ones(len(records), dtype=bool)
    strict[quoted] = _strict(records.text, records.starts[quoted], records.ends[quoted], dialect)
    _note_rows(records, ~strict, "BAD_QUOTES")


def _note(records: Records, positions: np.ndarray | list[int], rule: str) -> None:
    if len(positions) and len(records):
        rows = np.searchsorted(records.starts, np.asarray(positions), side="right") - 1
        hit = np.zeros(len(records), dtype=bool)
        hit[rows[(rows >= 0) & (np.asarray(positions) < records.ends[rows])]] = True
        _note_rows(records, hit, rule)


def _note_rows(records: Records, hit: np.ndarray, rule: str) -> None:
    if hit.any():
        records.rules[hit & (records.rules == "")] = rule
