"""The limits of tests and the verdicts, whatever comes."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.decision.gates import Gate
from onefold.domains.advice.rules import (
    FORBIDS,
    NEED_MISMATCH,
    OVER_BUDGET,
    concluded,
    left_to_take,
    needs_confirmation,
)
from onefold.kernel.periods import add_months

TODAY = date(2026, 6, 30)
DAYS = st.lists(st.integers(0, 800).map(lambda back: TODAY - timedelta(days=back)), max_size=20)


@given(st.lists(st.integers(0, 30), max_size=80))
def test_whoever_tests_while_any_are_left_never_passes_two_a_day_nor_eight_in_twelve_months(steps):
    day, taken = TODAY, []
    for step in steps:
        day += timedelta(days=step)
        if left_to_take(taken, day, 2, 8):
            taken.append(day)
        assert sum(one == day for one in taken) <= 2
        assert sum(add_months(day, -12) < one <= day for one in taken) <= 8


@given(DAYS)
def test_a_test_more_leaves_one_fewer_at_most_and_never_more(days):
    left = left_to_take(days, TODAY, 2, 8)
    assert left == 0 or left_to_take([*days, TODAY], TODAY, 2, 8) == left - 1
    assert left_to_take(days, TODAY, None, None) == 1, "before the law began nothing is limited"


def test_a_test_of_a_year_ago_counts_no_more_and_one_of_the_day_after_does():
    eight = [date(2025, 7, 1)] * 8
    assert left_to_take(eight, date(2026, 7, 1), 2, 8) == 2
    assert left_to_take(eight, date(2026, 6, 30), 2, 8) == 0


def test_only_a_result_that_differs_from_one_in_force_is_confirmed():
    assert not needs_confirmation(3, None) and not needs_confirmation(3, 3) and needs_confirmation(4, 3)


MASKS = st.integers(0, (1 << len(Gate)) - 1)


@given(MASKS, MASKS, MASKS, st.sampled_from(["LIFE", "MOTOR"]), st.integers(0, 10), st.integers(0, 10))
def test_what_is_forbidden_is_never_suitable_and_every_verdict_but_suitable_has_a_reason(
    blocked, missing, warned, line, yearly, budget
):
    verdict, reasons, unknown = concluded(blocked, missing & blocked, warned, line, ["LIFE"], yearly, budget)
    assert (verdict == "UNSUITABLE") == bool(blocked & FORBIDS)
    assert (verdict == "SUITABLE") == (not reasons)
    assert set(unknown) <= set(reasons)


@pytest.mark.parametrize(
    ("warned", "line", "yearly", "reasons"),
    [
        (Gate.CANNOT_KEEP_PAYING.bit, "LIFE", 0, ["CANNOT_KEEP_PAYING"]),
        (Gate.DUPLICATE_COVER.bit, "LIFE", 0, ["DUPLICATE_COVER"]),
        (0, "MOTOR", 0, [NEED_MISMATCH]),
        (0, "LIFE", 2, [OVER_BUDGET]),
        (Gate.NEED_NOT_FIRST.bit | Gate.PROFILING_REFUSED.bit, "LIFE", 0, []),
    ],
)
def test_each_trigger_advises_to_stop_and_a_mere_question_does_not(warned, line, yearly, reasons):
    assert concluded(0, 0, warned, line, ["LIFE"], yearly, 1)[:2] == (
        "STOP_ADVISED" if reasons else "SUITABLE",
        reasons,
    )
