"""Excel, Parquet and JSON lines give the same frame of texts as CSV; packed or not."""

from __future__ import annotations

import gzip
import io
import zipfile
from datetime import UTC, date, datetime, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import xlsxwriter
from python_calamine import load_workbook

from onefold.analytics.landing.formats.workbook import shows_days
from onefold.analytics.landing.rows import Sheet, originals, sheet_of
from onefold.analytics.landing.shapes import Batch, FileRefused
from onefold.policy.feed_shapes import (
    ColumnSpec,
    Control,
    CsvDialect,
    ExcelDialect,
    FeedSpec,
    JsonlDialect,
    ParquetDialect,
)
from onefold.seam.checksums import sha256_of

NOON = datetime(2026, 6, 30, 12, tzinfo=UTC)


def feed_of(*columns: str | ColumnSpec, ignore: tuple[str, ...] = (), rows_at_least: int = 0, **form: Any) -> FeedSpec:
    specs = tuple(column if isinstance(column, ColumnSpec) else ColumnSpec(column, "text") for column in columns)
    return FeedSpec(
        name="feed", company="HLIFE", target="lookup", title={}, file="*", csv=form.pop("csv", CsvDialect()), mode="full",
        columns=specs, ignore=ignore, unpivot=None, repeat=None, lookups=(), derivations=(), only={}, map=(),
        control=Control(rows_at_least=rows_at_least), quarantined_share_max=1.0, freshness_days=1, assumed=False, **form,
    )  # fmt: skip


def excel(*columns: str | ColumnSpec, sheet: str | int = 1, header_row: int = 1, **more: Any) -> FeedSpec:
    return feed_of(*columns, excel=ExcelDialect(sheet, header_row), **more)


def jsonl(*columns: str | ColumnSpec, encoding: str = "utf-8", **more: Any) -> FeedSpec:
    return feed_of(*columns, jsonl=JsonlDialect(encoding), **more)


def parquet(*columns: str | ColumnSpec, **more: Any) -> FeedSpec:
    return feed_of(*columns, parquet=ParquetDialect(), **more)


def batch_of(folder: Path, content: bytes) -> Batch:
    path = folder / "file"
    path.write_bytes(content)
    return Batch("b", "feed", path, NOON, sha256_of(path))


def read(folder: Path, content: bytes, feed: FeedSpec) -> Sheet:
    return sheet_of(batch_of(folder, content), feed)


def rows(sheet: Sheet) -> list[tuple[object, ...]]:
    """Rule, column at fault, texts."""
    return sheet.frame.drop("_row").rows()


def texts(sheet: Sheet) -> list[tuple[object, ...]]:
    return sheet.frame.drop("_row", "_rule", "_at").rows()


def refused(folder: Path, content: bytes, feed: FeedSpec) -> str:
    with pytest.raises(FileRefused) as caught:
        read(folder, content, feed)
    return str(caught.value)


# Excel

FORMATS = {"day": "yyyy-mm-dd", "moment": "yyyy-mm-dd hh:mm:ss", "time": "hh:mm", "chinese": 'yyyy"年"m"月"d"日"'}
Written = Any | tuple[Any, str]


