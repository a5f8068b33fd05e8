"""A file's bytes, unpacked and decoded strictly. Nothing is guessed, nothing is replaced; a file that does not fit is refused."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path

from onefold.analytics.landing.shapes import FileRefused
from onefold.policy.feeds import CsvDialect

BYTES_MAX = 4 * 2**30
PACKED_RATIO_MAX, PACKED_FREE = 200, 16 * 2**20
"""A packed file may grow 200 times, and to 16 MB in any case: a table packs about tenfold, a bomb a thousandfold."""

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Content:
    """`raw` as sent (unpacked, without byte order mark), `text` the same in UTF-8. Their line breaks correspond."""

    raw: bytes
    text: bytes


def content_of(path: Path, dialect: CsvDialect) -> Content:
    """The file's content; raises `FileRefused` MISSING_FILE, BROKEN_ARCHIVE, TOO_LARGE, WRONG_ENCODING, EMPTY_FILE."""
    raw = unpacked(path)
    if not raw[:64].strip() and not raw.strip():
        raise FileRefused("EMPTY_FILE")
    if b"\n" not in raw:
        raw = raw.replace(b"\r", b"\n")
    return decoded(raw, dialect.encoding)


def unpacked(path: Path) -> bytes:
    try:
        packed = path.read_bytes()
    except FileNotFoundError:
        raise FileRefused("MISSING_FILE") from None
    if not packed.startswith(_GZIP):
        if len(packed) > BYTES_MAX:
            raise FileRefused("TOO_LARGE", f"{len(packed)} bytes")
        return packed
    return _gunzipped(packed, min(BYTES_MAX, max(PACKED_FREE, len(packed) * PACKED_RATIO_MAX)))


def _gunzipped(packed: bytes, bytes_max: int) -> bytes:
    """All members of a gzip file, but never more than `bytes_max` of them in memory."""
    parts, size, rest = [], 0, packed
    while rest:
        member = zlib.decompressobj(wbits=31)
        try:
            part = member.decompress(rest, bytes_max - size + 1)
        except zlib.error:
            raise FileRefused("BROKEN_ARCHIVE") from None
        size += len(part)
        if size > bytes_max:
            raise FileRefused("TOO_LARGE", f"more than {bytes_max} bytes once unpacked")
        if not member.eof:
            raise FileRefused("BROKEN_ARCHIVE", "the packed file ends too early")
        parts.append(part)
        rest = member.unused_data.lstrip(b"\0")
    return b"".join(parts)


def decoded(raw: bytes, encoding: str) -> Content:
    """Decode the whole file strictly. Many Chinese texts in UTF-8 pass as GB18030 without an error, so what is declared to
    be another encoding, holds non-ASCII and is nevertheless valid UTF-8 is refused as well: it would load as rubbish.
    """
    if encoding in ("utf-8", "auto"):
        body = raw.removeprefix(_BOM)
        try:
            body.decode("utf-8")
            return Content(body, body)
        except UnicodeDecodeError as error:
            if encoding == "utf-8":
                raise FileRefused("WRONG_ENCODING", f"no UTF-8 at byte {error.start + len(raw) - len(body)}") from None
    elif not raw.isascii() and _is_utf8(raw):
        raise FileRefused("WRONG_ENCODING", f"is UTF-8, not {encoding}")
    declared = "gb18030" if encoding == "auto" else encoding
    try:
        return Content(raw, raw.decode(declared).encode("utf-8"))
    except UnicodeDecodeError as error:
        raise FileRefused("WRONG_ENCODING", f"no {declared} at byte {error.start}") from None


def _is_utf8(raw: bytes) -> bool:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
