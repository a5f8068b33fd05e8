"""A bounded look into a file: its beginning and some pieces further on, as rows of texts. The file may be of any size."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from onefold.analytics.assistant.dialect import Found, decoded, dialect_of, rows_of
from onefold.analytics.assistant.typed_files import format_of, head_of, typed_rows
from onefold.analytics.landing.formats.archives import GZIP, PARQUET, ZIP
from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feeds import CsvDialect

HEAD_BYTES, PIECE_BYTES, PIECES = 8 * 2**20, 2**19, 8
ROWS_MAX = 120_000


@dataclass(frozen=True)
class Sample:
    """`rows`: one text column per column of the file. `whole`: the file was read to its end. `trailer`: a last line that is no
    row. `ragged`: rows left out because they have more or fewer fields than the others."""

    path: Path
    dialect: CsvDialect
    encoding_sure: bool
    rows: pl.DataFrame
    whole: bool
    ragged: int
    trailer: str
    format: str = "csv"
    block: Mapping[str, object] = field(default_factory=dict)
    """The feed's block of a format that is not CSV."""

    @property
    def stem(self) -> str:
        """The file's name without its endings, as a feed may be called."""
        return re.sub(r"(\.[A-Za-z0-9]{1,7}){1,2}$", "", self.path.name)


def sample_of(path: Path) -> Sample:
    """Look into a file of any format, packed or not. Raises `ValueError` for one without any row, or that cannot be read."""
    try:
        raw, whole = _bytes_of(path)
        format_ = format_of(path, raw[:4096])
        if format_ != "csv":
            rows_, block, whole = typed_rows(path, format_, raw, whole)
            if not rows_.height:
                raise ValueError(f"{path.name} holds no rows")
            return Sample(path, CsvDialect(), True, rows_, whole, 0, "", format_, block)
    except FileRefused as refusal:
        raise ValueError(f"{path.name}: {refusal.reason}") from None
    text = decoded(raw, cut=not whole)
    found = dialect_of(text.text, text.encoding)
    lines = text.text.split("\n", found.dialect.skip_lines)[-1]
    rows = rows_of(lines, found.dialect.delimiter, found.dialect.quote)
    if not whole:
        rows = rows[:-1]
    names, body = _headed(rows, found)
    body, trailer = _without_trailer(body, len(names)) if whole else (body, "")
    fitting = _some([row for row in body if len(row) == len(names)])
    if not fitting:
        raise ValueError(f"{path.name} holds no rows")
    columns = zip(*fitting, strict=True)
    frame = pl.DataFrame(
        {name: pl.Series(values, dtype=pl.String) for name, values in zip(names, columns, strict=True)}
    )
    ragged = len(body) - len([row for row in body if len(row) == len(names)])
    return Sample(path, found.dialect, text.sure, frame, whole, ragged, trailer)


def _some(rows: list[list[str]]) -> list[list[str]]:
    """At most ROWS_MAX rows: half of them the first ones, half from everywhere behind."""
    half = ROWS_MAX // 2
    rest = rows[half:]
    return rows if len(rows) <= ROWS_MAX else rows[:half] + rest[:: -(-len(rest) // half)]


def _headed(rows: list[list[str]], found: Found) -> tuple[list[str], list[list[str]]]:
    if found.dialect.header:
        return _distinct([name.strip() for name in rows[0]]), rows[1:]
    return [f"column_{number}" for number in range(1, found.width + 1)], rows


def _distinct(names: list[str]) -> list[str]:
    """A name that stands twice cannot be declared; the second is given a number so that the draft can be looked at."""
    seen: dict[str, int] = {}
    for place, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        if seen[name] > 1 or not name:
            names[place] = f"{name or 'column'}_{place + 1}"
    return names


def _without_trailer(rows: list[list[str]], width: int) -> tuple[list[list[str]], str]:
    if rows and len(rows[-1]) != width and len(rows) > 1:
        return rows[:-1], "\x1f".join(rows[-1])
    return rows, ""


def _bytes_of(path: Path) -> tuple[bytes, bool]:
    """(bytes, whether they are all of the file). Of a packed file the beginning only."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        size = os.fstat(file.fileno()).st_size
        if head.startswith((GZIP, ZIP)):
            text, whole = head_of(path, HEAD_BYTES)
            return text if whole else text[: text.rfind(b"\n") + 1], whole
        if size <= len(head) or head.startswith(PARQUET):
            return head, size <= len(head)
        pieces = [head[: head.rfind(b"\n") + 1]]
        for number in range(1, PIECES + 1):
            file.seek(HEAD_BYTES + (size - HEAD_BYTES - PIECE_BYTES) * number // PIECES)
            piece = file.read(PIECE_BYTES)
            pieces.append(piece[piece.find(b"\n") + 1 : piece.rfind(b"\n") + 1])
        return b"".join(pieces), False
