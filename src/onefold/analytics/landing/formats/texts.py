"""Typed cells as the texts that `columns` reads: one text for one value, nothing rounded, nothing guessed."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

import numpy as np
import polars as pl

from onefold.analytics.landing.shapes import AT, ROW, RULE, marked, no_rules, where
from onefold.policy.feeds import ColumnSpec

TEXT_BYTES_MAX = 2**20
EXACT_BELOW = 10**15
"""Excel keeps 15 digits. A longer number has already lost its last ones, as 18-digit id numbers do."""

_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
HeaderCheck = Callable[[list[str]], None]
"""Raises `FileRefused` HEADER_CHANGED unless these names are the declared ones."""


@dataclass(frozen=True)
class Cells:
    """Rows of a file without lines of its own kind: `texts` with one column per declared column that the file has ("" where
    empty), `rules` and `at` for rows with a broken cell, `places`: the number (from 0) by which the sender finds the row."""

    texts: pl.DataFrame
    rules: pl.Series
    at: pl.Series
    places: np.ndarray

    def __len__(self) -> int:
        return len(self.places)


def frame_of(cells: Cells, declared: list[str]) -> pl.DataFrame:
    """The frame every format gives: ROW, RULE, AT and the declared columns. A broken cell is unreadable, that is null."""
    head = pl.DataFrame({ROW: np.arange(len(cells), dtype=np.uint32), RULE: cells.rules, AT: cells.at})
    frame = pl.concat([head, cells.texts], how="horizontal")
    for name in cells.texts.columns:
        frame = marked(frame, _rules_of_text(frame[name]), name)
    broken = frame[AT].drop_nulls().unique().to_list()
    return frame.with_columns(
        *(pl.when(pl.col(AT) == name).then(None).otherwise(pl.col(name)).alias(name) for name in broken),
        *(pl.lit(None, pl.String).alias(name) for name in declared if name not in cells.texts.columns),
    ).select(ROW, RULE, AT, *declared)


def _rules_of_text(texts: pl.Series) -> pl.Series:
    """NUL_BYTE, CONTROL_CHARACTER, BROKEN_TEXT, ROW_TOO_LONG, as for a line of text."""
    odd = texts.str.contains(r"[\x00-\x08\x0b-\x1f\x7f\x{fffd}]") | (texts.str.len_bytes() > TEXT_BYTES_MAX)
    if not odd.any():
        return no_rules(len(texts))
    rules = where(texts.str.contains("\x00", literal=True), "NUL_BYTE")
    tests = (
        (texts.str.contains(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f]|\r[^\n]|\r\z"), "CONTROL_CHARACTER"),
        (texts.str.contains("\ufffd", literal=True), "BROKEN_TEXT"),
        (texts.str.len_bytes() > TEXT_BYTES_MAX, "ROW_TOO_LONG"),
    )
    for found, rule in tests:
        rules = rules.zip_with(rules.is_not_null(), where(found, rule))
    return rules


def originals_of(cells: Cells, rows: np.ndarray, declared: list[str]) -> list[bytes]:
    """These rows as lines of CSV in UTF-8, in the declared columns' order: such a file has no bytes for one row alone. A
    column that the file does not have is empty in each.
    """
    there = cells.texts.columns
    texts = cells.texts[rows].select(pl.col(name) if name in there else pl.lit("").alias(name) for name in declared)
    return [csv_line(row) for row in texts.rows()]


def csv_line(texts: tuple[str | None, ...]) -> bytes:
    line = io.StringIO(newline="")
    csv.writer(line, lineterminator="\n").writerow("" if text is None else text for text in texts)
    return line.getvalue().encode("utf-8", "replace")


# Numbers and days


def number_text(literal: str) -> tuple[str, str | None]:
    """A number of a spreadsheet as text, with the 15 digits it has, without exponent or superfluous zeros; and the rule broken.

    What is no number, or too large to be one, stays as it is written.
    """
    if literal.isdecimal() and literal.isascii() and len(literal) < 16:
        return str(int(literal)), None
    value = float(literal) if _NUMBER.fullmatch(literal) else float("inf")
    if value in (float("inf"), float("-inf")):
        return literal, None
    if abs(value) >= EXACT_BELOW:
        return literal, "PRECISION_LOST"
    return plain(format(value, ".15g")), None


def plain(number: str) -> str:
    """A decimal number without exponent, trailing zeros, or minus before zero."""
    text = format(Decimal(number), "f")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text


def moment_text(moment: datetime, column: ColumnSpec | None) -> str:
    """A day or moment in the column's declared format if it has one that loses nothing; else as ISO 8601 writes it."""
    if moment.microsecond:
        return f"{written(moment, '%Y-%m-%d %H:%M:%S')}.{moment.microsecond:06d}"
    has_time = bool(moment.hour or moment.minute or moment.second)
    shape = column.format if column and column.type == "date" else ""
    fits_year = column is None or column.century is None or 0 <= moment.year - column.century <= 99
    if shape and fits_year and not (has_time and not {"%H", "%M", "%S"} <= set(re.findall("%.", shape))):
        return written(moment, shape)
    return written(moment, "%Y-%m-%d %H:%M:%S" if has_time else "%Y-%m-%d")


def written(moment: datetime, shape: str) -> str:
    """`shape` filled in (strftime depends on the machine for years before 1000)."""
    parts = {
        "%Y": f"{moment.year:04d}", "%y": f"{moment.year % 100:02d}", "%m": f"{moment.month:02d}",
        "%d": f"{moment.day:02d}", "%H": f"{moment.hour:02d}", "%M": f"{moment.minute:02d}", "%S": f"{moment.second:02d}",
    }  # fmt: skip
    return re.sub("%[A-Za-z]", lambda part: parts.get(part[0], part[0]), shape)
