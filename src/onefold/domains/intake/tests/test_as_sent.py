"""Rows set aside are given back as their format has them, under the head they need, under a name that the feed reads."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from onefold.domains.intake.as_sent import columns_of, head_of, name_of, with_head
from onefold.policy.feed_shapes import (
    ColumnSpec,
    Control,
    CsvDialect,
    ExcelDialect,
    FeedSpec,
    JsonlDialect,
    ParquetDialect,
)

FORMS: dict[str, dict[str, Any]] = {
    "csv": {},
    "excel": {"excel": ExcelDialect(1, 1)},
    "parquet": {"parquet": ParquetDialect()},
    "jsonl": {"jsonl": JsonlDialect("utf-8")},
}


def feed_of(form: str, *columns: ColumnSpec) -> FeedSpec:
    return FeedSpec(
        name="feed", company="HLIFE", target="lookup", title={}, file="*", csv=CsvDialect(), mode="append",
        columns=columns, ignore=(), unpivot=None, repeat=None, lookups=(), derivations=(), only={}, map=(),
        control=Control(), quarantined_share_max=1.0, freshness_days=1, assumed=False, **FORMS[form],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("form", "sent", "given_back"),
    [
        ("csv", "a_20260601_2_r1.csv", "rejects-a_20260601_2_r1.csv"),
        ("csv", "a_20260601.txt.gz", "rejects-a_20260601.txt"),
        ("jsonl", "a_20260601.jsonl.zip", "rejects-a_20260601.jsonl"),
        ("jsonl", "a_20260601.json", "rejects-a_20260601.jsonl"),
        ("excel", "a_20260601.xlsx", "rejects-a_20260601.csv"),
        ("parquet", "客户_20260601.parquet", "rejects-客户_20260601.csv"),
        ("excel", "without_ending", "rejects-without_ending.csv"),
    ],
)
def test_the_name_keeps_the_senders_sequence_and_tells_how_the_rows_are_written(form, sent, given_back):
    assert name_of(sent, feed_of(form)) == given_back


@pytest.mark.parametrize("form", ["excel", "parquet"])
def test_rows_kept_as_csv_stand_under_the_feeds_columns(form):
    feed = feed_of(form, ColumnSpec("编号", "text"), ColumnSpec("note, free", "text"))
    assert columns_of(feed, b'7,"a ""b"", c"\n') == '编号,"note, free"\n'.encode()
    assert columns_of(feed, b'7,"two\nlines"\n') == '编号,"note, free"\n'.encode()


def test_columns_that_were_absent_have_no_place_in_the_head_and_none_is_guessed():
    new = [ColumnSpec(name, "text", may_be_absent=True) for name in ("new", "newer")]
    feed = feed_of("excel", ColumnSpec("a", "text"), *new)
    assert columns_of(feed, b"1,2,3\n") == b"a,new,newer\n"
    assert columns_of(feed, b"1\n") == b"a\n"
    assert columns_of(feed, b"1,2\n") == b"", "one of the two was there, and nobody can tell which"


def test_json_lines_need_no_head(tmp_path: Path):
    (tmp_path / "file").write_bytes(b'{"a": 1}\r\n{"a": "x"}')
    head = head_of(tmp_path / "file", feed_of("jsonl", ColumnSpec("a", "text")))
    assert with_head(head, [b'{"a": "x"}']) == b'{"a": "x"}\n'
