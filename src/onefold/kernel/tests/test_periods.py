from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.kernel.periods import add_months, age_bounds, age_on, month_floor

DAYS = st.dates(date(2000, 1, 1), date(2000, 2, 15))


@pytest.mark.parametrize(
    ("born_on", "day", "age"),
    [
        (date(2000, 6, 15), date(2026, 6, 14), 25),
        (date(2000, 6, 15), date(2026, 6, 15), 26),
        (date(2008, 2, 29), date(2026, 2, 28), 17),
        (date(2008, 2, 29), date(2026, 3, 1), 18),
        (date(2008, 2, 29), date(2028, 2, 28), 19),
        (date(2008, 2, 29), date(2028, 2, 29), 20),
        (date(2026, 6, 30), date(2026, 6, 30), 0),
    ],
)
def test_age_is_counted_in_whole_years(born_on: date, day: date, age: int) -> None:
    assert age_on(born_on, day) == age


def test_there_is_no_age_before_birth() -> None:
    with pytest.raises(ValueError):
        age_on(date(2026, 7, 1), date(2026, 6, 30))


@given(st.dates(date(1930, 1, 1), date(2026, 6, 30)))
def test_the_bounds_from_the_month_of_birth_hold_the_true_age(born_on: date) -> None:
    on = date(2026, 6, 30)
    low, high = age_bounds(month_floor(born_on), on)
    assert low <= age_on(born_on, on) <= high <= low + 1


def test_the_bounds_differ_only_around_the_birthday() -> None:
    assert age_bounds(date(2000, 6, 1), date(2026, 6, 15)) == (25, 26)
    assert age_bounds(date(2000, 5, 1), date(2026, 6, 1)) == (26, 26)
    assert age_bounds(date(2026, 6, 1), date(2026, 6, 15)) == (0, 0)
    with pytest.raises(ValueError):
        age_bounds(date(2026, 7, 1), date(2026, 6, 30))


def test_months_are_added_without_falling_off_the_end_of_a_month() -> None:
    assert add_months(date(2026, 8, 31), 6) == date(2027, 2, 28)
    assert add_months(date(2026, 1, 31), -2) == date(2025, 11, 30)
    assert add_months(date(2026, 12, 1), 1) == date(2027, 1, 1)
    assert month_floor(date(2024, 2, 29)) == date(2024, 2, 1)
