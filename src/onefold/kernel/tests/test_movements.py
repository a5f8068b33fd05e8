"""A change divides without rest, whatever it is made of."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from onefold.kernel.movements import LAPSES, NEW_CONTRACTS, NEW_CUSTOMERS, PARTS, Movement, Part, one_after_the_other

AMOUNT = st.integers(-(10**9), 10**9)
ADDED = st.lists(
    st.builds(Part, st.sampled_from(PARTS), st.sampled_from(["", "AGT", "TEL"]), AMOUNT, AMOUNT), max_size=9
)
FIGURE = st.tuples(st.integers(0, 10**9), st.integers(1, 10**9))

# A busy machine draws slowly; that says nothing of the law.
PATIENT = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@PATIENT
@given(FIGURE, ADDED)
def test_the_effects_of_the_parts_add_up_to_the_change(before: tuple[int, int], parts: list[Part]) -> None:
    movement = Movement(before, tuple(parts))
    if movement.after[1] != 0:
        assert sum(map(movement.effect, parts), Fraction(0)) == movement.change


@PATIENT
@given(FIGURE, st.lists(ADDED, min_size=1, max_size=4))
def test_months_that_follow_each_other_are_one_movement(before: tuple[int, int], months: list[list[Part]]) -> None:
    movements = []
    for parts in months:
        movements.append(Movement(movements[-1].after if movements else before, tuple(parts)))
    whole = one_after_the_other(movements)
    assert (whole.before, whole.after) == (before, movements[-1].after)
    assert len({(part.part, part.channel) for part in whole.parts}) == len(whole.parts)


def test_months_with_a_gap_between_them_are_refused() -> None:
    with pytest.raises(ValueError, match="follow"):
        one_after_the_other([Movement((8, 4), ()), Movement((9, 4), ())])


def test_a_new_customer_who_holds_less_than_the_mean_lowers_it() -> None:
    movement = Movement(
        (8, 4), (Part(NEW_CUSTOMERS, "", 1, 1), Part(NEW_CONTRACTS, "AGT", 2, 0), Part(LAPSES, "", -1, 0))
    )
    assert movement.after == (10, 5)
    assert list(map(movement.effect, movement.parts)) == [Fraction(-1, 5), Fraction(2, 5), Fraction(-1, 5)]
