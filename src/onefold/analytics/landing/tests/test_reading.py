"""Bytes to rows: nothing lost, nothing changed, nothing guessed; one bad row costs one row."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.landing.rows import Sheet, originals, sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.policy.feed_shapes import ColumnSpec, Control, CsvDialect, FeedSpec
from onefold.seam.checksums import sha256_of

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def feed_of(*names: str, control: Control | None = None, ignore: tuple[str, ...] = (), **dialect: Any) -> FeedSpec:
    return FeedSpec(
        name="feed", company="HLIFE", target="lookup", title={}, file="*", csv=CsvDialect(**dialect), mode="full",
        columns=tuple(ColumnSpec(name, "text") for name in names), ignore=ignore, unpivot=None, repeat=None,
        lookups=(), derivations=(), only={}, map=(), control=control or Control(rows_at_least=0),
        quarantined_share_max=1.0, freshness_days=1, assumed=False,
    )  # fmt: skip


def batch_of(folder: Path, content: bytes) -> Batch:
    path = folder / "file"
    path.write_bytes(content)
    return Batch("b", "feed", path, NOON, sha256_of(path))


def read(folder: Path, content: bytes, feed: FeedSpec) -> Sheet:
    return sheet_of(batch_of(folder, content), feed)


def rows(sheet: Sheet) -> list[tuple[object, ...]]:
    return sheet.frame.drop("_row", "_at").rows()


def refused(folder: Path, content: bytes, feed: FeedSpec) -> str:
    with pytest.raises(FileRefused) as caught:
        read(folder, content, feed)
    return str(caught.value)


AB = feed_of("a", "b")


def test_quoted_fields_keep_delimiters_quotes_and_line_breaks(tmp_path: Path) -> None:
    sheet = read(tmp_path, b'a,b\n"1,2","say ""hi"""\n"x\r\ny",z\n', AB)
    assert rows(sheet) == [(None, "1,2", 'say "hi"'), (None, "x\r\ny", "z")]
    assert sheet.first.tolist() == [1, 2]
    assert sheet.last.tolist() == [1, 3]


def test_one_stray_quote_costs_one_row_and_not_the_rest_of_the_file(tmp_path: Path) -> None:
    content = b'a,b\n1,2\n3,5" pipe\n"ok\nstill",6\n"never closed,7\n8,9\n'
    sheet = read(tmp_path, content, AB)
    bad = "BAD_QUOTES"
    assert rows(sheet) == [
        (None, "1", "2"), (bad, None, None), (None, "ok\nstill", "6"), (bad, None, None), (None, "8", "9"),
    ]  # fmt: skip
    batch = batch_of(tmp_path, content)
    assert originals(batch, AB, sheet.first, sheet.last)[1:4] == [
        b'3,5" pipe\n',
        b'"ok\nstill",6\n',
        b'"never closed,7\n',
    ]


def test_text_after_a_closing_quote_is_no_field(tmp_path: Path) -> None:
    assert rows(read(tmp_path, b'a,b\n"1"x,2\n3,4\n', AB)) == [("BAD_QUOTES", None, None), (None, "3", "4")]


def test_rows_with_another_number_of_fields_nul_bytes_and_control_characters_are_set_aside(tmp_path: Path) -> None:
    sheet = read(tmp_path, "a,b\n1\n1,2,3\n1,\0\n1,\x1f\n1,\ufffd\n1,x\ry\n\n1,\t2\n".encode(), AB)
    found = [row[0] for row in rows(sheet)]
    control = "CONTROL_CHARACTER"
    assert found == ["FIELD_COUNT", "FIELD_COUNT", "NUL_BYTE", control, "BROKEN_TEXT", control, None]
    assert sheet.first.tolist() == [1, 2, 3, 4, 5, 6, 8]


def test_byte_order_mark_line_ends_of_all_kinds_and_a_missing_last_one(tmp_path: Path) -> None:
    expected = [(None, "1", "2"), (None, "3", "4")]
    for content in (b"\xef\xbb\xbfa,b\r\n1,2\r\n3,4", b"a,b\n1,2\n\n3,4\n", b"a,b\r1,2\r3,4\r", b"b,a\n2,1\n4,3"):
        assert rows(read(tmp_path, content, AB)) == expected
    strict = read(tmp_path, b"a,b\r\n1,2\n3,4\r\n", feed_of("a", "b", newline="crlf"))
    assert [row[0] for row in rows(strict)] == ["WRONG_NEWLINE", None]


