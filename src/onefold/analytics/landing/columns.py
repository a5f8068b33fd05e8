"""Texts to values, column by column: a fast way for what is plainly written, the kernel's own check for everything else.

The fast way must only ever accept what the kernel accepts, with the same value (`tests/test_columns.py` compares them).
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from functools import partial
from typing import Any

import numpy as np
import polars as pl

from onefold.analytics.landing.shapes import Reading, no_rules, where
from onefold.kernel import identifiers
from onefold.kernel.money import exponent_of, parse_minor
from onefold.kernel.unfit import Unfit, narrowed
from onefold.policy.feeds import ColumnSpec

_WHOLE = r"^[+-]?[0-9]{1,18}$"
_MOBILE = r"^1[3-9][0-9]{9}$"
_EMAIL = r"^[!-+\-.-:=?A-~]+@[!-+\-/-:=?A-~]+(?:\.[!-+\-/-:=?A-~]+)+$"


def read_column(column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    """Values of `column` in `frame` (all texts). `on`: the latest day it may have been when the file came; a resident born later is refused.

    An empty text is an empty value. Rules: REQUIRED, TOO_LONG, NOT_IN_LIST, NOT_A_WHOLE_NUMBER, OUT_OF_RANGE, NOT_A_DATE,
    DATE_OUT_OF_RANGE, UNKNOWN_CODE (the type of an id number), and the kernel's codes for money and identifiers.
    """
    texts = _filled(frame[column.name], column)
    reading = _READERS[column.type](texts, column, frame, on)
    if column.required:
        missing = where(texts.is_null() & frame[column.name].is_not_null(), "REQUIRED")
        return Reading(reading.values, missing.zip_with(missing.is_not_null(), reading.rules))
    return reading


def _filled(texts: pl.Series, column: ColumnSpec) -> pl.Series:
    texts = texts.str.strip_chars()
    empty = texts.is_in(["", *column.empty])
    return texts.set(empty.fill_null(False), None)


def plain_or_checked(texts: pl.Series, plain: pl.Series, check: Callable[[str], Any]) -> Reading:
    """`plain` where it has a value; elsewhere each different text once through `check`, which raises `Unfit`."""
    rest = texts.is_not_null() & plain.is_null()
    if not rest.any():
        return Reading(plain, no_rules(len(texts)))
    places = rest.arg_true()
    odd = texts.gather(places)
    answers = {text: _answer(check, text) for text in odd.unique().to_list()}
    found = [answers[text] for text in odd.to_list()]
    values = plain.scatter(places, pl.Series([value for value, _ in found], dtype=plain.dtype))
    rules = no_rules(len(texts)).scatter(places, pl.Series([rule for _, rule in found], dtype=pl.String))
    return Reading(values, rules)


def _answer(check: Callable[[str], Any], text: str) -> tuple[Any, str | None]:
    try:
        return check(text), None
    except Unfit as unfit:
        return None, unfit.code


# Text, whole, date, money


def _text(texts: pl.Series, column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    rules = where(texts.str.len_chars() > column.length_max, "TOO_LONG")
    if column.one_of:
        strange = where(~texts.is_in(list(column.one_of)), "NOT_IN_LIST")
        rules = rules.zip_with(rules.is_not_null(), strange)
    return _without_broken(texts, rules)


def _whole(texts: pl.Series, column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    plain = texts.set(~texts.str.contains(_WHOLE), None).cast(pl.Int64)
    reading = plain_or_checked(texts, plain, _whole_number)
    least = -(2**63) if column.at_least is None else column.at_least
    most = 2**63 - 1 if column.at_most is None else column.at_most
    outside = where((reading.values < least) | (reading.values > most), "OUT_OF_RANGE")
    return _without_broken(reading.values, outside.zip_with(outside.is_not_null(), reading.rules))


def _whole_number(text: str) -> int:
    if not re.fullmatch(_WHOLE, narrowed(text)):
        raise Unfit("NOT_A_WHOLE_NUMBER")
    return int(narrowed(text))


def _date(texts: pl.Series, column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    pattern = _date_pattern(column.format)
    parts = texts.str.extract_groups(pattern).struct
    years = parts.field("Y") if "%Y" in column.format else parts.field("y").cast(pl.Int32) + (column.century or 0)
    days = pl.DataFrame({"y": years.cast(pl.String), "m": parts.field("m"), "d": parts.field("d")}).select(
        pl.format("{}-{}-{}", pl.col("y").str.zfill(4), pl.col("m").str.zfill(2), pl.col("d").str.zfill(2))
        .str.to_date("%Y-%m-%d", strict=False)
        .alias("day")
    )["day"]
    reading = plain_or_checked(texts, days, partial(_day, pattern=re.compile(pattern), century=column.century))
    outside = where((reading.values < column.first_day) | (reading.values > column.last_day), "DATE_OUT_OF_RANGE")
    return _without_broken(reading.values, outside.zip_with(outside.is_not_null(), reading.rules))


def _day(text: str, pattern: re.Pattern[str], century: int | None) -> date:
    found = pattern.fullmatch(narrowed(text))
    if found is None:
        raise Unfit("NOT_A_DATE")
    parts = found.groupdict()
    try:
        return date(int(parts.get("Y") or int(parts["y"]) + (century or 0)), int(parts["m"]), int(parts["d"]))
    except ValueError:
        raise Unfit("NOT_A_DATE") from None


def _date_pattern(format_: str) -> str:
    """A regular expression for the format. One digit will do for a day or month, unless digits follow each other."""
    pieces = re.split("(%[A-Za-z])", format_)
    pattern = ""
    for number, piece in enumerate(pieces):
        if number % 2 == 0:
            pattern += re.escape(piece)
        elif piece == "%Y":
            pattern += "(?P<Y>[0-9]{4})"
        else:
            alone = all(not neighbour[-1:].isdigit() for neighbour in (pieces[number - 1], pieces[number + 1]))
            beside = (number > 1 and not pieces[number - 1]) or (number < len(pieces) - 2 and not pieces[number + 1])
            digits = "{1,2}" if alone and not beside and piece != "%y" else "{2}"
            pattern += f"(?P<{piece[1]}>[0-9]{digits})"
    return f"^{pattern}$"


def _money(texts: pl.Series, column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    if column.currency:
        return _amounts(texts, exponent_of(column.currency), column.grouping)
    currencies = frame[column.currency_column].str.strip_chars()
    values, rules = pl.Series([None], dtype=pl.Int64).new_from_index(0, len(texts)), no_rules(len(texts))
    for currency in currencies.filter(texts.is_not_null()).unique().to_list():
        chosen = (currencies == currency) if currency is not None else currencies.is_null()
        try:
            found = _amounts(texts.set(~chosen, None), exponent_of(currency or ""), column.grouping)
        except Unfit as unfit:
            rules = where(chosen & texts.is_not_null(), unfit.code).zip_with(chosen, rules)
            continue
        values, rules = found.values.zip_with(chosen, values), found.rules.zip_with(chosen, rules)
    return Reading(values, rules)


def _amounts(texts: pl.Series, exponent: int, grouping: str) -> Reading:
    parts = texts.str.extract_groups(rf"^(-?)([0-9]{{1,14}})(?:\.([0-9]{{1,{max(exponent, 1)}}}))?$").struct
    decimals = parts.field("3").fill_null("")
    fits = decimals.str.len_bytes() <= exponent
    minor = pl.DataFrame({"whole": parts.field("2"), "decimals": decimals}).select(
        (pl.col("whole") + pl.col("decimals").str.pad_end(exponent, "0")).cast(pl.Int64, strict=False).alias("minor")
    )["minor"]
    minor = minor.set(~fits | parts.field("2").is_null(), None)
    plain = (-minor).zip_with(parts.field("1").eq_missing("-"), minor)
    return plain_or_checked(texts, plain, partial(parse_minor, exponent=exponent, grouping=grouping))


# Identifiers


def resident_ids(texts: pl.Series, on: date) -> Reading:
    """Resident identity numbers, normalised; a birth after `on` is refused."""
    plain = texts.set(~_plain_resident_ids(texts, on), None)
    return plain_or_checked(texts, plain, lambda text: identifiers.resident_id(text, on).number)


def _plain_resident_ids(texts: pl.Series, on: date) -> pl.Series:
    """True for 18 characters as they should be, of an ordinary province, with a right checksum."""
    shaped = texts.str.contains(r"^(?:1[1-5]|2[123]|3[1-7]|4[1-6]|5[0-4]|6[1-5])[0-9]{15}[0-9X]$").fill_null(False)
    born = texts.str.slice(6, 8).str.to_date("%Y%m%d", strict=False)
    shaped = shaped & ((born >= date(1850, 1, 1)) & (born <= on)).fill_null(False)
    places = shaped.arg_true()
    if not len(places):
        return shaped
    letters = np.frombuffer("".join(texts.gather(places).to_list()).encode(), np.uint8).reshape(-1, 18)
    sums = (letters[:, :17].astype(np.int64) - 48) @ np.array([7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2])
    right = np.frombuffer(b"10X98765432", np.uint8)[sums % 11] == letters[:, 17]
    return shaped.scatter(places.filter(pl.Series(~right)), False)


def numbers_by_type(texts: pl.Series, types: pl.Series, on: date) -> Reading:
    """Id numbers, each checked as its type (RESIDENT_ID, CREDIT_CODE, any other document) says."""
    values, rules = texts.clone(), no_rules(len(texts))
    for id_type in types.filter(texts.is_not_null()).unique().to_list():
        chosen = types.eq_missing(id_type)
        some = texts.set(~chosen, None)
        found = resident_ids(some, on) if id_type == "RESIDENT_ID" else _checked(some, _check_of(id_type))
        values, rules = found.values.zip_with(chosen, values), found.rules.zip_with(chosen, rules)
    return Reading(values, rules)


def _check_of(id_type: str | None) -> Callable[[str], str]:
    return identifiers.credit_code if id_type == "CREDIT_CODE" else identifiers.document_number


def _checked(texts: pl.Series, check: Callable[[str], str]) -> Reading:
    return plain_or_checked(texts, no_rules(len(texts)), check)


def phones(texts: pl.Series) -> Reading:
    """Phone numbers, normalised."""
    return plain_or_checked(texts, texts.set(~texts.str.contains(_MOBILE), None), identifiers.normalise_phone)


def emails(texts: pl.Series) -> Reading:
    """E-mail addresses in lower case."""
    plain = texts.set(~(texts.str.contains(_EMAIL) & (texts.str.len_bytes() <= 254)), None).str.to_lowercase()
    return plain_or_checked(texts, plain, identifiers.normalise_email)


def _id_number(texts: pl.Series, column: ColumnSpec, frame: pl.DataFrame, on: date) -> Reading:
    sent = frame[column.type_column].str.strip_chars()
    types = sent.replace_strict(list(column.types), list(column.types.values()), default=None, return_dtype=pl.String)
    strange = where(texts.is_not_null() & types.is_null(), "UNKNOWN_CODE")
    reading = numbers_by_type(texts.set(types.is_null(), None), types, on)
    return Reading(reading.values, strange.zip_with(strange.is_not_null(), reading.rules))


def _without_broken(values: pl.Series, rules: pl.Series) -> Reading:
    return Reading(values if rules.null_count() == len(rules) else values.set(rules.is_not_null(), None), rules)


_READERS: dict[str, Callable[[pl.Series, ColumnSpec, pl.DataFrame, date], Reading]] = {
    "text": _text,
    "whole": _whole,
    "date": _date,
    "money": _money,
    "resident_id": lambda texts, column, frame, on: resident_ids(texts, on),
    "credit_code": lambda texts, column, frame, on: _checked(texts, identifiers.credit_code),
    "id_number": _id_number,
    "phone": lambda texts, column, frame, on: phones(texts),
    "email": lambda texts, column, frame, on: emails(texts),
}
