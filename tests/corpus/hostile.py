"""Files made to hurt: small ones that grow, large ones that never end, archives that lead elsewhere."""

from __future__ import annotations

import base64
import gzip
import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterable

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

MB = 2**20
ZEROS = bytes(MB)


def gzip_of_10_gb() -> bytes:
    """Ten megabytes of gzip that say ten gigabytes: one packed block, repeated inside a single stream."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = b"".join(packer.compress(b"0" * MB) for _ in range(10)) + packer.flush(zlib.Z_FULL_FLUSH)
    return b"\x1f\x8b\x08" + bytes(7) + block * 1_000 + packer.flush()


def gzip_members() -> bytes:
    return gzip.compress(b"") * 150_000


def zip_of(*members: tuple[str, bytes], attributes: int = 0) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            info = zipfile.ZipInfo(name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = attributes
            archive.writestr(info, content)
    return buffer.getvalue()


def zip_over_itself(members: int = 1_000) -> bytes:
    """About 61 KB that claim ten gigabytes: every entry of the directory names the same ten packed megabytes."""
    once = zip_of(("a.csv", bytes(10 * MB)))
    local, entry = once[: once.index(b"PK\x01\x02")], once[once.index(b"PK\x01\x02") : once.index(b"PK\x05\x06")]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, members, members, len(entry) * members, len(local), 0)
    return local + entry * members + end


def zip_that_lies() -> bytes:
    """A member of 40 MB that says of itself that it is 8 bytes long."""
    found = zip_of(("a.csv", bytes(40 * MB)))
    return found.replace(struct.pack("<L", 40 * MB), struct.pack("<L", 8))


def zip_without_a_name() -> bytes:
    """Found by fuzzing: the name of the only member begins with a NUL byte."""
    return zip_of(("abcde.csv", b"a,b\n1,2\n")).replace(b"abcde.csv", b"\0bcde.csv")


def encrypted_zip() -> bytes:
    found = bytearray(zip_of(("a.csv", b"a,b\n1,2\n")))
    found[6] |= 1
    found[found.index(b"PK\x01\x02") + 8] |= 1
    return bytes(found)


def workbook(cells: Iterable[tuple[int, int, str]] = ((0, 0, "a"), (0, 1, "b"), (1, 0, "1"), (1, 1, "2"))) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for row, column, text in cells:
            page.write_string(row, column, text)
    return buffer.getvalue()


def workbook_with(part: str, content: bytes, also: tuple[tuple[str, bytes], ...] = ()) -> bytes:
    """A workbook one of whose parts holds something else."""
    with zipfile.ZipFile(io.BytesIO(workbook())) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    return zip_of(*(parts | {part: content} | dict(also)).items())


SHEET, STRINGS = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml"
_MAIN = b'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
LAUGHS = b"".join(
    [b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY l0 "ha">']
    + [b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)]
    + [b"]><sst ", _MAIN, b"><si><t>&l9;</t></si></sst>"]
)
OUTSIDE = (
    b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY x SYSTEM "file:///etc/passwd">]><sst '
    + _MAIN
    + b"><si><t>&x;</t></si></sst>"
)


def sheet_xml(rows: bytes) -> bytes:
    return b'<worksheet %s><dimension ref="A1:XFD1048576"/><sheetData>%s</sheetData></worksheet>' % (_MAIN, rows)


def parquet(**columns: object) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def rows_from_nothing() -> bytes:
    """Fifty million rows of one value: a few kilobytes."""
    one = pa.DictionaryArray.from_arrays(pa.array([0] * MB, pa.int8()), ["x"])
    buffer = io.BytesIO()
    with pq.ParquetWriter(buffer, pa.schema({"a": one.type, "b": one.type})) as writer:
        for _ in range(48):
            writer.write_table(pa.table({"a": one, "b": one}))
    return buffer.getvalue()


_NONSENSE = (
    "P(e~L6$BL!6%<Sr0u=xf000Oa00000008(u6#x|y6&5TN1Qie!1{DSz7zh9W00000_&*p300000008(u76K>;00000008(u7zh9W00000_&*U5"
    "00009AOZjY00RL50ss{R6&Mv9Ocewb01^NI3@iZv000000002zj*Arl6%rK|EENP55ETX$1{^j3C<Et?ix>fT5fK0Y00|%h000040RaO76$BYP"
    "H2@d}b7N>_ZDADz02K-)0~i5e02K@+0vG{eB>+qu0000M1Q{F|EG7UP6$%+O00s~l7y)4w0u}@oya5)(0VX&m2pkv)00000008(u7zh9W00000"
    "_&*i`C<p)m00000_&*p300000008(u5fK0xEENP502KlN6#x|w6#@V}DFzuP0s;U4044w&6$}|Q00s~l7y)7x0u}@ogaH<e0Vae3Cd>gGHUKCC"
    "=Z=dQ0eBG+02wS51Qh@k0ss{N6%Z8y06Z2583q|900aO402aUk76c{;7SI9!85|f4K~hprS2}ZJXk~3-7~lafFE1}IHbFr_K|xVLK|w)5K|xDF"
    "L3cqyXF*0mL1#fjXF)+hK|w-7K|xJHK|w)7K|x7DK|w)6K|x7DK|w)6K|w)5K}kVDK|(=6K|w)6K|w)5PHHbNFE~L#K}AMIK|w)5LT5oiK|w`9"
    "K|w)5K|w)5K}A79K|*OkK|w)6K|w`9K~X_LK|xVLLQz3OK|x1BL1RHgK|w)5LP0@AK|w)5K|w)5QB6@nK|w)BK|w)5K~X_LK|w)5K|w)5Q9(gL"
    "M@2zGXF*9pL0LgUXF)+hK|w)5XF)+hK|w(P7$9(Aa&dKKbS-0Wa4lhSa&LDac4cyNX>V>IGBz$SE-@J_8~^|u000030ssI|K~ga"
)


def parquet_of_nonsense() -> bytes:
    """Found by fuzzing: asked for this column's account of itself, pyarrow 26 ends the process."""
    return base64.b85decode(_NONSENSE)


