"""Rows to the lines of a file, as one company writes them: whole columns of texts, glued together. No row is looked at alone.

`lines_of` gives for each row its text (without line end); `texts_of` its fields, for the forms that are not lines.
"""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import polars as pl

from onefold.simulator.sending.layouts import CODES, DAY, FREE, JSONL, MONEY, Column, Form, Layout
from onefold.simulator.sending.rates import FIRST_AMOUNT, FIRST_DATE

_FIRST_DAY, _DAYS = date(1899, 1, 1), 74_000
_CENTS = pl.Series("cents", [f"{number:02d}" for number in range(100)])
_THOUSANDS = pl.Series("thousands", [f"{number:03d}" for number in range(1000)])
_calendars: dict[str, pl.Series] = {}
UNKNOWN_TEXT = "ZZ"
_NOON = "10:15:00"


def texts_of(rows: pl.DataFrame, layout: Layout) -> pl.DataFrame:
    """One text column for each column of the layout, with what was planted in it."""
    texts = rows.select(_text(pl.col(column.field), column).alias(column.header) for column in layout.columns)
    places = np.flatnonzero(rows["planted"].is_not_null().to_numpy())
    return _planted(texts, rows, layout, places) if len(places) else texts


def lines_of(texts: pl.DataFrame, rows: pl.DataFrame, layout: Layout) -> pl.Series:
    if layout.form.kind == JSONL:
        return _objects(texts, layout)
    free = [column.header for column in layout.columns if column.field in FREE or column.grouped]
    quoted = [_quoted(header, layout.form).alias(header) for header in free]
    plain = texts.with_columns(quoted) if quoted else texts
    unquoted = rows["planted"].eq_missing("ROW_UNQUOTED")
    if unquoted.any():
        raw = texts.with_columns(
            unquoted.alias("_raw"), *(pl.lit(plain[header]).alias(f"_{header}") for header in free)
        )
        keep = [pl.when("_raw").then(header).otherwise(f"_{header}").alias(header) for header in free]
        plain = raw.with_columns(keep).select(texts.columns)
    return plain.select(pl.concat_str(pl.all().fill_null(""), separator=layout.form.delimiter).alias("line"))["line"]


def header_of(layout: Layout) -> str:
    """The file's first line; nothing for JSON lines."""
    if layout.form.kind == JSONL:
        return ""
    return layout.form.delimiter.join(column.header for column in layout.columns) + layout.form.newline


# One column


def _text(values: pl.Expr, column: Column) -> pl.Expr:
    if column.kind == DAY:
        written = _days(values, column.format, column.days_less)
        return written.fill_null(column.endless) if column.endless else written
    if column.kind == MONEY:
        return _amounts(values, grouped=column.grouped)
    sent = values.cast(pl.String)
    if column.kind == CODES and column.codes:
        return sent.replace_strict(
            list(column.codes), list(column.codes.values()), default=sent, return_dtype=pl.String
        )
    return sent


def _days(days: pl.Expr, format_: str, less: int = 0) -> pl.Expr:
    """The day, or `less` days before it, as a text: looked up, not computed."""
    if format_ not in _calendars:
        known = pl.date_range(_FIRST_DAY, _FIRST_DAY + timedelta(days=_DAYS - 1), eager=True)
        _calendars[format_] = known.dt.strftime(format_.replace("%H:%M:%S", _NOON))
    offset = (_FIRST_DAY - date(1970, 1, 1)).days + less
    return pl.lit(_calendars[format_]).gather(days.to_physical() - offset)


def _amounts(minor: pl.Expr, *, grouped: bool) -> pl.Expr:
    """1234567 as 12345.67, or as 12,345.67. No amount of the group is negative."""
    whole, cents = minor // 100, pl.lit(_CENTS).gather((minor % 100).cast(pl.Int32))
    if not grouped:
        return whole.cast(pl.String) + pl.lit(".") + cents
    low, middle, high = (
        pl.lit(_THOUSANDS).gather((whole // unit % 1000).cast(pl.Int32)) for unit in (1, 1_000, 1_000_000)
    )
    comma = pl.lit(",")
    glued = (whole // 1_000_000_000).cast(pl.String) + comma + high + comma + middle + comma + low
    return glued.str.replace(r"^[0,]+(.)", "$1") + pl.lit(".") + cents


def _quoted(header: str, form: Form) -> pl.Expr:
    text = pl.col(header)
    needs = text.str.contains_any([form.delimiter, '"', "\n"])
    return (
        pl.when(needs).then(pl.lit('"') + text.str.replace_all('"', '""', literal=True) + pl.lit('"')).otherwise(text)
    )


def _objects(texts: pl.DataFrame, layout: Layout) -> pl.Series:
    """JSON lines: amounts are numbers, what is empty is null. None of these texts holds a quote."""
    members = []
    for column in layout.columns:
        value = pl.col(column.header)
        shown = value if column.kind == MONEY else pl.lit('"') + value + pl.lit('"')
        members.append(pl.lit(f'"{column.header}": ') + shown.fill_null("null"))
    line = pl.concat_str([pl.lit("{"), pl.concat_str(members, separator=", "), pl.lit("}")])
    return texts.select(line.alias("line"))["line"]


# What is wrong only as a text


def _planted(texts: pl.DataFrame, rows: pl.DataFrame, layout: Layout, places: np.ndarray) -> pl.DataFrame:
    """`texts` with the mistakes of the rows at `places`; only those are looked at."""
    few = rows[places]
    frame = texts[places].with_columns(few["planted"].alias("_planted"))
    impossible = layout.column(FIRST_DATE.get(layout.list, ""))
    changes = [
        *_instead(layout, "id_type", "ID_TYPE_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "product", "PRODUCT_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "status", "STATUS_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "purpose", "PURPOSE_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "outcome", "OUTCOME_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "value", "VALUE_UNKNOWN", pl.lit(UNKNOWN_TEXT)),
        *_instead(layout, "born_on", "BIRTH_IMPOSSIBLE", _thirtieth(layout.column("born_on"))),
        *(_instead(layout, impossible.field, "DATE_IMPOSSIBLE", _thirtieth(impossible)) if impossible else ()),
        *_instead(layout, "address", "ROW_UNQUOTED", pl.lit(f"港湾路{layout.form.delimiter}8号")),
    ]
    amount = layout.column(FIRST_AMOUNT.get(layout.list, ""))
    if amount is not None:
        grouped = few.select(_amounts(pl.col(amount.field), grouped=True).alias("text"))["text"]
        changes += _instead(layout, amount.field, "AMOUNT_GROUPED", pl.lit('"' + grouped + '"'))
    wrong = frame.select(changes)
    return texts.with_columns(texts[name].clone().scatter(places, wrong[name]) for name in wrong.columns)


def _instead(layout: Layout, field: str, kind: str, text: pl.Expr) -> list[pl.Expr]:
    column = layout.column(field)
    if column is None:
        return []
    header = pl.col(column.header)
    return [pl.when(pl.col("_planted") == kind).then(text).otherwise(header).alias(column.header)]


def _thirtieth(column: Column | None) -> pl.Expr:
    """The thirtieth of February of the same year."""
    if column is None:
        return pl.lit(None, pl.String)
    rest = column.format.removeprefix("%Y").replace("%m", "02").replace("%d", "30").replace("%H:%M:%S", _NOON)
    return pl.col(column.header).str.slice(0, 4) + pl.lit(rest)
