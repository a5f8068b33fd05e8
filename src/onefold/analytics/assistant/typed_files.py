"""Samples of Excel, Parquet and JSON lines: read by landing's own readers, every column as text, so that what is drafted is what
will be read."""

from __future__ import annotations

import io
import json
import tempfile
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from onefold.analytics.assistant.yaml_text import flow
from onefold.analytics.landing.files import Content
from onefold.analytics.landing.formats.archives import OLD_OFFICE, PARQUET, ZIP, is_workbook, opened_zip, pieces
from onefold.analytics.landing.formats.cells import cells_of
from onefold.analytics.landing.formats.jsonl import jsonl_cells
from onefold.analytics.landing.formats.parquet import parquet_cells
from onefold.analytics.landing.formats.texts import Cells
from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feed_parsing import read_feed
from onefold.policy.feeds import FeedSpec

ROWS_MAX = 100_000
HEADER_ROWS = range(1, 7)
Block = dict[str, object]


class _Names(Exception):
    """Carries the header out of a reader."""

    def __init__(self, names: list[str]) -> None:
        super().__init__()
        self.names = names


def format_of(path: Path, head: bytes) -> str:
    """csv, excel, parquet or jsonl, by the first (unpacked) bytes. Raises `ValueError` for an old Office file."""
    if head.startswith(OLD_OFFICE):
        raise ValueError(f"{path.name} is an .xls file or has a password")
    if head.startswith(PARQUET):
        return "parquet"
    if head.startswith(ZIP):
        with path.open("rb") as file:
            return "excel" if is_workbook(opened_zip(file)) else "csv"
    first = head.lstrip(b"\xef\xbb\xbf \r\n\t").split(b"\n", 1)[0]
    return "jsonl" if first.startswith(b"{") and b'"' in first else "csv"


def head_of(path: Path, bytes_max: int) -> tuple[bytes, bool]:
    """(the first bytes once unpacked, whether they are all). Raises `FileRefused` for an archive nobody should open."""
    found = bytearray()
    for piece in pieces(path):
        found += piece
        if len(found) > bytes_max:
            return bytes(found[:bytes_max]), False
    return bytes(found), True


def typed_rows(path: Path, format_: str, head: bytes, whole: bool) -> tuple[pl.DataFrame, Block, bool]:
    """(rows as texts, the feed's block of the format, whether the file was read to its end)."""
    if format_ == "parquet":
        return _parquet(path)
    if format_ == "jsonl":
        return _jsonl(head, whole)
    return _excel(path)


def _parquet(path: Path) -> tuple[pl.DataFrame, Block, bool]:
    with pq.ParquetFile(path) as file:
        names, count = file.schema_arrow.names, file.metadata.num_rows
        some = pa.Table.from_batches(islice(file.iter_batches(ROWS_MAX), 1), file.schema_arrow)
    piece = io.BytesIO()
    pq.write_table(some, piece)
    size = piece.tell()
    piece.seek(0)
    cells = parquet_cells(piece, size, _all_texts("parquet", {}, names), lambda names: None)
    return _rows(cells, names), {}, count <= ROWS_MAX


def _jsonl(head: bytes, whole: bool) -> tuple[pl.DataFrame, Block, bool]:
    text = head if whole else head[: head.rfind(b"\n") + 1]
    names: dict[str, None] = {}
    for line in text.split(b"\n")[:5000]:
        names |= dict.fromkeys(_keys(line))
    cells = jsonl_cells(Content(text, text), _all_texts("jsonl", {}, list(names)), lambda names: None)
    return _rows(cells, list(names)), {}, whole


def _keys(line: bytes) -> list[str]:
    try:
        found = json.loads(line)
    except ValueError:
        return []
    return list(found) if isinstance(found, dict) else []


def _excel(path: Path) -> tuple[pl.DataFrame, Block, bool]:
    for row in HEADER_ROWS:
        block: Block = {"header_row": row} if row > 1 else {}
        names = _excel_names(path, block)
        if len(names) > 1 and all(names) and len(set(names)) == len(names):
            return _rows(cells_of(path, _all_texts("excel", block, names), lambda names: None), names), block, True
    raise ValueError(f"{path.name}: no row of its first sheet looks like a header")


def _excel_names(path: Path, block: Block) -> list[str]:
    def taken(names: list[str]) -> None:
        raise _Names(names)

    try:
        cells_of(path, _all_texts("excel", block, ["any"]), taken)
    except _Names as found:
        return [name.strip() for name in found.names]
    except FileRefused:
        return []
    return []


def _rows(cells: Cells, names: list[str]) -> pl.DataFrame:
    there = [name for name in names if name in cells.texts.columns]
    return cells.texts.select(there).fill_null("")


def _all_texts(format_: str, block: Block, names: list[str]) -> FeedSpec:
    """A feed that takes every column as text."""
    content: dict[str, Any] = {
        "feed": "sample", "company": "X", "target": "lookup", "title": {"en": "x", "zh-Hans": "x"}, "file": "x",
        format_: block, "mode": "full", "columns": {name: {"type": "text"} for name in names},
    }  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "sample.yaml"
        path.write_text("\n".join(_lines(content)) + "\n", encoding="utf-8")
        return read_feed(path)


def _lines(content: dict[str, Any]) -> Iterator[str]:
    for key, value in content.items():
        yield f"{key}: {flow(value)}"