def workbook(
    *table: list[Written], title_rows: int = 0, sheets: tuple[str, ...] = ("Sheet1",), into: int = 0, **options: Any
) -> bytes:
    """A workbook with `table` in one sheet. A cell is a value, or (number, name of a format)."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True, **options}) as book:
        formats = {name: book.add_format({"num_format": code}) for name, code in FORMATS.items()}
        pages = [book.add_worksheet(name) for name in sheets]
        for row, cells in enumerate(table, title_rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, tuple):
                    pages[into].write_number(row, column, cell[0], formats[cell[1]])
                elif isinstance(cell, str) and cell.startswith("="):
                    formula, _, value = cell.partition("→")
                    pages[into].write_formula(row, column, formula, None, value)
                elif cell is not None:
                    (pages[into].write_string if isinstance(cell, str) else pages[into].write)(row, column, cell)
    return buffer.getvalue()


def edited(book: bytes, **parts: tuple[str, str]) -> bytes:
    """The workbook with a piece of text exchanged in `sheet1`, `workbook` or `styles`."""
    places = {"sheet1": "xl/worksheets/sheet1.xml", "workbook": "xl/workbook.xml", "styles": "xl/styles.xml"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(book)) as old, zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            for part, (before, after) in parts.items():
                if name == places[part]:
                    assert before.encode() in content
                    content = content.replace(before.encode(), after.encode())
            new.writestr(name, content)
    return buffer.getvalue()


DAY = ColumnSpec("a", "date", format="%d.%m.%Y")


def test_cells_of_excel_become_the_texts_a_person_would_write_down(tmp_path: Path) -> None:
    book = workbook(
        ["a", "b", "c"],
        [1, 1.5, -3.25],
        [True, False, "=1+1→2"],
        ["  x ", "two\nlines", "龴𠮷"],
        [0.1 + 0.2, 1e-7, 123456789012345],
        ["007", "", None],
    )
    assert texts(read(tmp_path, book, excel("a", "b", "c"))) == [
        ("1", "1.5", "-3.25"), ("true", "false", "2"), ("  x ", "two\nlines", "龴𠮷"),
        ("0.3", "0.0000001", "123456789012345"), ("007", "", ""),
    ]  # fmt: skip


def test_days_of_excel_come_in_the_declared_format_or_as_iso(tmp_path: Path) -> None:
    book = workbook(
        ["a", "b"],
        [(46173, "day"), (46173, "chinese")],
        [(46173.5, "moment"), (46173.75, "moment")],
        [(0.5, "time"), (59, "day")],
        [(60, "day"), (61, "day")],
        [(-1, "day"), (3e6, "day")],
        [46173, "31.05.2026"],
    )
    assert texts(read(tmp_path, book, excel(DAY, "b"))) == [
        ("31.05.2026", "2026-05-31"), ("2026-05-31 12:00:00", "2026-05-31 18:00:00"), ("12:00:00", "1900-02-28"),
        ("1900-02-29", "1900-03-01"), ("-1", "3000000"), ("46173", "31.05.2026"),
    ]  # fmt: skip
    old = workbook(["a", "b"], [(0, "day"), (44711, "day")], date_1904=True)
    assert texts(read(tmp_path, old, excel(DAY, "b"))) == [("01.01.1904", "2026-05-31")]


def test_what_excel_shows_as_an_error_or_has_lost_is_set_aside_and_the_rest_of_the_row_stays(tmp_path: Path) -> None:
    book = workbook(["a", "b"], ["k1", "=1/0→#DIV/0!"], ["k2", 110105194912310021], ["k3", "#N/A"], ["k4", "x", "y"])
    sheet = read(tmp_path, book, excel("a", "b"))
    assert rows(sheet) == [
        ("CELL_ERROR", "b", "k1", None), ("PRECISION_LOST", "b", "k2", None), (None, None, "k3", "#N/A"),
        ("FIELD_COUNT", None, "k4", "x"),
    ]  # fmt: skip
    assert originals(batch_of(tmp_path, book), excel("a", "b"), sheet.first[:2], sheet.last[:2]) == [
        b"k1,#DIV/0!\n",
        b"k2,1.1010519491231E+17\n",
    ]
    uncomputed = edited(
        workbook(["a", "b"], ["k", "=1+1→2"]), sheet1=("<v>2</v></c></row></sheetData>", "</c></row></sheetData>")
    )
    assert rows(read(tmp_path, uncomputed, excel("a", "b"))) == [("NOT_COMPUTED", "b", "k", None)]


def test_the_row_number_is_that_of_the_sheet_and_empty_rows_are_none(tmp_path: Path) -> None:
    book = workbook(["List of clients"], [], ["a", "b"], ["1", "2"], [], ["", ""], ["3", None], [], title_rows=1)
    sheet = read(tmp_path, book, excel("a", "b", header_row=4))
    assert texts(sheet) == [("1", "2"), ("3", "")]
    assert (sheet.first + 1).tolist() == [5, 8]
    assert refused(tmp_path, book, excel("a", "b", header_row=3)).startswith("HEADER_BROKEN")
    assert refused(tmp_path, book, excel("a", "b")).startswith("HEADER_BROKEN")
    assert refused(tmp_path, book, excel("a", "b", header_row=2)).startswith("HEADER_CHANGED: missing a, b")


def test_a_sheet_is_chosen_by_name_or_place_and_columns_by_name(tmp_path: Path) -> None:
    book = workbook(["b", "z", "a"], [2, 9, 1], sheets=("首页", "客户"), into=1)
    for sheet in ("客户", 2):
        assert texts(read(tmp_path, book, excel("a", "b", sheet=sheet, ignore=("z",)))) == [("1", "2")]
    for sheet in ("客", 3):
        assert refused(tmp_path, book, excel("a", "b", sheet=sheet)).startswith("SHEET_MISSING")
    assert refused(tmp_path, book, excel("a", "b")).startswith("EMPTY_FILE")


def test_a_number_format_shows_a_day_or_not() -> None:
    for code in ("yyyy-mm-dd", 'yyyy"年"m"月"', "[$-804]yyyy/m/d", "h:mm AM/PM", "m/d/yy;@", "dd\\-mmm"):
        assert shows_days(code), code
    for code in ("General", "0.00", '0.00"m"', "[Red]0", "0\\d", "#,##0 _s", "[h]:mm:ss", "@", ""):
        assert not shows_days(code), code


def test_excel_and_another_reader_agree(tmp_path: Path) -> None:
    table: list[list[Written]] = [["a", "b", "c", "d"]]
    table += [
        [number * 7919 / 64, (number * 17.25 + 61, "moment"), f"text {number}\n_x0041_ 王", number % 3 == 0]
        for number in range(1, 400)
    ]
    book = workbook(*table)
    other = load_workbook(io.BytesIO(book)).get_sheet_by_index(0).to_python()
    ours = texts(read(tmp_path, book, excel("a", "b", "c", "d")))
    for mine, theirs in zip(ours, other[1:], strict=True):
        amount, moment, text, flag = theirs
        assert float(str(mine[0])) == amount
        assert mine[1] == str(moment)
        assert mine[2] == text
        assert mine[3] == str(flag).lower()


# JSON lines


def test_json_lines_keep_numbers_as_written_and_set_aside_what_no_table_holds(tmp_path: Path) -> None:
    content = b"""{"a": 1.50, "b": "x"}
{"b": null, "a": 110105194912310021}

