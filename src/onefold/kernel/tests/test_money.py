from __future__ import annotations

import random
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.kernel.money import Money, allot, exponent_of, minor_text, parse_minor
from onefold.kernel.unfit import Unfit

MINOR = st.integers(-(10**15), 10**15)
WEIGHTS = st.lists(st.integers(0, 10**9), min_size=1, max_size=20).filter(any)


def keys_of(weights: list[int]) -> list[str]:
    return [f"party-{number:02}" for number in range(len(weights))]


@given(MINOR, WEIGHTS)
def test_the_parts_of_a_split_sum_to_the_whole_and_each_is_within_one_minor_unit(
    total: int, weights: list[int]
) -> None:
    parts = allot(total, weights, keys_of(weights))
    assert sum(parts) == total
    shares = [Fraction(total * weight, sum(weights)) for weight in weights]
    assert all(abs(part - share) < 1 for part, share in zip(parts, shares, strict=True))


@given(MINOR, WEIGHTS, st.randoms())
def test_a_split_does_not_depend_on_the_order_of_the_shares(
    total: int, weights: list[int], chance: random.Random
) -> None:
    keys = keys_of(weights)
    order = chance.sample(range(len(keys)), len(keys))
    shuffled = allot(total, [weights[i] for i in order], [keys[i] for i in order])
    assert dict(zip(keys, allot(total, weights, keys), strict=True)) == dict(
        zip([keys[i] for i in order], shuffled, strict=True)
    )


@given(MINOR, WEIGHTS)
def test_a_refund_splits_as_the_payment_did(total: int, weights: list[int]) -> None:
    assert allot(-total, weights, keys_of(weights)) == [-part for part in allot(total, weights, keys_of(weights))]


def test_the_odd_cent_goes_to_the_greatest_remainder_then_to_the_lesser_key() -> None:
    assert allot(100, [1, 1, 1], ["c", "a", "b"]) == [33, 34, 33]
    assert allot(10, [2, 3, 1], ["a", "b", "c"]) == [3, 5, 2]


@pytest.mark.parametrize(
    ("total", "weights", "keys"),
    [
        (1, [], []),
        (1, [0, 0], ["a", "b"]),
        (1, [2, -1], ["a", "b"]),
        (1, [1, 1], ["a", "a"]),
        (1, [1, 1], ["a"]),
        (1, [0.5, 0.5], ["a", "b"]),
        (1.0, [1], ["a"]),
    ],
)
def test_a_split_that_has_no_answer_is_refused(total: int, weights: list[int], keys: list[str]) -> None:
    with pytest.raises(ValueError):
        allot(total, weights, keys)


@given(st.integers(-(10**18), 10**18), st.sampled_from(["CNY", "JPY", "KWD", "CLF"]))
def test_an_amount_survives_being_written_and_read(minor: int, currency: str) -> None:
    exponent = exponent_of(currency)
    assert parse_minor(minor_text(minor, exponent), exponent) == minor


@pytest.mark.parametrize(
    ("text", "exponent", "minor"),
    [
        ("1234.5", 2, 123450),
        (" 0.05 ", 2, 5),
        ("-0.00", 2, 0),
        ("+7", 0, 7),
        ("1.234", 3, 1234),
        ("１２３．４５", 2, 12345),
        ("－８", 2, -800),
        ("007", 2, 700),
        ("\u30005\u3000", 2, 500),
        ("92233720368547758.07", 2, 2**63 - 1),
    ],
)
def test_plain_amounts_are_read(text: str, exponent: int, minor: int) -> None:
    assert parse_minor(text, exponent) == minor


@pytest.mark.parametrize(
    ("text", "exponent", "code"),
    [
        ("", 2, "AMOUNT_EMPTY"),
        ("\u3000", 2, "AMOUNT_EMPTY"),
        ("1,234.50", 2, "AMOUNT_NOT_A_NUMBER"),
        ("1234,50", 2, "AMOUNT_NOT_A_NUMBER"),
        ("NaN", 2, "AMOUNT_NOT_A_NUMBER"),
        ("inf", 2, "AMOUNT_NOT_A_NUMBER"),
        ("1e400", 2, "AMOUNT_NOT_A_NUMBER"),
        ("1e2", 2, "AMOUNT_NOT_A_NUMBER"),
        ("12.", 2, "AMOUNT_NOT_A_NUMBER"),
        (".5", 2, "AMOUNT_NOT_A_NUMBER"),
        ("1 234", 2, "AMOUNT_NOT_A_NUMBER"),
        ("--5", 2, "AMOUNT_NOT_A_NUMBER"),
        ("¥5", 2, "AMOUNT_NOT_A_NUMBER"),
        ("5\n", 2, None),
        ("5\n6", 2, "AMOUNT_NOT_A_NUMBER"),
        ("٣", 2, "AMOUNT_NOT_A_NUMBER"),
        ("²", 2, "AMOUNT_NOT_A_NUMBER"),
        ("9" * 70, 2, "AMOUNT_NOT_A_NUMBER"),
        ("1.005", 2, "AMOUNT_TOO_PRECISE"),
        ("1.500", 2, "AMOUNT_TOO_PRECISE"),
        ("1.0", 0, "AMOUNT_TOO_PRECISE"),
        ("92233720368547758.08", 2, "AMOUNT_TOO_LARGE"),
    ],
)
def test_what_is_not_surely_an_amount_is_refused_with_its_reason(text: str, exponent: int, code: str | None) -> None:
    if code is None:
        assert parse_minor(text, exponent) == 500
        return
    with pytest.raises(Unfit) as refused:
        parse_minor(text, exponent)
    assert refused.value.code == code


def test_grouping_and_spare_zeros_are_read_only_when_told() -> None:
    assert parse_minor("1,234,567.50", 2, grouping=",") == 123456750
    assert parse_minor("１，２３４", 2, grouping=",") == 123400
    assert parse_minor("1234", 2, grouping=",") == 123400
    for wrong in ("1,23", "12,34,567", ",123", "1234,567"):
        with pytest.raises(Unfit):
            parse_minor(wrong, 2, grouping=",")
    assert parse_minor("12.5000", 2, spare_zeros=True) == 1250
    with pytest.raises(Unfit):
        parse_minor("12.5010", 2, spare_zeros=True)


def test_money_adds_only_to_money_of_its_currency() -> None:
    assert Money(100, "CNY") + Money(-30, "CNY") - Money(5, "CNY") == -Money(-65, "CNY")
    assert Money(1, "CNY") < Money(2, "CNY") <= Money(2, "CNY") and Money(3, "CNY") > Money(2, "CNY") >= Money(2, "CNY")
    assert Money(1, "CNY") != Money(1, "JPY")
    for wrong in (Money(1, "JPY"), 1):
        with pytest.raises((ValueError, TypeError)):
            Money(1, "CNY") + wrong  # type: ignore[operator]
        with pytest.raises((ValueError, TypeError)):
            assert Money(1, "CNY") < wrong  # type: ignore[operator]


def test_money_is_never_a_float_nor_of_an_unknown_currency() -> None:
    for wrong in (1.0, True):
        with pytest.raises(TypeError):
            Money(wrong, "CNY")  # type: ignore[arg-type]
    with pytest.raises(Unfit, match="CURRENCY_UNKNOWN"):
        Money(1, "RMB")


def test_money_is_written_with_the_decimals_of_its_currency() -> None:
    assert [str(Money(minor, currency)) for minor, currency in [(-5, "CNY"), (12, "JPY"), (1, "KWD")]] == [
        "-0.05 CNY",
        "12 JPY",
        "0.001 KWD",
    ]
