"""The estimator on numbers one can check by hand, and against the textbook formula on numbers one cannot."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.lift.estimate import MILLION, Arm, compared


def arm(bought: list[int], exposure: list[int] | None = None) -> Arm:
    e = exposure or [1] * len(bought)
    pairs = list(zip(bought, e, strict=True))
    return Arm(
        len(bought), sum(e), sum(bought), sum(y * y for y in bought), sum(y * d for y, d in pairs), sum(d * d for d in e)
    )  # fmt: skip


def test_of_equal_exposure_it_is_the_difference_of_means_with_the_variances_of_means() -> None:
    found = compared([(arm([1, 0, 1, 1]), arm([0, 0, 1, 0]))], MILLION)
    assert found is not None
    assert (found.lift, found.open_sum, found.held_sum) == (500_000, 3, 1)
    # s² = 0.25 in both arms: the error of a mean of four is 0.25, of the difference 0.353553.
    assert (found.open_error, found.held_error) == (250_000, 250_000)
    assert (found.low, found.high) == (500_000 - 692_951, 500_000 + 692_951)
    assert found.detectable == 990_509


def test_who_was_in_it_twice_as_long_counts_twice() -> None:
    found = compared([(arm([2, 1], [20, 10]), arm([0, 0], [10, 10]))], MILLION)
    assert found is not None
    assert (found.lift, found.open_error) == (100_000, 0)


counts = st.lists(st.tuples(st.integers(0, 5), st.integers(1, 700)), min_size=2, max_size=40)


@settings(deadline=None)
@given(counts, counts)
def test_it_is_the_linearised_ratio_by_household(one: list[tuple[int, int]], other: list[tuple[int, int]]) -> None:
    found = compared([(arm(*map(list, zip(*one, strict=True))), arm(*map(list, zip(*other, strict=True))))], MILLION)
    rates, exposures, residuals = [], [], []
    for rows in (one, other):
        y, e = np.array(rows, dtype=np.float64).T
        rates.append(y.sum() / e.sum())
        exposures.append(e.sum())
        residuals.append(y - rates[-1] * e)
    together = sum((part**2).sum() for part in residuals) / (len(one) + len(other) - 2)
    spreads = [max((part**2).sum() / (len(part) - 1), together) for part in residuals]
    errors = [np.sqrt(len(part) * s) / e for part, s, e in zip(residuals, spreads, exposures, strict=True)]
    assert found is not None
    assert abs(found.lift - 1e6 * (rates[0] - rates[1])) <= 1
    assert abs(found.open_error - 1e6 * errors[0]) <= 1 + 1e-6 * found.open_error
    assert abs(found.high - found.lift - 1.959964e6 * np.hypot(*errors)) <= 4 + 1e-6 * found.high  # type: ignore[operator]


def test_an_arm_in_which_nobody_bought_is_not_sure_of_it() -> None:
    found = compared([(arm([1, 0] * 50), arm([0] * 4))], MILLION)
    assert found is not None
    assert found.held_error > 240_000


def test_a_share_that_depended_on_a_score_misleads_nobody() -> None:
    """The likely buyers were called more often; within either stratum calling changes nothing."""
    likely = (arm([1, 1, 1, 0] * 20), arm([1, 1, 1, 0] * 5))
    unlikely = (arm([0, 0, 0, 1] * 5), arm([0, 0, 0, 1] * 20))
    apart, together = compared([likely, unlikely], MILLION), compared([(arm([1, 1, 1, 0] * 20 + [0, 0, 0, 1] * 5), arm([1, 1, 1, 0] * 5 + [0, 0, 0, 1] * 20))], MILLION)  # fmt: skip
    assert apart is not None and together is not None
    assert apart.lift == 0
    assert together.low is not None and together.low > 0


def test_without_evidence_there_is_a_difference_and_no_interval() -> None:
    found = compared([(arm([1, 1, 0]), arm([0, 0, 1]))], MILLION, evidence=False)
    assert found is not None
    assert (found.lift, found.low, found.high, found.detectable) == (333_333, None, None, None)


def test_one_household_alone_says_nothing() -> None:
    assert compared([(arm([1]), arm([0, 0, 1]))], MILLION) is None
    assert compared([], MILLION) is None
