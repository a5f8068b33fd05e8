"""Parquet: typed columns to texts, batch by batch. What its footer claims is checked before anything is unpacked."""

from __future__ import annotations

from collections.abc import Callable
from math import isfinite
from typing import Any, BinaryIO

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from onefold.analytics.landing.formats.texts import TEXT_BYTES_MAX, Cells, HeaderCheck, moment_text, plain
from onefold.analytics.landing.shapes import AT, RULE, FileRefused, no_rules, where
from onefold.policy.feeds import ColumnSpec, FeedSpec

ROWS_AT_ONCE = 65_536
CELLS_PER_BYTE_MAX, CELLS_FREE = 200, 2_000_000
"""A column of one value packs to nothing: a file of a few bytes may claim a billion rows."""
TEXT_BYTES_FREE, TEXT_RATIO_MAX = 64 * 2**20, 200

_PLAIN = (pa.types.is_string, pa.types.is_large_string, pa.types.is_string_view)
_EXACT_FLOATS, _EXACT_SHORT_FLOATS = 2.0**53, 2.0**24


def parquet_cells(file: BinaryIO, size: int, feed: FeedSpec, check: HeaderCheck) -> Cells:
    """The rows of a Parquet file of `size` bytes. Rules: NOT_A_NUMBER (NaN, infinity), PRECISION_LOST (a float beyond what floats hold).

    Raises `FileRefused` NOT_THE_FORMAT, TOO_LARGE, HEADER_CHANGED, COLUMN_TYPE (a declared column is nested or binary).
    """
    try:
        return _read(file, size, feed, check)
    except MemoryError:
        raise FileRefused("TOO_LARGE", "a value that does not fit into memory") from None
    except (pa.ArrowException, OSError, ValueError, OverflowError, RuntimeError) as error:
        if "size limit" in str(error):
            raise FileRefused("TOO_LARGE", "its footer holds a value without end") from None
        raise FileRefused("NOT_THE_FORMAT", "the Parquet file is damaged") from error


def _read(source: BinaryIO, size: int, feed: FeedSpec, check: HeaderCheck) -> Cells:
    with pq.ParquetFile(
        source, thrift_string_size_limit=2**20, thrift_container_size_limit=200_000, page_checksum_verification=True,
        memory_map=False, pre_buffer=False,
    ) as file:  # fmt: skip
        claimed = file.metadata.num_rows * max(1, file.metadata.num_columns)
        if file.metadata.num_rows < 0 or claimed > max(CELLS_FREE, size * CELLS_PER_BYTE_MAX):
            raise FileRefused("TOO_LARGE", f"{file.metadata.num_rows} rows claimed in {size} bytes")
        _check_lengths(file.metadata)
        schema = file.schema_arrow
        check(schema.names)
        columns = [column for column in feed.columns if column.name in schema.names]
        for column in columns:
            _check_type(schema.field(column.name), schema.names.index(column.name) + 1)
        parts, rules, at, came_out = [], [], [], 0
        names = [column.name for column in columns]
        for batch in file.iter_batches(ROWS_AT_ONCE, columns=names, use_threads=False):
            came_out += batch.get_total_buffer_size()
            if came_out > max(TEXT_BYTES_FREE, size * TEXT_RATIO_MAX):
                raise FileRefused("TOO_LARGE", f"more than {came_out} bytes out of {size}")
            part, rule, place = _texts(batch, columns)
            parts.append(part)
            rules.append(rule)
            at.append(place)
    return _joined(parts, rules, at, names)


def _check_lengths(metadata: pq.FileMetaData) -> None:
    """Refuse rows that are longer, on average, than any may be, before one of them is in memory.

    Looks at row groups only: for a damaged column chunk's own account pyarrow 26 does not raise, it ends the process.
    """
    for number in range(metadata.num_row_groups):
        group = metadata.row_group(number)
        if group.total_byte_size > (group.num_rows + 1) * TEXT_BYTES_MAX:
            raise FileRefused("TOO_LARGE", f"rows without end in row group {number + 1}")


def _joined(parts: list[pl.DataFrame], rules: list[pl.Series], at: list[pl.Series], names: list[str]) -> Cells:
    texts = pl.concat(parts) if parts else pl.DataFrame(schema=dict.fromkeys(names, pl.String))
    return Cells(
        texts,
        pl.concat(rules) if rules else no_rules(0),
        pl.concat(at) if at else no_rules(0).alias(AT),
        np.arange(texts.height, dtype=np.int64),
    )


