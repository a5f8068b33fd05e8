"""Excel: one sheet's cells to texts, as a person reading the sheet would write them down."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl

from onefold.analytics.landing.formats.texts import Cells, HeaderCheck, moment_text, number_text
from onefold.analytics.landing.formats.workbook import (
    Attributes,
    Workbook,
    cell_text,
    day_styles,
    parse,
    shared_strings,
)
from onefold.analytics.landing.shapes import AT, RULE, FileRefused
from onefold.policy.feeds import ColumnSpec, FeedSpec

ROWS_MAX, COLUMNS_MAX = 2**20, 2**14
_ROWS_AT_ONCE = 50_000
_PLACE = re.compile("([A-Z]{1,3})([0-9]{1,7})")
_ISO = re.compile(r"(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d:\d\d)(?:\.0+)?Z?)?")
_LAST_SERIAL = 2_958_466
_FALSE_DAY = "1900-02-29"
_FIRST_DAYS = {
    1899: datetime(1899, 12, 31, tzinfo=UTC),
    1900: datetime(1899, 12, 30, tzinfo=UTC),
    1904: datetime(1904, 1, 1, tzinfo=UTC),
}
"""Day 0 of each way of counting; 1900: after the day that never was."""
Cell = tuple[str, str | None]
"""Text and broken rule."""


def excel_cells(workbook: Workbook, feed: FeedSpec, check: HeaderCheck) -> Cells:
    """The rows below the header that hold anything. Rules: CELL_ERROR (#N/A and its like), NOT_COMPUTED (a formula saved without
    its value), PRECISION_LOST (a number of more than 15 digits), FIELD_COUNT (a value beside the header's columns).

    Raises `FileRefused` SHEET_MISSING, EMPTY_FILE, NOT_THE_FORMAT, TOO_LARGE, XML_ENTITIES, HEADER_CHANGED.
    """
    reader = _SheetReader(workbook, feed, check)
    parse(workbook.xml(_sheet_part(workbook, feed)), reader.start, reader.end, reader.text)
    return reader.cells()


def _sheet_part(workbook: Workbook, feed: FeedSpec) -> str:
    wanted = feed.excel.sheet if feed.excel else 1
    names = list(workbook.sheets)
    if isinstance(wanted, int):
        wanted = names[wanted - 1] if wanted <= len(names) else ""
    if not workbook.sheets.get(wanted):
        raise FileRefused("SHEET_MISSING", f"{len(names)} sheets")
    return workbook.sheets[wanted]


class _SheetReader:
    """Takes the sheet's XML element by element. A cell is put together between <c> and </c>, a row between <row> and </row>."""

    def __init__(self, workbook: Workbook, feed: FeedSpec, check: HeaderCheck) -> None:
        self.strings, self.is_day = shared_strings(workbook), day_styles(workbook)
        self.since_1904 = workbook.since_1904
        self.feed, self.check = feed, check
        self.header_row = feed.excel.header_row if feed.excel else 1
        self.names: list[str] | None = None
        self.wanted: dict[int, ColumnSpec] = {}
        self.row_number = self.column = 0
        self.row: dict[int, tuple[str, str, str]] = {}
        self.kind = self.style = ""
        self.value: list[str] = []
        self.texts: list[str] = []
        self.taking: list[str] | None = None
        self.phonetic = self.has_formula = self.has_value = False
        self.rows: list[list[str]] = []
        self.marks: list[tuple[int, str | None, str | None]] = []
        self.parts: list[pl.DataFrame] = []

    # Elements

    def start(self, name: str, attributes: Attributes) -> None:
        if name == "v":
            self.taking, self.has_value = self.value, True
        elif name == "c":
            self._begin_cell(attributes)
        elif name == "t":
            self.taking = None if self.phonetic else self.texts
        elif name == "f":
            self.has_formula = True
        elif name == "rPh":
            self.phonetic = True
        elif name == "row":
            number = attributes.get("r", str(self.row_number + 1))
            self._begin_row(int(number) if number.isdecimal() and len(number) < 8 else 0)

    def end(self, name: str) -> None:
        if name in ("v", "t"):
            self.taking = None
        elif name == "c":
            self._end_cell()
        elif name == "row":
            self._end_row()
        elif name == "rPh":
            self.phonetic = False

    def text(self, piece: str) -> None:
        if self.taking is not None:
            self.taking.append(piece)

    def _begin_row(self, number: int) -> None:
        if not self.row_number < number <= ROWS_MAX:
            raise FileRefused("NOT_THE_FORMAT", "the sheet's rows are not in order")
        self.row_number, self.column, self.row = number, 0, {}

    def _begin_cell(self, attributes: Attributes) -> None:
        place = attributes.get("r")
        column = self.column + 1 if place is None else _column_of(place, self.row_number)
        if not self.column < column <= COLUMNS_MAX:
            raise FileRefused("NOT_THE_FORMAT", "a row's cells are not in order")
        self.column, self.kind, self.style = column, attributes.get("t", "n"), attributes.get("s", "")
        self.value, self.texts, self.has_formula, self.has_value = [], [], False, False

    def _end_cell(self) -> None:
        kind, literal = self.kind, "".join(self.value)
        if kind == "inlineStr":
            literal = cell_text(self.texts)
        elif kind == "s":
            if not (literal.isdecimal() and len(literal) < 10 and int(literal) < len(self.strings)):
                raise FileRefused("NOT_THE_FORMAT", "a cell's text is missing")
            literal = self.strings[int(literal)]
        elif kind == "str":
            literal = cell_text(self.value)
        if self.has_formula and not self.has_value:
            kind = "f"
        if literal or kind in ("e", "f"):
            self.row[self.column] = (kind, literal, self.style)

    # Rows

    def _end_row(self) -> None:
        if self.row_number < self.header_row or not self.row:
            return
        if self.names is None:
            if self.row_number > self.header_row:
                raise FileRefused("HEADER_BROKEN", "the header's row is empty")
            self._take_header()
            return
        texts, rule, at = [], None, None
        if max(self.row) > len(self.names):
            rule = "FIELD_COUNT"
        for column, spec in self.wanted.items():
            text, broken = self._written(self.row[column], spec) if column in self.row else ("", None)
            texts.append(text)
            if broken and not rule:
                rule, at = broken, spec.name
        self.rows.append(texts)
        self.marks.append((self.row_number - 1, rule, at))
        if len(self.rows) == _ROWS_AT_ONCE:
            self._put_away()

    def _take_header(self) -> None:
        names = [
            self._written(self.row.get(column, ("n", "", "")), None)[0].strip()
            for column in range(1, max(self.row) + 1)
        ]
        self.check(names)
        columns = {column.name: column for column in self.feed.columns}
        self.names = names
        self.wanted = {place: columns[name] for place, name in enumerate(names, 1) if name in columns}

    def _put_away(self) -> None:
        names = [column.name for column in self.wanted.values()]
        self.parts.append(pl.DataFrame(self.rows, schema=dict.fromkeys(names, pl.String), orient="row"))
        self.rows = []

    def cells(self) -> Cells:
        if self.names is None:
            raise FileRefused("EMPTY_FILE")
        self._put_away()
        places, rules, at = zip(*self.marks, strict=True) if self.marks else ((), (), ())
        return Cells(
            pl.concat(self.parts),
            pl.Series(RULE, rules, dtype=pl.String),
            pl.Series(AT, at, dtype=pl.String),
            np.array(places, dtype=np.int64),
        )

    # Values

    def _written(self, cell: tuple[str, str, str], column: ColumnSpec | None) -> Cell:
        kind, literal, style = cell
        if kind in ("s", "inlineStr", "str"):
            return literal, None
        if kind == "e":
            return literal, "CELL_ERROR"
        if kind == "f":
            return "", "NOT_COMPUTED"
        if kind == "b":
            return {"1": "true", "0": "false"}.get(literal, literal), None
        if kind == "d":
            return _iso(literal, column), None
        literal = literal.strip()
        if style.isdecimal() and int(style[:6]) < len(self.is_day) and self.is_day[int(style[:6])]:
            return serial_text(literal, self.since_1904, column)
        return number_text(literal)


def _column_of(place: str, row: int) -> int:
    found = _PLACE.fullmatch(place)
    if found is None or int(found[2]) != row:
        return 0
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return number


def _iso(literal: str, column: ColumnSpec | None) -> str:
    found = _ISO.fullmatch(literal.strip())
    try:
        return moment_text(datetime.fromisoformat(f"{found[1]} {found[2] or '00:00:00'}"), column) if found else literal
    except ValueError:
        return literal


def serial_text(literal: str, since_1904: bool, column: ColumnSpec | None) -> Cell:
    """The day and time that a number stands for. Excel believes in 29 February 1900 (day 60): it is written down as that, and
    no date column takes it. Less than a day is a time; what is no day at all stays a number."""
    text, rule = number_text(literal)
    try:
        serial = float(literal)
    except ValueError:
        return literal, None
    if rule or not math.isfinite(serial) or not 0 <= serial < _LAST_SERIAL:
        return text, rule
    days, seconds = divmod(round(serial * 86_400), 86_400)
    if not days and not since_1904:
        return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}", None
    if days == 60 and not since_1904:
        return _FALSE_DAY, None
    first = _FIRST_DAYS[1904 if since_1904 else 1899 if days < 60 else 1900]
    try:
        return moment_text(first + timedelta(days=days, seconds=seconds), column), None
    except OverflowError:
        return text, None
