"""Bytes to UTF-8, strictly and as a whole: a file is in the encoding declared or it is refused at the byte where it is not.

Many Chinese texts in UTF-8 pass as GB18030 without an error, and short ones in GB18030 as UTF-8. So it is not enough that a
decoder does not complain: what could be read in two ways, or changes its encoding midway, is refused as well.
"""

from __future__ import annotations

import codecs
import io
import re
from collections.abc import Iterator

import pyarrow as pa

from onefold.analytics.landing.shapes import FileRefused
from onefold.kernel.private_use import TODAY

_BOM = codecs.BOM_UTF8
_CODECS = {"auto": "gb18030", "gbk": "gb18030"}
_PIECE = 2**20

_PLAIN_HAN_IN_GB = re.compile(rb"(?:[\x00-\x7f]|[\xb0-\xf7][\xa1-\xfe])*+")
_ALONE = re.compile(rb"(?<![A-Za-z\x80-\xff])(?=[\xc2\xa1-\xbf]*[\xc3-\xf7])[\x80-\xff]{4,}+(?![A-Za-z])")
_KINDS = bytes(
    ord("L") if 0xE2 <= byte <= 0xEF else ord("C") if 0x80 <= byte <= 0xBF else ord(" ") for byte in range(256)
)
"""Each byte as what it is in Chinese of UTF-8: the first of three, one that follows, anything else."""
_RUN_IN_UTF8 = b"LCCLCC"
_OTHERS_PER_LINE = 10_000
"""One line in so many may look like UTF-8 by chance in a file that is GB18030."""
_PRIVATE = re.compile(rb"\xee[\x9e-\xa1][\x80-\xbf]")
_TODAY = {chr(old).encode(): chr(new).encode() for old, new in TODAY.items()}


def decoded(raw: bytes, encoding: str) -> tuple[bytes, bytes, str]:
    """`raw` without its byte order mark, the same as UTF-8, and the codec by which raw lines are made again (UTF-16 only).

    Characters that GB18030 files hold in the private use area since the days of GBK become what they are today, so that one
    name from an old and a new system is one text; other files are not touched (names are compared by the kernel's rule).

    Raises `FileRefused` WRONG_ENCODING with the place of the first wrong byte, ENCODING_UNCLEAR.
    """
    if encoding.startswith("utf-16"):
        return _from_utf16(raw, encoding)
    body = raw.removeprefix(_BOM)
    place = first_not_utf8(body)
    if encoding in ("utf-8", "auto"):
        if place is None:
            if _is_unclear(body, encoding):
                raise FileRefused("ENCODING_UNCLEAR", "every text of it is possible in UTF-8 and in GB18030")
            return body, body, ""
        if encoding == "utf-8":
            raise FileRefused("WRONG_ENCODING", f"no UTF-8 at byte {place + len(raw) - len(body)}")
    elif place is None and not raw.isascii():
        raise FileRefused("WRONG_ENCODING", f"is UTF-8, not {encoding}")
    codec = _CODECS.get(encoding, encoding)
    text = _as_utf8(raw, codec)
    if codec != "gb18030":
        return raw, text, ""
    _refuse_change_midway(raw)
    return raw, _PRIVATE.sub(lambda found: _TODAY.get(found[0], found[0]), text) if b"\xee" in text else text, ""


def _is_unclear(body: bytes, encoding: str) -> bool:
    """Could this UTF-8 as well be Chinese in GB18030, every character of it? `毛毛` there is `ëë` here.

    Declared UTF-8 is believed where the letters stand beside plain ones (`Citroën`) or are signs (`¥`).
    """
    if body.isascii() or not _PLAIN_HAN_IN_GB.fullmatch(body):
        return False
    return encoding == "auto" or bool(_ALONE.search(body))


def first_not_utf8(raw: bytes) -> int | None:
    """Place of the first byte that is not UTF-8; none if all of it is."""
    if raw.isascii():
        return None
    offsets = pa.py_buffer(b"".join(n.to_bytes(8, "little") for n in (0, len(raw))))
    try:
        pa.LargeStringArray.from_buffers(1, offsets, pa.py_buffer(raw)).validate(full=True)
    except pa.ArrowInvalid:
        return _first_wrong(raw, "utf-8")
    return None


def _first_wrong(raw: bytes, codec: str) -> int | None:
    try:
        for _ in _decoded_pieces(raw, codec):
            pass
    except _WrongByte as wrong:
        return wrong.place
    return None


class _WrongByte(ValueError):
    def __init__(self, place: int) -> None:
        super().__init__(place)
        self.place = place


def _decoded_pieces(raw: bytes, codec: str) -> Iterator[str]:
    """The text in pieces, so that a wrong file costs no memory; raises `_WrongByte`."""
    decoder = codecs.getincrementaldecoder(codec)()
    for begin in range(0, len(raw) + 1, _PIECE):
        held = len(decoder.getstate()[0])
        try:
            yield decoder.decode(raw[begin : begin + _PIECE], final=begin + _PIECE > len(raw))
        except UnicodeDecodeError as error:
            raise _WrongByte(begin - held + error.start) from None


def _as_utf8(raw: bytes, codec: str) -> bytes:
    text = io.BytesIO()
    try:
        for piece in _decoded_pieces(raw, codec):
            text.write(piece.encode("utf-8"))
    except _WrongByte as wrong:
        raise FileRefused("WRONG_ENCODING", f"no {codec} at byte {wrong.place}") from None
    except UnicodeEncodeError:
        raise FileRefused("WRONG_ENCODING", f"half a character in {codec}") from None
    return text.getvalue()


def _from_utf16(raw: bytes, encoding: str) -> tuple[bytes, bytes, str]:
    marks = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}
    codec = encoding
    if encoding == "utf-16":
        codec = next((name for name, mark in marks.items() if raw.startswith(mark)), "")
        if not codec:
            raise FileRefused("WRONG_ENCODING", "no byte order mark of utf-16 at byte 0")
    mark = marks[codec] if raw.startswith(marks[codec]) else b""
    if any(raw.startswith(other) for other in marks.values() if other != marks[codec]):
        raise FileRefused("WRONG_ENCODING", f"the byte order mark at byte 0 is not that of {codec}")
    body = raw.removeprefix(mark)
    return body, _as_utf8(body, codec), codec


def _refuse_change_midway(raw: bytes) -> None:
    """Refuse a GB18030 file some of whose lines are Chinese in UTF-8: they would load as rubbish."""
    kinds = raw.translate(_KINDS)
    lines, first = 0, None
    at = kinds.find(_RUN_IN_UTF8)
    while at >= 0:
        begin, end = raw.rfind(b"\n", 0, at) + 1, raw.find(b"\n", at)
        end = end if end >= 0 else len(raw)
        if first_not_utf8(raw[begin:end]) is None:
            lines, first = lines + 1, at if first is None else first
            if lines > raw.count(b"\n") / _OTHERS_PER_LINE:
                raise FileRefused("WRONG_ENCODING", f"GB18030 and UTF-8 in one file, at byte {first}")
        at = kinds.find(_RUN_IN_UTF8, end)
