"""Every parser that bytes of strangers reach, as a function of bytes that may only refuse. For fuzzing."""

from __future__ import annotations

import gzip
import json
import tempfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from onefold.analytics.landing.columns import read_column
from onefold.analytics.landing.decoding import decoded
from onefold.analytics.landing.rows import originals, sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.policy.feed_checks import check_feed
from onefold.policy.feed_parsing import read_feed
from onefold.policy.feed_sentences import REFUSAL_SENTENCES, REJECT_SENTENCES
from onefold.policy.feed_shapes import ENCODINGS
from onefold.policy.feed_yaml import FeedBroken
from onefold.policy.feeds import ColumnSpec
from onefold.seam.checksums import sha256_of
from tests.corpus import hostile
from tests.corpus.feeds import feed_of
from tests.corpus.pollution import NAMES, clean_rows, written

FOLDER = Path(tempfile.mkdtemp(prefix="onefold-fuzz-", dir="/dev/shm" if Path("/dev/shm").is_dir() else None))
COLUMNS = (
    ColumnSpec("day", "date", format="%Y-%m-%d"),
    ColumnSpec("short_day", "date", format="%y%m%d %H:%M:%S", century=1900),
    ColumnSpec("amount", "money", currency="CNY", grouping=","),
    ColumnSpec("yen", "money", currency_column="text"),
    ColumnSpec("number", "whole"),
    ColumnSpec("resident", "resident_id"),
    ColumnSpec("credit", "credit_code"),
    ColumnSpec("document", "id_number", type_column="text", types={"身份证": "RESIDENT_ID", "护照": "PASSPORT"}),
    ColumnSpec("phone", "phone"),
    ColumnSpec("email", "email"),
    ColumnSpec("text", "text"),
)


def reads(kind: str, *columns: str, encoding: str = "utf-8") -> Callable[[bytes], None]:
    """A whole file of this kind: read, and every row's original taken."""
    feed = feed_of(kind, *columns, encoding=encoding)
    path = FOLDER / kind

    def read(content: bytes) -> None:
        path.write_bytes(content)
        batch = Batch("b", "fuzz", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path))
        try:
            sheet = sheet_of(batch, feed)
        except FileRefused as refusal:
            assert refusal.reason in REFUSAL_SENTENCES, refusal.reason
            return
        rules = set(sheet.frame["_rule"].drop_nulls().to_list())
        assert rules <= set(REJECT_SENTENCES), rules
        assert len(originals(batch, feed, sheet.first, sheet.last)) == len(sheet) == sheet.frame.height

    return read


def reads_part(part: str) -> Callable[[bytes], None]:
    """One XML part of a workbook that is otherwise sound."""
    read = reads("excel", "a", "b")
    return lambda content: read(hostile.workbook_with(part, content))


def reads_encodings(content: bytes) -> None:
    for encoding in ENCODINGS:
        try:
            _, text, _ = decoded(content, encoding)
            text.decode()
        except FileRefused as refusal:
            assert refusal.reason in REFUSAL_SENTENCES, refusal.reason


def reads_yaml(content: bytes) -> None:
    path = FOLDER / "feed.yaml"
    path.write_bytes(content)
    try:
        feed = read_feed(path)
        check_feed(feed, {lookup.feed: {} for lookup in feed.lookups})
    except FeedBroken:
        return


def reads_values(content: bytes) -> None:
    """Each line as a value of every column type."""
    texts = content.decode("utf-8", "replace").split("\n")
    frame = pl.DataFrame({column.name: texts for column in COLUMNS})
    for column in COLUMNS:
        reading = read_column(column, frame, date(2026, 6, 30))
        rules = set(reading.rules.drop_nulls().to_list())
        assert rules <= set(REJECT_SENTENCES), rules
        assert len(reading.values) == len(texts)


_CSV = written([list(NAMES), *clean_rows()])
_BOOK = hostile.workbook([(0, 0, "a"), (0, 1, "b"), (1, 0, "王"), (1, 1, "x")])
_SHEET = hostile.sheet_xml(
    b'<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="str"><v>b</v></c></row>'
    b'<row r="2"><c r="A2" s="1"><v>46173.5</v></c><c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>'
    b'<row r="3"><c t="b"><v>1</v></c><c t="d"><v>2026-05-31T00:00:00</v></c></row>'
    b'<row><c t="s"><v>0</v></c><c><v>1.5E+17</v></c></row>'
)
_YAML = (Path(__file__).parents[2] / "src/onefold/policy/rulebook/feeds/hpc_contracts.yaml").read_bytes()
_VALUES = "\n".join(
    ["2026-05-31", "260531 10:00:00", "1,234.50", "-0.00", "１２３", "1e400", "NaN", "11010519491231002X", "身份证", "E1234567", "+86 138 1234 5678",
     "a@b.cn", "91350100M000100Y43", "9" * 40, "2026-02-29", "", " ", "1582-10-10", "1.10105E+17"]
).encode()  # fmt: skip
_JSONL = b"".join(
    json.dumps({"a": n, "b": "王", "c": [1]} | ({"c": None} if n else {})).encode() + b"\n" for n in range(4)
)

PARSERS: dict[str, tuple[Callable[[bytes], None], list[bytes]]] = {
    "csv": (reads("csv", *NAMES), [_CSV, _CSV.replace(b"\n", b"\r\n")]),
    "csv_auto": (reads("csv", *NAMES, encoding="auto"), [_CSV.decode().encode("gb18030")]),
    "header": (reads("csv", "a", "b"), [b'"a","b"\n1,2\n', b"\xef\xbb\xbfb,a\r\n1,2"]),
    "gzip": (reads("csv", *NAMES), [gzip.compress(_CSV), gzip.compress(_CSV[:50]) + gzip.compress(_CSV[50:])]),
    "zip": (reads("csv", *NAMES), [hostile.zip_of(("a.csv", _CSV)), hostile.zip_over_itself(3)]),
    "xlsx": (reads("excel", "a", "b"), [_BOOK]),
    "xlsx_sheet": (reads_part(hostile.SHEET), [_SHEET]),
    "xlsx_strings": (reads_part(hostile.STRINGS), [b"<sst><si><t>a</t></si><si><r><t>b</t></r><rPh><t>x</t></rPh></si></sst>"]),
    "jsonl": (reads("jsonl", "a", "b"), [_JSONL]),
    "parquet": (reads("parquet", "a", "b"), [hostile.parquet(a=[1.5, None], b=["x", "王"])]),
    "encodings": (reads_encodings, [_CSV, _CSV.decode().encode("gb18030"), _CSV.decode().encode("utf-16")]),
    "feed_yaml": (reads_yaml, [_YAML]),
    "values": (reads_values, [_VALUES]),
}  # fmt: skip
