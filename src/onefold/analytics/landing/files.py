"""A file of text: unpacked, in lines of sane length, decoded strictly. Nothing is guessed, nothing is replaced."""

from __future__ import annotations

import codecs
import io
from dataclasses import dataclass
from pathlib import Path

from onefold.analytics.landing.decoding import decoded
from onefold.analytics.landing.formats.archives import OLD_OFFICE, PARQUET, ZIP, pieces
from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feeds import CsvDialect, JsonlDialect

LINE_BYTES_MAX = 16 * 2**20
_NO_TEXT = {ZIP: "is a workbook", OLD_OFFICE: "is an old Office file", PARQUET: "is a Parquet file"}


@dataclass(frozen=True, slots=True)
class Content:
    """`raw` as sent (unpacked, without byte order mark), `text` the same in UTF-8. Their line breaks correspond, unless `wide`
    names the codec of two-byte characters by which a line of `text` becomes again what was sent."""

    raw: bytes
    text: bytes
    wide: str = ""


def content_of(path: Path, dialect: CsvDialect | JsonlDialect) -> Content:
    """The file's content; raises `FileRefused` for what unpacking (`archives`) and decoding (`decoding`) refuse, and
    EMPTY_FILE, NOT_THE_FORMAT (no text at all), LINE_TOO_LONG."""
    raw = unpacked(path)
    if not raw[:64].strip() and not raw.strip():
        raise FileRefused("EMPTY_FILE")
    for mark, matter in _NO_TEXT.items():
        if raw.startswith(mark):
            raise FileRefused("NOT_THE_FORMAT", matter)
    raw, text, wide = decoded(raw, dialect.encoding)
    if not text[:64].strip() and not text.strip():
        raise FileRefused("EMPTY_FILE")
    if b"\n" not in text:
        text = text.replace(b"\r", b"\n")
        raw = raw if wide else raw.replace(b"\r", b"\n")
    return Content(raw, text, wide)


def lines_of(path: Path, dialect: CsvDialect | JsonlDialect) -> Content:
    """The content of a file that was read before, for looking up lines as they were sent: only what two-byte characters need is
    decoded again."""
    if dialect.encoding.startswith("utf-16"):
        return content_of(path, dialect)
    raw = unpacked(path)
    raw = raw.removeprefix(codecs.BOM_UTF8) if dialect.encoding in ("utf-8", "auto") else raw
    return Content(raw if b"\n" in raw else raw.replace(b"\r", b"\n"), b"")


def unpacked(path: Path) -> bytes:
    """The file's bytes in one piece. A line without an end is noticed while it is read, not when memory is full."""
    found, since = io.BytesIO(), 0
    for piece in pieces(path):
        found.write(piece)
        last = max(piece.rfind(b"\n"), piece.rfind(b"\r"))
        since = since + len(piece) if last < 0 else len(piece) - last
        if since > LINE_BYTES_MAX:
            raise FileRefused("LINE_TOO_LONG")
    return found.getvalue()
