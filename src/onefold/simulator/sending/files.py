"""The folders of files as they fill, part by part. Parts come in order, so the bytes do not depend on who made them.

Text files are appended to and closed again at once; Parquet files stay open; workbooks wait as frames in a folder of their own
until the end, because a workbook cannot be appended to. Only counts stay in memory.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from pathlib import Path

import polars as pl
import pyarrow.parquet as pq
import xlsxwriter

from onefold.simulator.sending.layouts import CSV, EXCEL, GROUP_LAYOUTS, LAYOUTS, MONEY, PARQUET, Layout
from onefold.simulator.sending.parts import Piece
from onefold.simulator.sending.states import Span
from onefold.simulator.sending.writing import header_of

SHEET_ROWS = 100_000
"""Rows of one workbook; more go into further ones, numbered _2, _3 and so on."""

_BOM = b"\xef\xbb\xbf"
LAYOUT_OF: dict[str, Layout] = {layout.feed: layout for layout in (*LAYOUTS.values(), *GROUP_LAYOUTS.values())}


@dataclass
class Sent:
    """One file: where it is, what it holds. `total_minor` is kept for those that end with a total."""

    feed: str
    day: int
    path: Path
    rows: int = 0
    lines: int = 0
    total_minor: int = 0


@dataclass
class Files:
    """`out/YYYY-MM-DD/feed_YYYYMMDD.suffix`, begun when the first row comes."""

    out: Path
    span: Span
    sent: dict[tuple[str, int], Sent] = field(default_factory=dict)
    _parquet: dict[tuple[str, int], pq.ParquetWriter] = field(default_factory=dict)

    def date_of(self, day: int) -> date:
        return self.span.base_day + timedelta(days=day)

    def folder(self, day: int) -> Path:
        folder = self.out / self.date_of(day).isoformat()
        folder.mkdir(exist_ok=True)
        return folder

    @property
    def _unfinished(self) -> Path:
        return self.out / ".unfinished"

    def append(self, pieces: Iterable[Piece]) -> dict[tuple[str, int], int]:
        """Append; return for each file the line (from 1) on which its piece begins."""
        begins = {}
        for piece in pieces:
            key, layout = (piece.feed, piece.day), LAYOUT_OF[piece.feed]
            if key not in self.sent:
                self.sent[key] = self._begun(layout, piece.day)
            sent = self.sent[key]
            begins[key] = sent.lines + 1
            self._write(sent, layout, piece.body)
            sent.rows, sent.lines = sent.rows + piece.rows, sent.lines + piece.lines
            sent.total_minor += piece.total_minor
        return begins

    def _begun(self, layout: Layout, day: int) -> Sent:
        path = self.folder(day) / layout.file_name(self.date_of(day).strftime("%Y%m%d"))
        head = header_of(layout)
        if layout.form.kind == CSV:
            head_bytes = head.encode(layout.form.encoding)
            head_bytes = gzip.compress(head_bytes, 4, mtime=0) if layout.form.packed else head_bytes
            path.write_bytes((_BOM if layout.form.mark else b"") + head_bytes)
        return Sent(layout.feed, day, path, lines=0 if layout.form.kind in (PARQUET, "jsonl") else 1)

    def _write(self, sent: Sent, layout: Layout, body: bytes) -> None:
        if layout.form.kind == PARQUET:
            table = pl.read_ipc(io.BytesIO(body)).to_arrow(compat_level=pl.CompatLevel.oldest())
            key = (sent.feed, sent.day)
            if key not in self._parquet:
                self._parquet[key] = pq.ParquetWriter(sent.path, table.schema, compression="zstd")
            self._parquet[key].write_table(table)
        elif layout.form.kind == EXCEL:
            folder = self._unfinished / sent.path.stem
            folder.mkdir(parents=True, exist_ok=True)
            (folder / f"{sent.rows:012d}").write_bytes(body)
        else:
            with sent.path.open("ab") as file:
                file.write(body)

    def finish(self) -> None:
        """Trailers, workbooks, and everything closed."""
        for writer in self._parquet.values():
            writer.close()
        for sent in self.sent.values():
            layout = LAYOUT_OF[sent.feed]
            if layout.form.trailer:
                with sent.path.open("ab") as file:
                    file.write(trailer_of(sent.rows, sent.total_minor).encode(layout.form.encoding))
            if layout.form.kind == EXCEL:
                self._finish_workbooks(sent, layout)
        shutil.rmtree(self._unfinished, ignore_errors=True)

    def _finish_workbooks(self, sent: Sent, layout: Layout) -> None:
        frames = (pl.read_ipc(path) for path in sorted((self._unfinished / sent.path.stem).iterdir()))
        for number, frame in enumerate(_sheets(frames)):
            write_workbook(workbook_path(sent.path, number), frame, layout, self.date_of(sent.day))


def trailer_of(rows: int, total_minor: int) -> str:
    return f"合计,{rows},{total_minor // 100}.{total_minor % 100:02d}\n"


def workbook_path(path: Path, number: int) -> Path:
    """`number` from 0: the first keeps the name, the second is `_2`."""
    return path if number == 0 else path.with_stem(f"{path.stem}_{number + 1}")


def _sheets(frames: Iterator[pl.DataFrame]) -> Iterator[pl.DataFrame]:
    """The rows again, in frames of SHEET_ROWS."""
    waiting: list[pl.DataFrame] = []
    for frame in frames:
        waiting.append(frame)
        while sum(map(len, waiting)) >= SHEET_ROWS:
            whole = pl.concat(waiting)
            yield whole.head(SHEET_ROWS)
            waiting = [whole.tail(len(whole) - SHEET_ROWS)]
    if sum(map(len, waiting)):
        yield pl.concat(waiting)


def write_workbook(path: Path, texts: pl.DataFrame, layout: Layout, on: date) -> None:
    """One sheet. Amounts are number cells and days written as 2026-06-30 date cells; everything else is text."""
    book = xlsxwriter.Workbook(path, {"constant_memory": True, "strings_to_numbers": False})
    book.set_properties({"created": datetime(on.year, on.month, on.day), "author": layout.company})  # noqa: DTZ001
    sheet = book.add_worksheet(layout.list)
    sheet.write_row(0, 0, texts.columns)
    format_ = book.add_format({"num_format": "yyyy-mm-dd"})
    typed = [_cell_of(layout, column.header) for column in layout.columns]
    for number, row in enumerate(texts.iter_rows(), 1):
        for place, text in enumerate(row):
            if text is None or text == "":
                continue
            if typed[place] == MONEY:
                sheet.write_number(number, place, float(text.replace(",", "")))
            elif typed[place] == "day":
                sheet.write_datetime(number, place, date.fromisoformat(text), format_)
            else:
                sheet.write_string(number, place, text)
    book.close()


def _cell_of(layout: Layout, header: str) -> str:
    column = next(column for column in layout.columns if column.header == header)
    if column.kind == MONEY:
        return MONEY
    return "day" if column.kind == "day" and column.format == "%Y-%m-%d" else "text"


def sha256_of(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