def test_a_packed_file_reads_as_the_plain_one_and_a_bomb_is_refused(tmp_path: Path) -> None:
    packed = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")
    assert rows(read(tmp_path, packed, AB)) == [(None, "1", "2"), (None, "3", "4")]
    assert refused(tmp_path, packed[:-12], AB).startswith("BROKEN_ARCHIVE")
    bomb = gzip.compress(bytes(64 * 2**20))
    assert refused(tmp_path, bomb, AB).startswith("TOO_LARGE")


@pytest.mark.parametrize(
    ("content", "feed", "reason"),
    [
        (b"", AB, "EMPTY_FILE"),
        (b"\n\n", AB, "EMPTY_FILE"),
        (b"a\n1\n", AB, "HEADER_CHANGED: missing b"),
        (b"a,b,c\n1,2,3\n", AB, "HEADER_CHANGED: 1 unknown of 3 (first at place 3)"),
        (b"a,B\n1,2\n", AB, "HEADER_CHANGED: missing b; 1 unknown of 2 (first at place 2)"),
        (b"a,b,b\n1,2,3\n", AB, "HEADER_CHANGED: twice b"),
        (b'"a,b\n1,2\n', AB, "HEADER_BROKEN: rule BAD_QUOTES"),
        (b"a,b\n1,\xff\n", AB, "WRONG_ENCODING: no UTF-8 at byte 6"),
        ("a,b\n王,2\n".encode(), feed_of("a", "b", encoding="gb18030"), "WRONG_ENCODING: is UTF-8, not gb18030"),
        (b"a,b\n1,2\n", feed_of("a", "b", control=Control(rows_at_least=2)), "TOO_FEW_ROWS"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_whole(tmp_path: Path, content: bytes, feed: FeedSpec, reason: str) -> None:
    assert refused(tmp_path, content, feed).startswith(reason)


def test_a_refusal_names_no_value_of_the_file(tmp_path: Path) -> None:
    assert "王小明" not in refused(tmp_path, "王小明,13812345678\n李雷,1\n".encode(), AB)


def test_chinese_encodings_are_read_as_declared_and_originals_stay_in_them(tmp_path: Path) -> None:
    content = 'a,b\n"𠮷\n龴",2\n王,x|y\n'.encode("gb18030")
    for encoding in ("gb18030", "auto"):
        feed = feed_of("a", "b", encoding=encoding)
        sheet = read(tmp_path, content, feed)
        assert rows(sheet) == [(None, "𠮷\n龴", "2"), (None, "王", "x|y")]
        raw = originals(batch_of(tmp_path, content), feed, sheet.first, sheet.last)
        assert b"".join(raw) == content.removeprefix(b"a,b\n")
    assert rows(read(tmp_path, "a,b\n王,2\n".encode(), feed_of("a", "b", encoding="auto"))) == [(None, "王", "2")]


def test_a_file_that_changes_its_encoding_midway_is_refused(tmp_path: Path) -> None:
    content = "a,b\n王,1\n".encode() + "李,2\n".encode("gb18030")
    assert refused(tmp_path, content, AB).startswith("WRONG_ENCODING")


def test_a_trailer_is_compared_and_is_no_row(tmp_path: Path) -> None:
    feed = feed_of("a", "b", control=Control(trailer=r"END,(?P<rows>[0-9]+)"))
    assert rows(read(tmp_path, b"a,b\n1,2\n3,4\nEND,2\n", feed)) == [(None, "1", "2"), (None, "3", "4")]
    assert refused(tmp_path, b"a,b\n1,2\nEND,2\n", feed).startswith("TRAILER_ROWS")
    whole = b"a,b\n" + b"1,2\n" * 200 + b"END,200\n"
    for cut in range(5, len(whole) - 1, 7):
        with pytest.raises(FileRefused):
            read(tmp_path, whole[:cut], feed)


def test_files_without_header_quotes_or_with_title_lines(tmp_path: Path) -> None:
    assert rows(read(tmp_path, b"1,2\n", feed_of("a", "b", header=False))) == [(None, "1", "2")]
    assert rows(read(tmp_path, b'"1|2"\n', feed_of("a", "b", header=False, quote="", delimiter="|"))) == [
        (None, '"1', '2"')
    ]
    sheet = read(tmp_path, b'"List\n\na,b\n1,2\n', feed_of("a", "b", skip_lines=2))
    assert rows(sheet) == [(None, "1", "2")]
    assert sheet.first.tolist() == [3]


def test_a_huge_field_is_set_aside(tmp_path: Path) -> None:
    sheet = read(tmp_path, b"a,b\n1," + b"x" * 2**20 + b"\n1,2\n", AB)
    assert rows(sheet) == [("ROW_TOO_LONG", None, None), (None, "1", "2")]


texts = st.text(st.characters(exclude_characters="\r", min_codepoint=32, exclude_categories=["Cs"]) | st.sampled_from(' ",;\n|王'), max_size=8).filter(lambda text: "\ufffd" not in text and "\x7f" not in text)  # fmt: skip


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(
    st.lists(st.tuples(texts, texts, texts), min_size=1, max_size=8),
    st.sampled_from([",", ";", "|"]),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from(["utf-8", "gb18030"]),
)
def test_whatever_a_correct_writer_writes_comes_back_unchanged(
    tmp_path_factory: pytest.TempPathFactory, table: list[tuple[str, ...]], delimiter: str, newline: str, encoding: str
) -> None:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=delimiter, lineterminator=newline, quoting=csv.QUOTE_ALL)
    writer.writerows([("a", "b", "c"), *table])
    folder = tmp_path_factory.mktemp("csv")
    content = buffer.getvalue().encode(encoding)
    feed = feed_of("a", "b", "c", delimiter=delimiter, encoding=encoding)
    try:
        sheet = read(folder, content, feed)
    except FileRefused as refusal:
        assert str(refusal).startswith(("WRONG_ENCODING: is UTF-8", "ENCODING_UNCLEAR"))
        return
    assert rows(sheet) == [(None, *row) for row in table]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from([b'"', b",", b"\n", b"\r", b"x", b'""', b"\0", "王".encode()]), max_size=40))
