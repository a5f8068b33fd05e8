"""A file's bytes, unpacked piece by piece. What is allowed is judged by the bytes that really come out, never by what an
archive says of itself; at any moment no more than one piece is in memory.
"""

from __future__ import annotations

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from onefold.analytics.landing.shapes import FileRefused

BYTES_MAX = 4 * 2**30
PACKED_RATIO_MAX, PACKED_FREE = 200, 16 * 2**20
"""A packed file may grow 200 times, and to 16 MB in any case: a table packs about tenfold, a bomb a thousandfold."""

PIECE = 2**20
_GZIP_PIECE = 2**14
GZIP_MEMBERS_MAX, ZIP_MEMBERS_MAX, ZIP_DIRECTORY_MAX = 100_000, 1_000, 2**20

GZIP, ZIP, OLD_OFFICE, PARQUET = b"\x1f\x8b", b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"PAR1"
_END_OF_DIRECTORY, _ZIP64 = b"PK\x05\x06", b"PK\x06\x07"
WORKBOOK_MARK = "[Content_Types].xml"


class Growth:
    """Watches how much comes out of how much that went in."""

    def __init__(self, bytes_max: int = BYTES_MAX) -> None:
        self.came_out, self.went_in, self.bytes_max = 0, 0, bytes_max

    def took(self, went_in: int) -> None:
        self.went_in += went_in

    def gave(self, came_out: int) -> None:
        """Raises `FileRefused` TOO_LARGE as soon as it is too much."""
        self.came_out += came_out
        if self.came_out > min(self.bytes_max, max(PACKED_FREE, self.went_in * PACKED_RATIO_MAX)):
            raise FileRefused("TOO_LARGE", f"{self.came_out} bytes out of {self.went_in} when it was stopped")


def pieces(path: Path) -> Iterator[bytes]:
    """The bytes of a file, unpacked once if it is packed (gzip, or a zip of one file).

    Raises `FileRefused`: MISSING_FILE, TOO_LARGE, BROKEN_ARCHIVE, ARCHIVE_ENCRYPTED, ARCHIVE_MEMBERS, ARCHIVE_UNSAFE,
    ARCHIVE_NESTED. A workbook is a zip too; it comes out as it is.
    """
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise FileRefused("MISSING_FILE") from None
    with file:
        head = file.read(8)
        file.seek(0)
        if head.startswith(GZIP):
            yield from _not_packed_again(_gunzipped(file))
        elif head.startswith(ZIP) and not is_workbook(archive := opened_zip(file)):
            yield from _not_packed_again(member_pieces(archive, _the_only_member(archive)))
        else:
            yield from _plain(file)


def _plain(file: BinaryIO) -> Iterator[bytes]:
    file.seek(0, 2)
    if file.tell() > BYTES_MAX:
        raise FileRefused("TOO_LARGE", f"{file.tell()} bytes")
    file.seek(0)
    while piece := file.read(PIECE):
        yield piece


def _not_packed_again(unpacked: Iterator[bytes]) -> Iterator[bytes]:
    for number, piece in enumerate(unpacked):
        if not number and piece.startswith((GZIP, ZIP)) and not _begins_workbook(piece):
            raise FileRefused("ARCHIVE_NESTED")
        yield piece


