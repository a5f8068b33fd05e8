"""A model of a planted chance is learnt, calibrated, judged, checked; the same input gives the same bytes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import numpy as np
import pytest

from onefold import policy
from onefold.analytics.mining import boosting, uplift
from onefold.analytics.mining.boosting import Forest, Growth, grown
from onefold.analytics.mining.learning import CHECKS_FAILED, TOO_FEW, Learnt, Sample, learnt_chance, thinned
from onefold.analytics.mining.matrix import CODES, NUMBERS, Layout
from onefold.analytics.mining.recipes import terms_of
from onefold.analytics.mining.registry import Kept, standing

TODAY = date(2026, 6, 30)
TERMS = terms_of(policy.load(), TODAY)
LAYOUT = Layout(("A.X", "B.Y"), dict.fromkeys(CODES, ()))
PLAIN = TERMS.recipes["PROPENSITY"]
QUICK = replace(PLAIN, growth=replace(PLAIN.growth, rounds=30))


def sample(seed: int, size: int = 12_000, *, leak: bool = False, flat: bool = False) -> Sample:
    """Three features carry a chance of about 3 %; with `leak` a fourth is the outcome itself, but for some noise."""
    random = np.random.Generator(np.random.Philox(seed))
    rows = random.normal(size=(size, len(LAYOUT.names))).astype(np.float32)
    pull = 0.0 if flat else 0.8 * (rows[:, 0] + rows[:, 1] + rows[:, 2])
    outcome = (random.random(size) < 1 / (1 + np.exp(4 - pull))) * 1.0
    if leak:
        rows[:, 5] = outcome + random.normal(size=size) * 0.2
    return Sample(rows, outcome, random.random(size) < 0.5)


def learnt(**more: bool) -> Learnt:
    return learnt_chance(
        "PROPENSITY:A.X", QUICK, sample(1, **more), sample(2, **more), LAYOUT, TERMS, TERMS.outcomes_min
    )


def test_a_planted_chance_is_found_and_comes_true():
    found = learnt()
    assert found.problem == "" and found.card["auc"] > 750_000
    assert found.card["calibration_error"] < 10_000
    expected = sum(part["expected"] for part in found.card["deciles"]) / 1_000_000
    assert expected == pytest.approx(found.card["judged_outcomes"], rel=0.25)
    assert {gain["feature"] for gain in found.card["gains"][:3]} == set(NUMBERS[:3])
    assert abs(found.card["leakage"]["random_labels_auc"] - 500_000) < 80_000


def test_a_feature_that_knows_the_outcome_is_found_out():
    found = learnt(leak=True)
    assert found.problem == CHECKS_FAILED
    assert found.card["leakage"]["one_feature"] == NUMBERS[5]
    assert found.card["leakage"]["one_feature_auc_fall"] > 150_000


def test_where_nothing_can_be_known_no_model_passes():
    assert learnt(flat=True).problem == CHECKS_FAILED


def test_too_few_outcomes_are_not_learnt_from():
    found = learnt_chance("LAPSE", QUICK, sample(1, 500), sample(2, 500), LAYOUT, TERMS, TERMS.outcomes_min)
    assert (found.problem, found.fit, found.content) == (TOO_FEW, "", b"")


def test_the_same_input_gives_the_same_trees_for_any_number_of_threads(monkeypatch):
    one = sample(5, 3_000)
    first = grown(one.rows, one.outcome, Growth(rounds=4)).text
    monkeypatch.setattr(boosting, "THREADS", 2)
    assert grown(one.rows, one.outcome, Growth(rounds=4)).text == first
    assert "num_threads" not in first


def test_the_same_input_gives_the_same_fit():
    assert learnt().content == learnt().content


def test_a_forest_read_from_its_text_says_the_same():
    rows = sample(3).rows
    forest = grown(rows, sample(3).outcome, Growth(rounds=5))
    assert np.array_equal(Forest(forest.text).said(rows), forest.said(rows))


def test_who_stands_for_others_counts_for_them():
    whole = sample(4)
    part = thinned(whole, others_per_outcome=5)
    assert part.outcome.sum() == whole.outcome.sum()
    assert part.weight.sum() == pytest.approx(len(whole.outcome), rel=0.01)
    assert len(part.outcome) < len(whole.outcome) / 3


def campaign(size: int = 30_000, seed: int = 6) -> tuple[uplift.Experiment, np.ndarray]:
    """Contact adds 10 points for one half, and shares of contact differ with what one would buy anyway."""
    random = np.random.Generator(np.random.Philox(seed))
    rows = random.normal(size=(size, 6)).astype(np.float32)
    own = 0.05 + 0.1 * (rows[:, 1] > 0)
    effect = 0.1 * (rows[:, 0] > 0)
    share = np.where(rows[:, 1] > 0, 0.8, 0.3)
    treated = (random.random(size) < share) * 1.0
    outcome = (random.random(size) < own + effect * treated) * 1.0
    return uplift.Experiment(rows, outcome, treated, share, random.random(size) < 0.5), effect


def test_an_effect_is_found_though_the_likely_are_called_more_often():
    trial, effect = campaign()
    growth = Growth(rounds=30, leaves=8, leaf_rows_min=200)
    shown = uplift.effects_shown(trial, growth)
    said = uplift.crossed_effects(trial, shown, replace(growth, objective="regression"))
    assert shown.mean() == pytest.approx(0.05, abs=0.015)
    assert np.corrcoef(said, effect)[0, 1] > 0.8
    assert uplift.trust_in(said, shown) > 0.6


def test_differences_that_are_noise_are_not_trusted():
    random = np.random.Generator(np.random.Philox(8))
    assert uplift.trust_in(random.normal(size=5_000), random.normal(size=5_000)) < 0.3
    assert uplift.trust_in(np.zeros(50), random.normal(size=50)) == 0


def test_means_are_drawn_to_the_common_one_by_how_little_is_known():
    means = {
        "KNOWN": uplift.Mean(9_000, 0.05, 0.002),
        "OTHER": uplift.Mean(9_000, 0.01, 0.002),
        "THIN": uplift.Mean(90, -0.2, 0.1),
    }
    drawn = uplift.shrunken(means)
    assert drawn["KNOWN"].mean == pytest.approx(0.05, abs=0.002)
    assert 0 < drawn["THIN"].mean < 0.04


DECIDED = {"model": "M", "rule": "BY_HAND", "champion": "old", "approver": "amy"}
OLD = Kept({"validated_on": date(2026, 5, 1), "fit": "old"}, b"{}")


@pytest.mark.parametrize(
    ("problem", "approved", "decided", "kept", "expected"),
    [
        ("", True, None, None, ("CHAMPION", True, "")),
        (CHECKS_FAILED, True, None, None, ("CANDIDATE", False, CHECKS_FAILED)),
        ("", False, None, None, ("CANDIDATE", False, "NOT_APPROVED")),
        ("", True, DECIDED | {"rule": "RETIRED", "champion": ""}, None, ("RETIRED", False, "RETIRED")),
        ("", True, DECIDED, OLD, ("CANDIDATE", False, "")),
        ("", True, DECIDED, None, ("CANDIDATE", False, "FIT_NOT_KEPT")),
        ("", True, DECIDED, replace(OLD, card={"validated_on": date(2026, 1, 1), "fit": "old"}), ("CANDIDATE", False, "STALE")),
    ],
)  # fmt: skip
def test_what_is_used_follows_approval_checks_and_people(problem, approved, decided, kept, expected):
    recipe = PLAIN if approved else replace(PLAIN, assessment="")
    found = standing(Learnt("M", recipe, 1, 1, b"{}", problem), decided, kept, TODAY, TERMS.stale_after_days)
    assert (found.stage, found.used, found.reason) == expected
    assert (found.kept is not None) == (decided is DECIDED and kept is OLD)
