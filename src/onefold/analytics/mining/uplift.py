"""What an approach changes: a DR-learner on people whose treatment was drawn by lot with known chances.

Two outcome models (treated, untreated) grown on one fold say what to expect on the other; what a person shows beyond that, weighted by
the known chance of the treatment, corrects them. The result is an unbiased, noisy effect for each person, on which a last
model is grown (Kennedy 2020). Since the chances are known, a bad outcome model costs precision, never truth.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Forest, Growth, Matrix, grown

Reals = NDArray[np.float64]
SHARE_LEAST, SHARE_MOST = 0.05, 0.95


@dataclass(frozen=True)
class Experiment:
    """n people: features, outcome, whether treated, the known chance of that, and a fold (0 or 1) that keeps a person together."""

    rows: Matrix
    outcome: Reals
    treated: Reals
    share: Reals
    fold: NDArray[np.bool_]
    categories: tuple[int, ...] = ()

    def part(self, chosen: NDArray[np.bool_]) -> Experiment:
        return Experiment(
            self.rows[chosen],
            self.outcome[chosen],
            self.treated[chosen],
            self.share[chosen],
            self.fold[chosen],
            self.categories,
        )


def effects_shown(trial: Experiment, growth: Growth) -> Reals:
    """The noisy effect each person shows, by outcome models grown on the other fold."""
    shown = np.zeros(len(trial.outcome))
    for fold in (False, True):
        there, here = trial.part(trial.fold != fold), trial.fold == fold
        expected = [_outcome_model(there, arm, growth) for arm in (0, 1)]
        said = [model.said(trial.rows[here]) if model else np.full(here.sum(), rate) for model, rate in expected]
        share = np.clip(trial.share[here], SHARE_LEAST, SHARE_MOST)
        treated, outcome = trial.treated[here], trial.outcome[here]
        surprise = outcome - np.where(treated > 0, said[1], said[0])
        shown[here] = said[1] - said[0] + surprise * (treated - share) / (share * (1 - share))
    return shown


def _outcome_model(people: Experiment, arm: int, growth: Growth) -> tuple[Forest | None, float]:
    """A model of the outcome within one arm; its plain rate where the arm shows no two kinds."""
    chosen = people.treated == arm
    outcome = people.outcome[chosen]
    if len(outcome) == 0 or outcome.min() == outcome.max():
        return None, float(outcome.mean()) if len(outcome) else 0.0
    return grown(people.rows[chosen], outcome, growth, categories=people.categories), 0.0


def effect_model(trial: Experiment, shown: Reals, growth: Growth) -> Forest:
    return grown(trial.rows, shown, growth, categories=trial.categories)


def crossed_effects(trial: Experiment, shown: Reals, growth: Growth) -> Reals:
    """Effects said of each person by a model grown on the other fold."""
    said = np.zeros(len(shown))
    for fold in (False, True):
        there, here = trial.fold != fold, trial.fold == fold
        said[here] = effect_model(trial.part(there), shown[there], growth).said(trial.rows[here])
    return said


def trust_in(said: Reals, shown: Reals) -> float:
    """How much of the differences a model says is borne out: slope of shown on said, less for its own uncertainty; 0 to 1.

    `said` must come from a model that has not seen these people (the best linear predictor of Chernozhukov and others).
    """
    apart = said - said.mean()
    spread = float(apart @ apart)
    if spread == 0:
        return 0.0
    slope = float(apart @ (shown - shown.mean())) / spread
    rest = shown - shown.mean() - slope * apart
    error = float(np.sqrt((rest * apart) @ (rest * apart))) / spread
    if slope <= 0:
        return 0.0
    return min(1.0, slope) * slope**2 / (slope**2 + error**2)


@dataclass(frozen=True)
class Mean:
    """A mean effect with its standard error."""

    people: int
    mean: float
    error: float


def mean_of(shown: Reals) -> Mean:
    people = len(shown)
    return Mean(people, float(shown.mean()), float(shown.std(ddof=1) / np.sqrt(people)) if people > 1 else float("inf"))


def shrunken(means: dict[str, Mean]) -> dict[str, Mean]:
    """Draw each mean towards that of all by how little is known of it (a normal prior, its spread by DerSimonian and Laird)."""
    weights = {name: 1 / found.error**2 for name, found in means.items() if 0 < found.error < float("inf")}
    if not weights:
        return means
    whole = sum(weights.values())
    centre = sum(weights[name] * means[name].mean for name in weights) / whole
    excess = sum(weights[name] * (means[name].mean - centre) ** 2 for name in weights) - (len(weights) - 1)
    room = whole - sum(weight**2 for weight in weights.values()) / whole
    between = max(0.0, excess / room) if room > 0 else 0.0
    drawn = {}
    for name, found in means.items():
        evidence = between / (between + found.error**2) if name in weights and between else 0.0
        error = float(np.sqrt(evidence) * found.error) if evidence else float(np.sqrt(1 / whole))
        drawn[name] = Mean(found.people, centre + evidence * (found.mean - centre), error)
    return drawn