def _begins_workbook(piece: bytes) -> bool:
    """Does this zip begin as a workbook does? Its first member is then one of these."""
    name = piece[30 : 30 + int.from_bytes(piece[26:28], "little")]
    return name.startswith((b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/"))


# Gzip


def _gunzipped(file: BinaryIO) -> Iterator[bytes]:
    """All members of a gzip file."""
    growth, members = Growth(), 1
    inflater = zlib.decompressobj(wbits=31)
    while rest := file.read(_GZIP_PIECE):
        growth.took(len(rest))
        while rest:
            if inflater.eof:
                rest = rest.lstrip(b"\0")
                if not rest:
                    break
                inflater, members = zlib.decompressobj(wbits=31), members + 1
                if members > GZIP_MEMBERS_MAX:
                    raise FileRefused("TOO_LARGE", f"more than {GZIP_MEMBERS_MAX} packed parts")
            try:
                piece = inflater.decompress(rest, PIECE)
            except zlib.error:
                raise FileRefused("BROKEN_ARCHIVE") from None
            rest = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            growth.gave(len(piece))
            if piece:
                yield piece
    if not inflater.eof:
        raise FileRefused("BROKEN_ARCHIVE", "the packed file ends too early")


# Zip


def opened_zip(file: BinaryIO) -> zipfile.ZipFile:
    """The archive, its directory read; one whose directory is too long is not read at all."""
    _check_directory(file)
    try:
        archive = zipfile.ZipFile(file)
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError, IndexError, struct.error):
        raise FileRefused("BROKEN_ARCHIVE") from None
    for member in archive.infolist():
        _check_member(member)
    _check_overlap(archive, file)
    return archive


def is_workbook(archive: zipfile.ZipFile) -> bool:
    return any(member.filename == WORKBOOK_MARK for member in archive.infolist())


def _check_directory(file: BinaryIO) -> None:
    """Look at the end of the file for the directory's length: a long one costs memory before any limit could hold."""
    size = file.seek(0, 2)
    begin = max(0, size - 65_557)
    file.seek(begin)
    tail = file.read()
    at = tail.rfind(_END_OF_DIRECTORY)
    if at < 0 or len(tail) - at < 22:
        raise FileRefused("BROKEN_ARCHIVE", "no directory at its end")
    if tail[max(0, at - 20) : at].startswith(_ZIP64):
        raise FileRefused("TOO_LARGE", "an archive for more than four gigabytes")
    members, length = (
        int.from_bytes(tail[at + 10 : at + 12], "little"),
        int.from_bytes(tail[at + 12 : at + 16], "little"),
    )
    if members > ZIP_MEMBERS_MAX or length > ZIP_DIRECTORY_MAX:
        raise FileRefused("ARCHIVE_MEMBERS", f"{members} members")


def _check_member(member: zipfile.ZipInfo) -> None:
    name = member.orig_filename
    if not member.filename:
        raise FileRefused("BROKEN_ARCHIVE", "a member without a name")
    parts = name.replace("\\", "/").split("/")
    if ".." in parts or name.startswith(("/", "\\")) or "\0" in name or ":" in parts[0]:
        raise FileRefused("ARCHIVE_UNSAFE", "a member's name leads out of its folder")
    if stat.S_ISLNK(member.external_attr >> 16):
        raise FileRefused("ARCHIVE_UNSAFE", "a member is a link")
    if member.flag_bits & 0x41:
        raise FileRefused("ARCHIVE_ENCRYPTED")
    if member.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise FileRefused("BROKEN_ARCHIVE", "packed by a method other than store and deflate")


def _check_overlap(archive: zipfile.ZipFile, file: BinaryIO) -> None:
    """No two members may share bytes: that is how 61 KB become ten gigabytes."""
    end = 0
    for member in sorted(archive.infolist(), key=lambda member: member.header_offset):
        if member.header_offset < end:
            raise FileRefused("TOO_LARGE", "members of the archive lie over each other")
        end = member.header_offset + 30 + len(member.orig_filename.encode("utf-8", "replace")) + member.compress_size
    if end > file.seek(0, 2) + 64:
        raise FileRefused("BROKEN_ARCHIVE", "a member ends after the file")


def _the_only_member(archive: zipfile.ZipFile) -> zipfile.ZipInfo:
    files = [member for member in archive.infolist() if not member.is_dir()]
    if len(files) != 1:
        raise FileRefused("ARCHIVE_MEMBERS", f"{len(files)} files")
    return files[0]


def member_pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo, growth: Growth | None = None) -> Iterator[bytes]:
    """One member, unpacked piece by piece; its length and checksum must be what the archive says.

    `growth`: shared by the members of one archive, so that many small bombs are one big one.
    """
    growth = growth or Growth()
    growth.took(member.compress_size)
    earlier = growth.came_out
    try:
        with archive.open(member) as unpacked:
            while piece := unpacked.read(PIECE):
                growth.gave(len(piece))
                yield piece
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, RuntimeError, NotImplementedError):
        raise FileRefused("BROKEN_ARCHIVE") from None
    if growth.came_out - earlier != member.file_size:
        raise FileRefused("BROKEN_ARCHIVE", "a member is not as long as the archive says")