def test_whatever_arrives_every_byte_belongs_to_one_row_or_the_file_is_refused(
    tmp_path_factory: pytest.TempPathFactory, pieces: list[bytes]
) -> None:
    content = b"".join(pieces)
    batch = batch_of(tmp_path_factory.mktemp("csv"), content)
    feed = feed_of("a", "b", header=False)
    try:
        sheet = sheet_of(batch, feed)
    except FileRefused:
        return
    normal = content if b"\n" in content else content.replace(b"\r", b"\n")
    kept = b"".join(originals(batch, feed, sheet.first, sheet.last))
    assert kept.replace(b"\r\n", b"").replace(b"\n", b"") == normal.replace(b"\r\n", b"").replace(b"\n", b"")
    for row in sheet.frame.rows(named=True):
        assert (row["_rule"] is None) == (row["a"] is not None and row["b"] is not None)


def test_a_quote_that_swallows_the_rest_of_the_file_costs_its_line_and_not_those_below(tmp_path: Path) -> None:
    lines = "".join(f"{number},x\n" for number in range(500))
    closed_far_below = f'a,b\n"0,y\n{lines}9",z\n8,9\n'
    sheet = read(tmp_path, closed_far_below.encode(), AB)
    assert [(number, row[0]) for number, row in enumerate(rows(sheet)) if row[0]] == [
        (0, "BAD_QUOTES"),
        (501, "BAD_QUOTES"),
    ]
    assert rows(sheet)[1:4] == [(None, "0", "x"), (None, "1", "x"), (None, "2", "x")]
    never_closed = f'a,b\n"0,y\n{lines}'
    assert [row[0] for row in rows(read(tmp_path, never_closed.encode(), AB)) if row[0]] == ["BAD_QUOTES"]
    long_text = '"' + "line\n" * 90 + '"'
    assert rows(read(tmp_path, f"a,b\n{long_text},z\n".encode(), AB)) == [(None, long_text[1:-1], "z")]
