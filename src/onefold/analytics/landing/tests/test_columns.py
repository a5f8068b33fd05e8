"""Texts to values: the fast way agrees with the kernel, and what is no value is told, never guessed."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from onefold.analytics.landing.columns import emails, numbers_by_type, phones, read_column, resident_ids
from onefold.analytics.landing.shapes import Reading
from onefold.kernel import identifiers
from onefold.kernel.money import parse_minor
from onefold.kernel.unfit import Unfit
from onefold.policy.feed_shapes import ColumnSpec

DAY = date(2026, 6, 30)


def read(column: ColumnSpec, *texts: str | None, **others: list[str]) -> list[object]:
    """One answer per text: the value, or the broken rule in capitals."""
    frame = pl.DataFrame({column.name: pl.Series(texts, dtype=pl.String), **others})
    return answers(read_column(column, frame, DAY))


def answers(reading: Reading) -> list[object]:
    return [rule or value for value, rule in zip(reading.values.to_list(), reading.rules.to_list(), strict=True)]


def by_kernel(check: object, *texts: str) -> list[object]:
    found: list[object] = []
    for text in texts:
        try:
            found.append(check(text))  # type: ignore[operator]
        except Unfit as unfit:
            found.append(unfit.code)
    return found


def test_texts_are_trimmed_and_what_means_empty_is_empty() -> None:
    column = ColumnSpec("c", "text", required=True, empty=("NULL",), length_max=3)
    assert read(column, " a ", "\u3000王\u3000", "", "NULL", "abcd") == ["a", "王", "REQUIRED", "REQUIRED", "TOO_LONG"]
    assert read(ColumnSpec("c", "text", one_of=("A", "B")), "A", "C", "") == ["A", "NOT_IN_LIST", None]


def test_whole_numbers() -> None:
    column = ColumnSpec("c", "whole", at_least=0, at_most=10)
    expected = [7, 7, 0, "OUT_OF_RANGE", "OUT_OF_RANGE", "NOT_A_WHOLE_NUMBER", "NOT_A_WHOLE_NUMBER"]
    assert read(column, "7", "７", "-0", "-1", "11", "1.0", "9" * 30) == expected


@pytest.mark.parametrize(
    ("format_", "century", "text", "expected"),
    [
        ("%Y-%m-%d", None, "2026-02-28", date(2026, 2, 28)),
        ("%Y-%m-%d", None, "2026-02-29", "NOT_A_DATE"),
        ("%Y-%m-%d", None, "２０２６-02-01", date(2026, 2, 1)),
        ("%Y-%m-%d", None, "1582-10-04", "DATE_OUT_OF_RANGE"),
        ("%Y-%m-%d", None, "9999-12-31", "DATE_OUT_OF_RANGE"),
        ("%Y-%m-%d", None, "2026-1-1", date(2026, 1, 1)),
        ("%Y-%m-%d", None, "2026-01-01 ", date(2026, 1, 1)),
        ("%Y-%m-%d", None, "2026-01-01x", "NOT_A_DATE"),
        ("%d/%m/%Y", None, "1/2/2019", date(2019, 2, 1)),
        ("%Y%m%d", None, "2026011", "NOT_A_DATE"),
        ("%y%m%d", 1900, "930101", date(1993, 1, 1)),
        ("%y%m%d", 1900, "93011", "NOT_A_DATE"),
        ("%y%m%d %H:%M:%S", 1900, "931107 00:00:00", date(1993, 11, 7)),
        ("%Y年%m月%d日", None, "2026年6月30日", date(2026, 6, 30)),
        ("%Y-%m-%d", None, "", None),
    ],
)
def test_dates_are_read_by_their_declared_format_only(
    format_: str, century: int | None, text: str, expected: object
) -> None:
    assert read(ColumnSpec("c", "date", format=format_, century=century), text) == [expected]


def test_money_is_minor_units_and_nothing_is_rounded() -> None:
    column = ColumnSpec("c", "money", currency="CNY")
    texts = ["1234.5", "-0.01", "1,234.50", "1e400", "NaN", "1.234", "１２３", "9" * 30, "0", "-0"]
    bad = "AMOUNT_NOT_A_NUMBER"
    assert read(column, *texts) == [
        123450, -1, bad, bad, bad, "AMOUNT_TOO_PRECISE", 12300, "AMOUNT_TOO_LARGE", 0, 0
    ]  # fmt: skip
    assert read(ColumnSpec("c", "money", currency="CNY", grouping=","), "1,234.50", "12,34") == [123450, bad]
    assert read(ColumnSpec("c", "money", currency="JPY"), "12", "1.5") == [12, "AMOUNT_TOO_PRECISE"]


def test_money_in_several_currencies_has_the_decimals_of_each() -> None:
    column = ColumnSpec("c", "money", currency_column="ccy")
    found = read(column, "1.5", "1", "1.234", "1", "", ccy=["CNY", "JPY", "KWD", "XXX", "CNY"])
    assert found == [150, 1, 1234, "CURRENCY_UNKNOWN", None]


def test_id_numbers_are_checked_as_their_type_says() -> None:
    column = ColumnSpec("c", "id_number", type_column="t", types={"身份证": "RESIDENT_ID", "护照": "PASSPORT"})
    good = "11010519491231002X"
    found = read(
        column, good, good[:-1] + "1", "e1234567", "X1", "", t=["身份证", "身份证", "护照", "军官证", "军官证"]
    )
    assert found == [good, "ID_CHECKSUM", "E1234567", "UNKNOWN_CODE", None]


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.from_regex(r"-?[0-9０-９]{1,16}(\.[0-9]{0,4})?", fullmatch=True), st.sampled_from([0, 2, 3]))
def test_amounts_are_what_the_kernel_makes_of_them(text: str, exponent: int) -> None:
    currency = {0: "JPY", 2: "CNY", 3: "KWD"}[exponent]
    assert read(ColumnSpec("c", "money", currency=currency), text) == by_kernel(
        lambda t: parse_minor(t, exponent), text
    )


def with_checksum(digits: str) -> str:
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    return digits + "10X98765432"[sum(int(d) * w for d, w in zip(digits, weights, strict=True)) % 11]


regions = st.sampled_from(["110105", "440300", "710000", "911000", "990000", "000000", "350000"])
births = st.dates(date(1800, 1, 1), date(2030, 1, 1)).map(lambda day: day.strftime("%Y%m%d")) | st.from_regex(r"[0-9]{8}", fullmatch=True)  # fmt: skip
valid_ids = st.tuples(regions, births, st.from_regex("[0-9]{3}", fullmatch=True)).map(
    lambda p: with_checksum("".join(p))
)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.lists(valid_ids | st.from_regex(r"[0-9]{15}([0-9]{2}[0-9Xx])?", fullmatch=True), min_size=1, max_size=5))
@example(["11010519491231002X", "11010519491231002x", "110105194912310021", "１１０１０５１９４９１２３１００２X"])
def test_resident_numbers_are_what_the_kernel_makes_of_them(texts: list[str]) -> None:
    found = answers(resident_ids(pl.Series(texts), DAY))
    assert found == by_kernel(lambda text: identifiers.resident_id(text, DAY).number, *texts)


@pytest.mark.slow
@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from("0123456789+-() 转x１13８"), min_size=1, max_size=16).filter(str.strip))
@example("13812345678")
def test_phones_are_what_the_kernel_makes_of_them(text: str) -> None:
    assert answers(phones(pl.Series([text]))) == by_kernel(identifiers.normalise_phone, text)


@pytest.mark.slow
@settings(max_examples=300, deadline=None)
@given(st.text(st.sampled_from("aB@.,;<> \x7f王-_+/:"), min_size=1, max_size=12).filter(str.strip))
@example("A.b@Example.com")
@example("a>b@c.de")
@example("a@b>c.de")
@example("a@b..c")
def test_addresses_are_what_the_kernel_makes_of_them(text: str) -> None:
    assert answers(emails(pl.Series([text]))) == by_kernel(identifiers.normalise_email, text)


def test_of_all_check_digits_one_is_right_and_tomorrow_nobody_was_born() -> None:
    bases = [f"110105194912310{number:02d}" for number in range(0, 60, 3)]
    texts = [base + digit for base in bases for digit in "0123456789X"]
    expected = by_kernel(lambda text: identifiers.resident_id(text, DAY).number, *texts)
    assert answers(resident_ids(pl.Series(texts), DAY)) == expected
    assert expected.count("ID_CHECKSUM") == 10 * len(bases)
    tomorrow = [with_checksum("11010520260701002"), with_checksum("11010520260630002")]
    assert answers(resident_ids(pl.Series(tomorrow), DAY)) == ["ID_BIRTH_IN_FUTURE", tomorrow[1]]


def test_other_documents_are_only_shaped() -> None:
    types = pl.Series(["PASSPORT", "CREDIT_CODE", "OTHER"])
    found = answers(numbers_by_type(pl.Series(["g 1234", "91350100M000100Y43", "?"]), types, DAY))
    assert found == ["G1234", "91350100M000100Y43", "DOCUMENT_SHAPE"]
