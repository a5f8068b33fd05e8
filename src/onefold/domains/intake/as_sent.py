"""The rows set aside as the company sent them: the file's own head, then the rows' own bytes. Nothing is written anew.

Of Excel and Parquet, which have no bytes for one row alone, what was kept is a line of CSV: these stand under the feed's columns.
JSON lines need no head. The name is the file's own, so that a feed with a sequence reads the mended rows in the same place.

That is also why these bytes are not made safe for a spreadsheet: a cell beginning with = or + is given back as it came.
"""

from __future__ import annotations

import csv
import gzip
import io
import re
import zipfile
import zlib
from collections.abc import Iterable
from pathlib import Path
from typing import IO, cast
from uuid import UUID

from django.conf import settings

from onefold.commands.scope import reading
from onefold.commands.viewer import Viewer
from onefold.domains import rulebook
from onefold.domains.intake.actions import note_rejects_taken
from onefold.domains.intake.queries import batch, rejects_of
from onefold.domains.intake.refusals import BatchUnknown
from onefold.kernel.ids import new_id
from onefold.kernel.spreadsheets import csv_text
from onefold.policy.feeds import FeedSpec
from onefold.seam import checksums

HEAD_BYTES_MAX = 1_048_576


def take_rejects(viewer: Viewer, batch_id: UUID) -> tuple[str, bytes]:
    """Return a name for the file and the rows set aside as they were sent; that they were taken is audited.

    Raises `BatchUnknown`, also where the viewer may see the receipt but none of its rows, and `KeptFileBroken`.
    """
    with reading(viewer):
        row = batch(viewer, batch_id)
        rows = rejects_of(viewer, batch_id)
    if not rows:
        raise BatchUnknown()
    note_rejects_taken(viewer, new_id(), batch_id=batch_id)
    feed = rulebook.loaded().feeds.get(row.feed)
    originals = [reject.original for reject in rows]
    kept = checksums.verified(settings.VAR / "intake" / row.sha256, row.sha256)
    head = _head(kept, feed, originals[0]) if feed else b""
    return name_of(row.file_name, feed), with_head(head, originals)


def name_of(file_name: str, feed: FeedSpec | None) -> str:
    """Return `rejects-` and the name of the file without what says how it was packed, ending as what is given back is written."""
    stem = re.sub(r"(?i)\.(gz|zip)$", "", file_name)
    if feed and feed.format == "csv":
        return f"rejects-{stem}"
    ending = ".jsonl" if feed and feed.jsonl else ".csv"
    return f"rejects-{re.sub(r'[.][^.]*$', '', stem)}{ending}"


def _head(path: Path, feed: FeedSpec, first: bytes) -> bytes:
    return columns_of(feed, first) if feed.format in ("excel", "parquet") else head_of(path, feed)


def columns_of(feed: FeedSpec, row: bytes) -> bytes:
    """Return the line of the feed's columns over a row kept as CSV. Columns that may be absent are missing together or not at
    all; where the row says otherwise nobody can tell which are, and there is no head.
    """
    fields = len(next(csv.reader(io.StringIO(row.decode("utf-8", "replace"), newline="")), []))
    every = [column.name for column in feed.columns]
    sure = [column.name for column in feed.columns if not column.may_be_absent]
    for names in (every, sure):
        if len(names) == fields:
            return csv_text([names], line_end="\n").encode()
    return b""


def head_of(path: Path, feed: FeedSpec) -> bytes:
    """Return the lines of a CSV file before its first row, byte order mark included; empty where there are none or no file.

    Packed files are unpacked as far as the head goes and no further.
    """
    if feed.format != "csv" or not feed.csv.header:
        return b""
    try:
        with _opened(path) as file:
            start = file.read(HEAD_BYTES_MAX)
    except (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError):
        return b""
    return b"".join(_lines(start, feed.csv.skip_lines + 1, feed.csv.quote.encode()))


def with_head(head: bytes, rows: Iterable[bytes]) -> bytes:
    """Join head and rows; the last row of a file may have no line end, and then gets the one the head has."""
    end = b"\r\n" if head.endswith(b"\r\n") else b"\n"
    parts = [head, *rows]
    return b"".join(part if not part or part.endswith((b"\n", b"\r")) else part + end for part in parts)


def _opened(path: Path) -> IO[bytes]:
    with path.open("rb") as file:
        mark = file.read(4)
    if mark.startswith(b"\x1f\x8b"):
        return cast(IO[bytes], gzip.open(path))
    if mark.startswith(b"PK\x03\x04"):
        archive = zipfile.ZipFile(path)
        names = [name for name in archive.namelist() if not name.endswith("/")]
        return archive.open(names[0]) if names else io.BytesIO()
    return path.open("rb")


def _lines(start: bytes, count: int, quote: bytes) -> Iterable[bytes]:
    """The first `count` lines; a line break between quotation marks ends none."""
    text = start if b"\n" in start else start.replace(b"\r", b"\n")
    pending = b""
    for line in text.splitlines(keepends=True) if count else ():
        pending += line
        if quote and pending.count(quote) % 2:
            continue
        yield pending
        pending, count = b"", count - 1
        if not count:
            return
