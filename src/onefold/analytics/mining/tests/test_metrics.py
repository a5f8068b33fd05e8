"""Figures of models against what they mean, worked out slowly."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from onefold.analytics.mining import metrics
from onefold.analytics.mining.calibration import calibrated
from onefold.analytics.mining.drift import drift
from onefold.analytics.mining.priors import Count, prior_chances

RANDOM = np.random.Generator(np.random.Philox(5))
PAIRS = st.lists(st.tuples(st.booleans(), st.integers(0, 4)), min_size=2, max_size=20)


@given(PAIRS)
def test_the_auc_is_the_share_of_pairs_ranked_right(pairs):
    outcome, score = (np.array(column, dtype=float) for column in zip(*pairs, strict=True))
    won = [float(a > b) + 0.5 * float(a == b) for a in score[outcome > 0] for b in score[outcome == 0]]
    found = metrics.auc(outcome, score)
    assert np.isnan(found) if not won else found == pytest.approx(sum(won) / len(won))


def test_calibration_error_is_the_mean_distance_by_decile():
    chance = np.repeat([0.1, 0.5], 500)
    assert metrics.calibration_error(np.tile([1.0, 0.0], 500), chance) == pytest.approx((0.4 + 0.0) / 2)


def experiment(size: int = 4_000) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Half of the people buy only when treated, a tenth only when not."""
    kind = RANDOM.choice([0.0, 1.0, -1.0], size, p=[0.4, 0.5, 0.1])
    treated = (RANDOM.random(size) < 0.5) * 1.0
    return ((kind > 0) & (treated > 0) | (kind < 0) & (treated == 0)) * 1.0, treated, kind


def test_the_qini_of_the_truth_is_high_of_lots_nothing_and_of_the_reverse_negative():
    outcome, treated, kind = experiment()
    assert metrics.qini(outcome, treated, kind) > 0.4
    assert abs(metrics.qini(outcome, treated, RANDOM.random(len(kind)))) < 0.05
    assert metrics.qini(outcome, treated, -kind) < -0.4
    assert metrics.uplift_at(outcome, treated, kind, 0.3) == pytest.approx(1, abs=0.01)


def test_the_qini_agrees_with_a_case_worked_by_hand():
    """Best first: T buys, C does not, T does not, C buys. Gains 1, 1, 1-0, 1-1*2/2 = 0; the perfect order is 1, 2, 1, 0 … by the same rule."""
    outcome, treated = np.array([1.0, 0, 0, 1]), np.array([1.0, 0, 1, 0])
    people, gained = metrics.gain_curve(outcome, treated, np.array([4.0, 3, 2, 1]))
    assert people.tolist() == [0, 1, 2, 3, 4] and gained.tolist() == [0, 1, 1, 1, 0]


@pytest.mark.parametrize("outcomes", [300, 5_000])
def test_chances_come_true_after_calibration(outcomes):
    size = 60_000
    true = np.clip(RANDOM.beta(1, 9, size) * outcomes / size * 10, 0, 1)
    outcome = (RANDOM.random(size) < true) * 1.0
    raw = true**0.5
    first = np.arange(size) % 2 == 0
    chance = calibrated(raw[first], outcome[first]).applied(raw[~first])
    assert metrics.calibration_error(outcome[~first], chance) < (0.4 if outcomes < 1_000 else 0.1) * outcome.mean()
    assert np.all(np.diff(chance[np.argsort(raw[~first])]) >= 0)


def test_drift_cries_wolf_seldom_and_sees_a_fifth_of_a_deviation():
    """Fault 47: at most 1 % false alarms at n = 500 (here within what 400 tries can tell), at least 95 % power at 0.2 sd and n = 5,000."""

    def alarms(size: int, shift: float, tries: int) -> float:
        told = [drift(RANDOM.normal(size=20_000), RANDOM.normal(shift, 1, size)) for _ in range(tries)]
        return sum(found is not None and found.moved for found in told) / tries

    assert alarms(500, 0.0, 400) <= 0.025
    assert alarms(5_000, 0.2, 60) >= 0.95


def test_of_too_few_people_nothing_is_said_about_drift():
    assert drift(RANDOM.normal(size=499), RANDOM.normal(size=5_000)) is None
    assert drift(np.zeros(900), np.zeros(900)) is None


def test_a_new_series_takes_the_chance_of_its_line_and_a_known_one_its_own():
    counts = {"A.OLD": Count(1_000_000, 20_000), "B.OLD": Count(1_000_000, 1_000)}
    chances = prior_chances(counts, {"A.OLD": "LIFE", "A.NEW": "LIFE", "B.OLD": "CARD", "C.NEW": "TRUST"}, 2_000)
    assert chances["A.OLD"] == pytest.approx(20_000, rel=0.01)
    assert chances["A.NEW"] == pytest.approx(20_000, rel=0.01)
    assert chances["B.OLD"] == pytest.approx(1_000, rel=0.05)
    assert chances["C.NEW"] == pytest.approx(10_500, rel=0.01)