{"a": true, "b": "two\\nlines"}
{"a": 1e400, "b": -0.0}
{"a": NaN, "b": 1}
{"a": 1, "b": [1]}
{"a": 1, "a": 2, "b": 3}
{"a": 1, "b": 2, "c": 3}
{"a": "\\ud800", "b": 2}
{"a": "\\u0000", "b": "\\u0007"}
[1, 2]
{"a": 1
{"a": 5}
"""
    sheet = read(tmp_path, content, jsonl("a", "b"))
    assert rows(sheet) == [
        (None, None, "1.50", "x"), (None, None, "110105194912310021", ""), (None, None, "true", "two\nlines"),
        (None, None, "1e400", "-0.0"), ("NOT_A_NUMBER", None, "", ""), ("NESTED_VALUE", "b", "1", None),
        ("DUPLICATE_KEY", None, "", ""), ("UNKNOWN_KEY", None, "1", "2"), ("BROKEN_TEXT", "a", None, "2"),
        ("NUL_BYTE", "a", None, "\x07"), ("NOT_JSON", None, "", ""), ("NOT_JSON", None, "", ""), (None, None, "5", ""),
    ]  # fmt: skip
    assert sheet.first.tolist() == [0, 1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13]
    kept = originals(batch_of(tmp_path, content), jsonl("a", "b"), sheet.first[4:6], sheet.last[4:6])
    assert kept == [b'{"a": NaN, "b": 1}\n', b'{"a": 1, "b": [1]}\n']


def test_keys_of_json_that_changed_refuse_the_file(tmp_path: Path) -> None:
    assert refused(tmp_path, b'{"a": 1}\n{"a": 2}\n', jsonl("a", "b")).startswith("HEADER_CHANGED: missing b")
    changed = refused(tmp_path, b'{"a": 1, "c": 2}\n{"a": 2, "c": 2}\n', jsonl("a"))
    assert changed.startswith("HEADER_CHANGED: 1 unknown of 2")
    assert texts(read(tmp_path, b'{"a": 1, "c": [2]}\n', jsonl("a", ignore=("c",)))) == [("1",)]
    assert refused(tmp_path, b'[\n{"a": 1},\n', jsonl("a")).startswith("NOT_THE_FORMAT")
    assert refused(tmp_path, b"a\n1\n", jsonl("a")).startswith("NOT_THE_FORMAT")
    assert refused(tmp_path, b"[" * 200_000, jsonl("a")).startswith("NOT_THE_FORMAT")


def test_json_lines_are_read_in_the_declared_encoding(tmp_path: Path) -> None:
    line = '{"a": "王小明"}\n'
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert texts(read(tmp_path, line.encode(encoding), jsonl("a", encoding=encoding))) == [("王小明",)]
    assert refused(tmp_path, line.encode("gb18030"), jsonl("a")).startswith("WRONG_ENCODING")


# Parquet


def packed_table(**columns: Any) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def test_typed_columns_of_parquet_become_texts(tmp_path: Path) -> None:
    content = packed_table(
        a=pa.array([date(2026, 5, 31), None]),
        b=pa.array([datetime(2026, 5, 31, tzinfo=UTC), datetime(2026, 5, 31, 8, 30, tzinfo=UTC)], pa.timestamp("ns")),
        c=pa.array([Decimal("1.5000"), Decimal("-1200.00")], pa.decimal128(18, 4)),
        d=pa.array(["x", None]).dictionary_encode(),
        e=pa.array([1.0, 0.1]),
        f=pa.array([True, None]),
        g=pa.array([2**63 - 1, -5]),
        h=pa.array([0.1, 16.0], pa.float32()),
        i=pa.array([datetime(2026, 5, 30, 16, tzinfo=UTC)] * 2, pa.timestamp("us", "Asia/Shanghai")),
        j=pa.array(["龴\n", ""]),
        k=pa.nulls(2),
        n=pa.array([[1], [2]]),
        t=pa.array([time(1, 2, 3)] * 2, pa.time32("s")),
    )
    names = tuple("bcdefghijkt")
    sheet = read(tmp_path, content, parquet(DAY, *names, ignore=("n",)))
    assert texts(sheet) == [
        ("31.05.2026", "2026-05-31", "1.5", "x", "1", "true", "9223372036854775807", "0.1", "2026-05-31", "龴\n", "", "01:02:03"),
        ("", "2026-05-31 08:30:00", "-1200", "", "0.1", "", "-5", "16", "2026-05-31", "", "", "01:02:03"),
    ]  # fmt: skip
    assert refused(tmp_path, content, parquet(DAY, *names, "n")).startswith("COLUMN_TYPE: column 12")
    assert refused(tmp_path, packed_table(a=[b"x"]), parquet("a")).startswith("COLUMN_TYPE")


def test_floats_that_are_no_number_or_too_long_are_set_aside(tmp_path: Path) -> None:
    content = packed_table(a=["k1", "k2", "k3", "k4"], b=[float("nan"), float("inf"), 2.0**53, -0.0])
    sheet = read(tmp_path, content, parquet("a", "b"))
    assert rows(sheet) == [
        ("NOT_A_NUMBER", "b", "k1", None), ("NOT_A_NUMBER", "b", "k2", None), ("PRECISION_LOST", "b", "k3", None),
        (None, None, "k4", "0"),
    ]  # fmt: skip
    kept = originals(batch_of(tmp_path, content), parquet("a", "b"), sheet.first[2:3], sheet.last[2:3])
    assert kept == [b"k3,9007199254740992\n"]


def test_a_damaged_or_empty_parquet_file_is_refused_and_drift_too(tmp_path: Path) -> None:
    content = packed_table(a=["x" * 100] * 50)
    assert refused(tmp_path, content[:-20], parquet("a")).startswith("NOT_THE_FORMAT")
    assert refused(tmp_path, b"PAR1", parquet("a")).startswith("NOT_THE_FORMAT")
    assert refused(tmp_path, b"", parquet("a")).startswith("EMPTY_FILE")
    assert refused(tmp_path, content, parquet("b")).startswith("HEADER_CHANGED: missing b; 1 unknown of 1")
    assert texts(read(tmp_path, packed_table(a=pa.array([], pa.string())), parquet("a"))) == []
    assert refused(tmp_path, packed_table(a=pa.array([], pa.string())), parquet("a", rows_at_least=1)).startswith(
        "TOO_FEW"
    )


# Any of them


def zipped(content: bytes, name: str = "file.csv") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return buffer.getvalue()


@pytest.mark.parametrize("pack", [gzip.compress, zipped])
def test_every_format_may_come_packed(tmp_path: Path, pack: Any) -> None:
    cases = (
        (b"a,b\n1,2\n", feed_of("a", "b")),
        (b'{"a": 1, "b": 2}\n', jsonl("a", "b")),
        (packed_table(a=[1], b=["2"]), parquet("a", "b")),
        (workbook(["a", "b"], [1, 2]), excel("a", "b")),
    )
    for content, feed in cases:
        assert texts(read(tmp_path, content, feed)) == [("1", "2")]
        assert texts(read(tmp_path, pack(content), feed)) == [("1", "2")]
        assert refused(tmp_path, pack(pack(content)), feed).startswith("ARCHIVE_NESTED")


def test_a_file_of_another_format_is_refused_by_its_name(tmp_path: Path) -> None:
    book, table = workbook(["a"], [1]), packed_table(a=[1])
    for content, feed in (
        (book, feed_of("a")), (table, feed_of("a")), (table, excel("a")), (book, parquet("a")), (b"a\n1\n", excel("a")),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), excel("a")), (b"a\n1\n", parquet("a")), (book, jsonl("a")),
    ):  # fmt: skip
        assert refused(tmp_path, content, feed).startswith("NOT_THE_FORMAT")
