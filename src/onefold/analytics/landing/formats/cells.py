"""A file that is not CSV to its cells, by the format its feed declares."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

from onefold.analytics.landing.files import content_of
from onefold.analytics.landing.formats.archives import GZIP, OLD_OFFICE, PARQUET, ZIP, is_workbook, opened_zip, pieces
from onefold.analytics.landing.formats.excel import excel_cells
from onefold.analytics.landing.formats.jsonl import jsonl_cells
from onefold.analytics.landing.formats.parquet import parquet_cells
from onefold.analytics.landing.formats.texts import Cells, HeaderCheck
from onefold.analytics.landing.formats.workbook import opened_workbook
from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feeds import FeedSpec

PACKED_BYTES_MAX = 2**28
"""An Excel or Parquet file is packed already; one that comes packed again is held in memory, so not a larger one."""


def cells_of(path: Path, feed: FeedSpec, check: HeaderCheck) -> Cells:
    """Read the file; raises `FileRefused`."""
    if feed.jsonl:
        return jsonl_cells(content_of(path, feed.jsonl), feed, check)
    with _seekable(path) as file:
        head = file.read(8)
        if not head:
            raise FileRefused("EMPTY_FILE")
        size = file.seek(0, io.SEEK_END)
        file.seek(0)
        if feed.parquet:
            if not head.startswith(PARQUET):
                raise FileRefused("NOT_THE_FORMAT", "no Parquet file")
            return parquet_cells(file, size, feed, check)
        if head.startswith(OLD_OFFICE):
            raise FileRefused("NOT_THE_FORMAT", "an .xls file, or one with a password; send .xlsx without")
        if not head.startswith(ZIP):
            raise FileRefused("NOT_THE_FORMAT", "no .xlsx workbook")
        return excel_cells(opened_workbook(opened_zip(file)), feed, check)


@contextmanager
def _seekable(path: Path) -> Iterator[BinaryIO]:
    """The file to jump about in: as it lies there, or unpacked in memory."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise FileRefused("MISSING_FILE") from None
    with file:
        head = file.read(8)
        if not head.startswith(GZIP) and not (head.startswith(ZIP) and not is_workbook(opened_zip(file))):
            file.seek(0)
            yield file
            return
    found = io.BytesIO()
    for piece in pieces(path):
        if found.write(piece) and found.tell() > PACKED_BYTES_MAX:
            raise FileRefused("TOO_LARGE", f"more than {PACKED_BYTES_MAX} bytes once unpacked")
    found.seek(0)
    yield found
