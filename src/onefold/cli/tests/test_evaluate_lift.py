"""The lift's interval covers the planted truth, by the way of the pipeline, on groups that lived three times."""

from __future__ import annotations

import pytest

from onefold.analytics.lift import estimate
from onefold.cli.evaluate_lift import OUTCOMES, covered, told_of_groups

GROUPS, CUSTOMERS = range(1, 13), 1_500


@pytest.mark.slow
@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_interval_covers_the_planted_truth_in_nearly_every_group(outcome: str, told) -> None:
    assert covered(told, outcome) >= len(GROUPS) - 2
    mine = [one for one in told if one.outcome == outcome]
    off = [(one.lift - one.truth) / (one.high - one.low) for one in mine]
    assert abs(sum(off) / len(off)) < 0.25, "on the average the estimate is neither above nor below"
    assert all(20 < one.held_out < 100 for one in mine)


@pytest.mark.slow
def test_an_interval_of_a_third_of_its_width_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(estimate, "Z_95", estimate.Z_95 // 3)
    assert covered(list(told_of_groups(GROUPS, CUSTOMERS)), "CONTRACTS") < len(GROUPS) - 2


@pytest.fixture(scope="module")
def told():
    return list(told_of_groups(GROUPS, CUSTOMERS))
