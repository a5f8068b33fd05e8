"""What the landing keeps of a row of a workbook or a Parquet file is, under the head the intake gives it, that row again."""

from __future__ import annotations

import csv
import io
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter

from onefold.analytics.landing.rows import originals
from onefold.analytics.landing.shapes import Batch
from onefold.domains.intake.as_sent import columns_of, with_head
from onefold.domains.intake.tests.test_as_sent import feed_of
from onefold.policy.feed_shapes import ColumnSpec, FeedSpec
from onefold.seam.checksums import sha256_of

HEADS = ["姓名", "编号", "note"]
ROWS = [["张三", "7", 'says "no", and\nleaves'], ["李四", "8", ""]]


def workbook(path: Path, heads: list[str], rows: list[list[str]]) -> None:
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet()
    for place, row in enumerate([heads, *rows]):
        sheet.write_row(place, 0, row)
    book.close()


def parquet(path: Path, heads: list[str], rows: list[list[str]]) -> None:
    pq.write_table(pa.table({head: [row[place] for row in rows] for place, head in enumerate(heads)}), path)


def given_back(path: Path, feed: FeedSpec) -> list[dict[str, str]]:
    batch = Batch("b", feed.name, path, datetime(2026, 6, 30, tzinfo=UTC), sha256_of(path))
    places = np.arange(2) + (1 if feed.excel else 0)
    rows = originals(batch, feed, places, places)
    return list(csv.DictReader(io.StringIO(with_head(columns_of(feed, rows[0]), rows).decode(), newline="")))


@pytest.mark.parametrize(("form", "written"), [("excel", workbook), ("parquet", parquet)])
def test_a_row_set_aside_comes_back_under_its_columns(tmp_path, form, written):
    written(tmp_path / "file", HEADS, ROWS)
    feed = feed_of(form, *(ColumnSpec(name, "text") for name in ("编号", "姓名", "note")))
    assert given_back(tmp_path / "file", feed) == [dict(zip(HEADS, row, strict=True)) for row in ROWS]


@pytest.mark.parametrize(("form", "written"), [("excel", workbook), ("parquet", parquet)])
def test_also_where_a_column_that_may_be_absent_is(tmp_path, form, written):
    written(tmp_path / "file", HEADS, ROWS)
    feed = feed_of(form, *(ColumnSpec(name, "text") for name in HEADS), ColumnSpec("new", "text", may_be_absent=True))
    assert given_back(tmp_path / "file", feed) == [dict(zip([*HEADS, "new"], [*row, ""], strict=True)) for row in ROWS]