def _check_type(field: pa.Field, place: int) -> None:
    kind = field.type.value_type if pa.types.is_dictionary(field.type) else field.type
    if pa.types.is_nested(kind) or pa.types.is_binary(kind) or pa.types.is_large_binary(kind) or not _readable(kind):
        raise FileRefused("COLUMN_TYPE", f"column {place}")


def _readable(kind: pa.DataType) -> bool:
    tests = (
        *_PLAIN, pa.types.is_boolean, pa.types.is_integer, pa.types.is_floating, pa.types.is_decimal, pa.types.is_date,
        pa.types.is_timestamp, pa.types.is_time, pa.types.is_null,
    )  # fmt: skip
    return any(test(kind) for test in tests)


def _texts(batch: pa.RecordBatch, columns: list[ColumnSpec]) -> tuple[pl.DataFrame, pl.Series, pl.Series]:
    """The batch as texts, and each row's first broken rule and where."""
    rules, at = no_rules(batch.num_rows), no_rules(batch.num_rows).alias(AT)
    found = {}
    for column in columns:
        values = batch.column(column.name)
        if pa.types.is_dictionary(values.type):
            values = values.dictionary_decode()
        texts = _column(values, column)
        found[column.name] = texts.fill_null("")
        broken = _rules(values)
        if broken is not None:
            at = at.zip_with(
                rules.is_not_null() | broken.is_null(), pl.Series([column.name]).new_from_index(0, len(at))
            )
            rules = rules.zip_with(rules.is_not_null(), broken)
    return pl.DataFrame(found), rules.alias(RULE), at.alias(AT)


def _column(values: pa.Array, column: ColumnSpec) -> pl.Series:
    kind = values.type
    if pa.types.is_date(kind) or pa.types.is_timestamp(kind):
        return _moments(values, column)
    if pa.types.is_floating(kind):
        return _mapped(_series_of_floats(values), lambda value: plain(repr(value)) if isfinite(value) else str(value))
    if pa.types.is_decimal(kind):
        return _mapped(pl.Series(values.cast(pa.string())), plain)
    if any(test(kind) for test in _PLAIN):
        values.validate(full=True)
    texts = pl.Series(values.cast(pa.large_string()), dtype=pl.String)
    return texts.str.replace(r"\.0+$", "") if pa.types.is_time(kind) else texts


def _series_of_floats(values: pa.Array) -> pl.Series:
    """Floats of 4 bytes as the shortest decimal number that is them, not as their nearest neighbour of 8 bytes."""
    if pa.types.is_float64(values.type):
        return pl.Series(values)
    return pl.Series(values.cast(pa.float32())).cast(pl.String).cast(pl.Float64)


def _moments(values: pa.Array, column: ColumnSpec) -> pl.Series:
    """Days and moments; those with a zone as the clocks there showed. Finer than a microsecond stays as Arrow writes it."""
    if pa.types.is_timestamp(values.type) and values.type.unit == "ns":
        if pc.any(pc.not_equal(pc.nanosecond(values), 0)).as_py():
            return pl.Series(values.cast(pa.string()))
        values = values.cast(pa.timestamp("us", values.type.tz))
    moments = pl.Series(values).cast(pl.Date) if pa.types.is_date(values.type) else pl.Series(values)
    if isinstance(moments.dtype, pl.Datetime) and moments.dtype.time_zone:
        moments = moments.dt.replace_time_zone(None)
    return _mapped(moments.cast(pl.Datetime("us")), lambda moment: moment_text(moment, column))


def _mapped(values: pl.Series, text_of: Callable[[Any], str]) -> pl.Series:
    """Each different value once through `text_of`."""
    different = values.drop_nulls().unique().to_list()
    if not different:
        return no_rules(len(values))
    texts = pl.Series([text_of(value) for value in different], dtype=pl.String)
    return values.replace_strict(pl.Series(different, dtype=values.dtype), texts, default=None, return_dtype=pl.String)


def _rules(values: pa.Array) -> pl.Series | None:
    """NOT_A_NUMBER, PRECISION_LOST, or nothing at all for what is not a float."""
    if not pa.types.is_floating(values.type):
        return None
    floats = pl.Series(values.cast(pa.float64()))
    exact_below = _EXACT_FLOATS if pa.types.is_float64(values.type) else _EXACT_SHORT_FLOATS
    rules = where(floats.is_nan() | floats.is_infinite(), "NOT_A_NUMBER")
    return rules.zip_with(rules.is_not_null(), where(floats.abs() >= exact_below, "PRECISION_LOST"))