Case = tuple[str, Callable[[], bytes], str]
"""Kind of the feed, the file, and the reason for which it is refused (or the rule by which its row is set aside)."""

CASES: dict[str, Case] = {
    "gzip of 10 GB": ("csv", gzip_of_10_gb, "TOO_LARGE"),
    "gzip of many members": ("csv", gzip_members, "TOO_LARGE"),
    "gzip inside gzip": ("csv", lambda: gzip.compress(gzip.compress(ZEROS)), "ARCHIVE_NESTED"),
    "gzip with something behind it": ("csv", lambda: gzip.compress(b"a,b\n1,2\n") + b"more", "BROKEN_ARCHIVE"),
    "zip of 10 GB over itself": ("csv", zip_over_itself, "TOO_LARGE"),
    "workbook of 10 GB over itself": ("excel", zip_over_itself, "TOO_LARGE"),
    "zip of too many members": ("csv", lambda: zip_over_itself(60_000), "ARCHIVE_MEMBERS"),
    "zip of two files": ("csv", lambda: zip_of(("a.csv", b"a,b\n"), ("b.csv", b"a,b\n")), "ARCHIVE_MEMBERS"),
    "zip of nothing": ("csv", lambda: zip_of(("a/", b""))[:], "ARCHIVE_MEMBERS"),
    "zip inside zip": ("csv", lambda: zip_of(("a.zip", zip_of(("a.csv", bytes(20 * MB))))), "ARCHIVE_NESTED"),
    "zip bomb": ("csv", lambda: zip_of(("a.csv", bytes(60 * MB))), "TOO_LARGE"),
    "zip that lies about its length": ("csv", zip_that_lies, "BROKEN_ARCHIVE"),
    "zip slip": ("csv", lambda: zip_of(("../../etc/cron.d/x", b"a,b\n1,2\n")), "ARCHIVE_UNSAFE"),
    "zip slip, backwards": ("csv", lambda: zip_of(("..\\x.csv", b"a,b\n1,2\n")), "ARCHIVE_UNSAFE"),
    "zip with a drive": ("csv", lambda: zip_of(("C:/x.csv", b"a,b\n1,2\n")), "ARCHIVE_UNSAFE"),
    "zip from the root": ("csv", lambda: zip_of(("/etc/x.csv", b"a,b\n1,2\n")), "ARCHIVE_UNSAFE"),
    "zip of a link": ("csv", lambda: zip_of(("a.csv", b"/etc/passwd"), attributes=(stat.S_IFLNK | 0o777) << 16), "ARCHIVE_UNSAFE"),
    "encrypted zip": ("csv", encrypted_zip, "ARCHIVE_ENCRYPTED"),
    "zip of a file without a name": ("csv", zip_without_a_name, "BROKEN_ARCHIVE"),
    "half a zip": ("csv", lambda: zip_of(("a.csv", b"a,b\n1,2\n"))[:-10], "BROKEN_ARCHIVE"),
    "a field of 100 MB": ("csv", lambda: b'a,b\n1,"' + b"x" * (100 * MB) + b'"\n2,3\n', "LINE_TOO_LONG"),
    "a field of 100 MB in GB18030": ("csv-gb18030", lambda: b"a,b\n1," + b"\xce\xd2" * (50 * MB) + b"\n", "LINE_TOO_LONG"),
    "JSON of 100 MB in one line": ("jsonl", lambda: b'{"a": "' + b"x" * (100 * MB) + b'"}\n', "LINE_TOO_LONG"),
    "JSON a million deep": ("jsonl", lambda: b'{"a": ' + b"[" * MB + b"\n", "NOT_THE_FORMAT"),
    "a JSON number of a million digits": ("jsonl", lambda: b'{"a": "k", "b": %s}\n' % (b"9" * 900_000), "TOO_LONG"),
    "10,000 columns": ("csv", lambda: b",".join(b"c%d" % n for n in range(10_000)) + b"\n" + b"1," * 9_999 + b"1\n", "HEADER_CHANGED"),
    "10,000 keys": ("jsonl", lambda: b"{%s}\n" % b",".join(b'"c%d": 1' % n for n in range(10_000)), "HEADER_CHANGED"),
    "no bytes": ("csv", lambda: b"", "EMPTY_FILE"),
    "a byte order mark and nothing else": ("csv", lambda: b"\xef\xbb\xbf", "EMPTY_FILE"),
    "NUL bytes": ("csv", lambda: b"a,b\n" + bytes(1_000) + b",1\n", "NUL_BYTE"),
    "nothing but NUL bytes": ("csv", lambda: bytes(5 * MB), "HEADER_BROKEN"),
    "workbook whose sheet is a bomb": ("excel", lambda: workbook_with(SHEET, sheet_xml(b" " * (60 * MB))), "TOO_LARGE"),
    "workbook with a bomb beside": ("excel", lambda: workbook_with(SHEET, sheet_xml(b""), (("xl/media/a.png", bytes(60 * MB)),)), "TOO_LARGE"),
    "workbook with entities": ("excel", lambda: workbook_with(STRINGS, LAUGHS), "XML_ENTITIES"),
    "workbook with a file from outside": ("excel", lambda: workbook_with(STRINGS, OUTSIDE), "XML_ENTITIES"),
    "workbook with entities in UTF-16": ("excel", lambda: workbook_with(STRINGS, LAUGHS.decode().encode("utf-16")), "XML_ENTITIES"),
    "workbook from corner to corner": (
        "excel",
        lambda: workbook([(0, 0, "a"), (0, 1, "b"), (1_048_575, 16_383, "x")]),
        "FIELD_COUNT",
    ),
    "workbook of 16,384 columns": ("excel", lambda: workbook([(0, 0, "a"), (0, 16_383, "b"), (1, 1, "x")]), "HEADER_CHANGED"),
    "workbook with rows out of order": (
        "excel",
        lambda: workbook_with(SHEET, sheet_xml(b'<row r="9"/><row r="3"/>')),
        "NOT_THE_FORMAT",
    ),
    "workbook with a text that is not there": (
        "excel",
        lambda: workbook_with(SHEET, sheet_xml(b'<row r="1"><c r="A1" t="s"><v>99</v></c></row>')),
        "NOT_THE_FORMAT",
    ),
    "workbook that is a link": ("excel", lambda: zip_of(("[Content_Types].xml", b"x"), attributes=(stat.S_IFLNK | 0o777) << 16), "ARCHIVE_UNSAFE"),
    "Parquet of fifty million rows in nothing": ("parquet", rows_from_nothing, "TOO_LARGE"),
    "Parquet with a field of 100 MB": ("parquet", lambda: parquet(a=["x" * (100 * MB)], b=["y"]), "TOO_LARGE"),
    "Parquet whose column talks nonsense": ("parquet", parquet_of_nonsense, "NOT_THE_FORMAT"),
    "Parquet cut off": ("parquet", lambda: parquet(a=["x"] * 9, b=["y"] * 9)[:-9], "NOT_THE_FORMAT"),
}  # fmt: skip
