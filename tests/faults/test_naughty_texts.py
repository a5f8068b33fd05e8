"""Row 25, the part of files: a naughty text comes out of a text column as it went in, or its row is set aside with a rule."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from onefold.analytics.landing.columns import read_column
from onefold.analytics.landing.rows import sheet_of
from onefold.analytics.landing.shapes import Batch
from onefold.policy.feed_sentences import REJECT_SENTENCES
from onefold.seam.checksums import sha256_of
from tests.corpus.feeds import feed_of
from tests.corpus.naughty import NAUGHTY

Table = list[tuple[str, str]]


def as_csv(table: Table) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows([("no", "text"), *table])
    return buffer.getvalue().encode()


def as_jsonl(table: Table) -> bytes:
    return b"".join(json.dumps({"no": number, "text": text}).encode() + b"\n" for number, text in table)


def as_parquet(table: Table) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table({"no": [number for number, _ in table], "text": [text for _, text in table]}), buffer)
    return buffer.getvalue()


def as_excel(table: Table) -> bytes:
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for row, (number, text) in enumerate([("no", "text"), *table]):
            page.write_string(row, 0, number)
            page.write_string(row, 1, text)
    return buffer.getvalue()


RULES = {"NUL_BYTE", "CONTROL_CHARACTER", "BROKEN_TEXT", "TOO_LONG"}


@pytest.mark.parametrize(
    ("kind", "write"), [("csv", as_csv), ("jsonl", as_jsonl), ("parquet", as_parquet), ("excel", as_excel)]
)
def test_a_naughty_text_comes_back_as_it_was_or_is_set_aside(
    tmp_path: Path, kind: str, write: Callable[[Table], bytes]
) -> None:
    path = tmp_path / "file"
    path.write_bytes(write([(f"k{number}", text) for number, text in enumerate(NAUGHTY)]))
    feed = feed_of(kind, "no", "text")
    sheet = sheet_of(Batch("b", "corpus", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)), feed)
    reading = read_column(feed.columns[1], sheet.frame, date(2026, 6, 30))
    assert len(sheet) == len(NAUGHTY)
    lost = []
    for text, rule, raw, value, later in zip(
        NAUGHTY, sheet.frame["_rule"], sheet.frame["text"], reading.values, reading.rules, strict=True
    ):
        set_aside = rule or later
        if set_aside:
            assert set_aside in RULES & set(REJECT_SENTENCES), (text[:40], set_aside)
        elif raw != text or (value or "") != text.strip():
            lost.append((text[:40], raw, value))
    assert lost == []


def test_only_texts_that_no_table_should_hold_are_set_aside(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(as_csv([(f"k{number}", text) for number, text in enumerate(NAUGHTY)]))
    sheet = sheet_of(
        Batch("b", "corpus", path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path)), feed_of("csv", "no", "text")
    )
    aside = {text for text, rule in zip(NAUGHTY, sheet.frame["_rule"], strict=True) if rule}
    assert all(set(text) & set(map(chr, [*range(9), *range(11, 32), 127, 0xFFFD])) for text in aside)
