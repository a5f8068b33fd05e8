"""The closed list of functions a feed may derive columns by. Each gives an expression, and the rule it breaks where its
inputs are all there but nothing comes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import polars as pl

from onefold.analytics.landing.shapes import marked, where
from onefold.policy.feeds import Derivation


def derived(frame: pl.DataFrame, step: Derivation) -> pl.DataFrame:
    """`frame` with the step's column. Empty where an input is empty or `when` does not hold."""
    wanted = pl.lit(True)
    for column, texts in step.when.items():
        wanted = wanted & pl.col(column).is_in(list(texts)).fill_null(False)
    make, rule = FUNCTIONS[step.function]
    value = pl.when(wanted).then(make(step.inputs, step.options)).alias(step.name)
    inputs = [*step.inputs, *(name for kind, name in _parts(step.options) if kind == "column")]
    complete = pl.all_horizontal(pl.col(name).is_not_null() for name in inputs) if inputs else pl.lit(True)
    frame = frame.with_columns(value)
    if not rule or "otherwise" in step.options:
        return frame
    failed = frame.select((complete & wanted & pl.col(step.name).is_null()).alias("failed"))["failed"]
    return marked(frame, where(failed, rule), inputs[0] if inputs else None)


Options = dict[str, Any]
Inputs = tuple[str, ...]


def _parts(options: Options) -> list[tuple[str, str]]:
    return options.get("parts", [])


def _birth_number_date(inputs: Inputs, options: Options) -> pl.Expr:
    """YYMMDD, the month plus 50 for women."""
    text = pl.col(inputs[0])
    shaped = text.str.contains("^[0-9]{6}$")
    month = text.str.slice(2, 2).cast(pl.Int32, strict=False)
    year = text.str.slice(0, 2).cast(pl.Int32, strict=False) + options.get("century", 1900)
    month = pl.when(month > 50).then(month - 50).otherwise(month)
    return pl.when(shaped).then(_day(year, month, text.str.slice(4, 2)))


def _birth_number_sex(inputs: Inputs, options: Options) -> pl.Expr:
    text = pl.col(inputs[0])
    month = text.str.slice(2, 2).cast(pl.Int32, strict=False)
    sex = pl.when(month.is_between(51, 62)).then(pl.lit("F")).when(month.is_between(1, 12)).then(pl.lit("M"))
    return pl.when(text.str.contains("^[0-9]{6}$")).then(sex)


def _day(year: pl.Expr, month: pl.Expr, day: pl.Expr) -> pl.Expr:
    text = pl.format(
        "{}-{}-{}",
        year.cast(pl.String).str.zfill(4),
        month.cast(pl.String).str.zfill(2),
        day.cast(pl.String).str.zfill(2),
    )
    return text.str.to_date("%Y-%m-%d", strict=False)


def _resident(inputs: Inputs, value: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    text = pl.col(inputs[0])
    return pl.when(text.str.contains("^[0-9]{17}[0-9X]$")).then(value(text))


def _sex_of_id_number(inputs: Inputs, options: Options) -> pl.Expr:
    digit = pl.col(inputs[0]).str.slice(16, 1).cast(pl.Int32, strict=False)
    return _resident(inputs, lambda text: pl.when(digit % 2 == 1).then(pl.lit("M")).otherwise(pl.lit("F")))


def _year_day(month: int, day: int) -> Callable[[Inputs, Options], pl.Expr]:
    def make(inputs: Inputs, options: Options) -> pl.Expr:
        year = pl.col(inputs[0])
        return pl.when(year.is_between(1850, 2199)).then(_day(year, pl.lit(month), pl.lit(day)))

    return make


def _add_days(inputs: Inputs, options: Options) -> pl.Expr:
    return pl.col(inputs[0]) + pl.duration(days=options["days"])


def _add_months(inputs: Inputs, options: Options) -> pl.Expr:
    months = pl.col(inputs[1]) if len(inputs) == 2 else pl.lit(options["months"])
    within = months.is_between(-2400, 2400)
    added = pl.col(inputs[0]).dt.offset_by(pl.format("{}mo", pl.when(within).then(months).otherwise(0)))
    return pl.when(within & months.is_not_null()).then(added)


def _concatenate(inputs: Inputs, options: Options) -> pl.Expr:
    return pl.concat_str(pl.col(text) if kind == "column" else pl.lit(text) for kind, text in _parts(options))


def _code_map(inputs: Inputs, options: Options) -> pl.Expr:
    codes, column = options["codes"], pl.col(inputs[0])
    mapped = column.replace_strict(list(codes), list(codes.values()), default=None, return_dtype=pl.String)
    return (
        pl.when(column.is_in(list(codes)))
        .then(mapped)
        .when(column.is_not_null())
        .then(pl.lit(options.get("otherwise") or None, pl.String))
    )


def _times(inputs: Inputs, options: Options) -> pl.Expr:
    factor = options["by"]
    product = pl.col(inputs[0]) * factor
    return pl.when(pl.col(inputs[0]).abs() <= (2**63 - 1) // max(abs(factor), 1)).then(product)


FUNCTIONS: dict[str, tuple[Callable[[Inputs, Options], pl.Expr], str]] = {
    "birth_number_date": (_birth_number_date, "BIRTH_NUMBER"),
    "birth_number_sex": (_birth_number_sex, "BIRTH_NUMBER"),
    "birth_date_of_id_number": (
        lambda inputs, options: _resident(
            inputs, lambda text: text.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
        ),
        "ID_SHAPE",
    ),
    "sex_of_id_number": (_sex_of_id_number, "ID_SHAPE"),
    "region_of_id_number": (
        lambda inputs, options: _resident(inputs, lambda text: text.str.slice(0, options.get("digits", 6))),
        "ID_SHAPE",
    ),
    "first_day_of_year": (_year_day(1, 1), "DATE_OUT_OF_RANGE"),
    "last_day_of_year": (_year_day(12, 31), "DATE_OUT_OF_RANGE"),
    "date_add_days": (_add_days, "DATE_OUT_OF_RANGE"),
    "date_add_months": (_add_months, "DATE_OUT_OF_RANGE"),
    "concatenate": (_concatenate, ""),
    "constant": (lambda inputs, options: pl.lit(options["value"], pl.String), ""),
    "code_map": (_code_map, "UNKNOWN_CODE"),
    "first_filled": (lambda inputs, options: pl.coalesce(inputs), ""),
    "times": (_times, "AMOUNT_TOO_LARGE"),
    "capitals": (lambda inputs, options: pl.col(inputs[0]).str.to_uppercase(), ""),
}
