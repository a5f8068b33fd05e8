"""One model of a chance: learnt on one past day, calibrated and judged on a later one. What was judged is what is used."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.mining import leakage, metrics
from onefold.analytics.mining.boosting import Forest, Growth, Matrix
from onefold.analytics.mining.calibration import Calibration, calibrated
from onefold.analytics.mining.leakage import Learning, Trial
from onefold.analytics.mining.matrix import Layout
from onefold.analytics.mining.recipes import Recipe, Terms

Reals = NDArray[np.float64]
MILLION = 1_000_000
TOO_FEW, CHECKS_FAILED, POOLED_IS_BETTER = "TOO_FEW_OUTCOMES", "CHECKS_FAILED", "POOLED_IS_BETTER"


@dataclass(frozen=True)
class Sample:
    """Customers of one day who could have the outcome; sorted by id. `first_half`: see samples.Snapshot."""

    rows: Matrix
    outcome: Reals
    first_half: NDArray[np.bool_]

    def part(self, chosen: NDArray[np.bool_]) -> Trial:
        return Trial(self.rows[chosen], self.outcome[chosen])


@dataclass(frozen=True)
class Learnt:
    """What came of learning one model. `content` empty: nothing could be learnt, `problem` says why.

    `losses`: log loss by series in millionths, of a model of several; to compare with, and for nobody to read (it would tell counts).
    """

    model: str
    recipe: Recipe
    rows: int
    outcomes: int
    content: bytes = b""
    problem: str = ""
    card: dict[str, Any] = field(default_factory=dict)
    losses: dict[str, int] = field(default_factory=dict)

    @property
    def fit(self) -> str:
        return hashlib.sha256(self.content).hexdigest()[:32] if self.content else ""


def learnt_chance(
    model: str, recipe: Recipe, before: Sample, after: Sample, layout: Layout, terms: Terms, outcomes_min: int
) -> Learnt:
    """Learn on the day before, calibrate on half of the customers of the day after, judge on the other half."""
    rows, outcomes = len(before.outcome), int(before.outcome.sum())
    if min(outcomes, int(after.outcome.sum())) < outcomes_min:
        return Learnt(model, recipe, rows, outcomes, problem=TOO_FEW)
    learning = thinned(before, terms.others_per_outcome)
    forest = learning.grow(recipe.growth, layout.categories)
    raw = forest.said(after.rows)
    calibration = calibrated(raw[after.first_half], after.outcome[after.first_half])
    trial = after.part(~after.first_half)
    chance = calibration.applied(raw[~after.first_half])
    figures = judged(trial.outcome, chance)
    aside = before.part(~before.first_half)
    half = thinned(
        Sample(*before.part(before.first_half)[:2], before.first_half[before.first_half]), terms.others_per_outcome
    )
    search = Search(layout.names, layout.categories, recipe.growth, terms.checks.one_feature_auc_fall_max)
    figures["leakage"] = searched(search, forest, learning, trial, trial.auc(chance), half, aside)
    content = packed(layout, forest, calibration, rate=millionths(after.outcome.mean()))
    problem = "" if passes(figures, trial.outcome, terms) else CHECKS_FAILED
    card = figures | {"gains": gains(forest, layout.names), "calibrated_by": calibration.kind}
    return Learnt(model, recipe, rows, outcomes, content, problem, card)


def thinned(sample: Sample, others_per_outcome: int) -> Learning:
    """Keep all with the outcome and every k-th of the others, who then count k times. Ids are hashes, so every k-th is a draw."""
    others = np.flatnonzero(sample.outcome == 0)
    every = max(1, len(others) // max(1, int(sample.outcome.sum()) * others_per_outcome))
    kept = np.sort(np.concatenate([np.flatnonzero(sample.outcome > 0), others[::every]]))
    outcome = sample.outcome[kept]
    return Learning(sample.rows[kept], outcome, np.where(outcome > 0, 1.0, float(every)))


def judged(outcome: Reals, chance: Reals) -> dict[str, Any]:
    return {
        "judged_rows": len(outcome),
        "judged_outcomes": int(outcome.sum()),
        "auc": millionths(metrics.auc(outcome, chance)),
        "auc_error": millionths(metrics.auc_error(outcome)),
        "log_loss": millionths(metrics.log_loss(outcome, chance)),
        "log_loss_of_base_rate": millionths(metrics.log_loss(outcome, np.full(len(outcome), outcome.mean()))),
        "calibration_error": millionths(metrics.calibration_error(outcome, chance)),
        "deciles": [
            {"customers": part.customers, "expected": millionths(part.expected), "observed": int(part.observed)}
            for part in metrics.deciles(outcome, chance)
        ],
    }


class Search(NamedTuple):
    """What the leakage checks need to know of a model: its features, how it is grown, and how far one feature may carry it."""

    names: tuple[str, ...]
    categories: tuple[int, ...]
    growth: Growth
    fall_max: float


def searched(
    search: Search, forest: Forest, learning: Learning, trial: Trial, auc: float, half: Learning, aside: Trial
) -> dict[str, Any]:
    """The leakage checks: labels by lot, the feature that carries most, and the ranking in time against that among others.

    `half`: of the day learnt from, the half of the customers that is learnt from to rank the other half, `aside`.
    """
    suspects = leakage.suspects_of(forest, trial, auc, search.fall_max)
    column, fall = leakage.largest_fall(learning, trial, search.growth, search.categories, suspects, auc)
    among_others = aside.auc(half.grow(search.growth, search.categories).said(aside.rows))
    return {
        "random_labels_auc": millionths(leakage.random_labels_auc(learning, trial, search.growth, search.categories)),
        "one_feature": search.names[column] if column >= 0 else "",
        "one_feature_auc_fall": millionths(fall),
        "auc_among_others": millionths(among_others),
        "auc_in_time_less": millionths(among_others - auc),
    }


def passes(figures: dict[str, Any], outcome: Reals, terms: Terms) -> bool:
    checks, found = terms.checks, figures["leakage"]
    return (
        figures["auc"] is not None
        and figures["auc"] / MILLION >= checks.auc_min
        and figures["calibration_error"] / MILLION <= checks.calibration_error_max
        and found["one_feature_auc_fall"] / MILLION <= checks.one_feature_auc_fall_max
        and not leakage.off_by_more(found["random_labels_auc"] / MILLION, outcome, checks.random_labels_auc_off_max)
    )


def gains(forest: Forest, names: tuple[str, ...]) -> list[dict[str, Any]]:
    """The ten features that gained most, as shares of all gain."""
    gained = forest.gains()
    whole = gained.sum() or 1.0
    best = sorted(range(len(gained)), key=lambda place: (-gained[place], place))[:10]
    return [{"feature": names[place], "share": millionths(gained[place] / whole)} for place in best]


def packed(layout: Layout, forest: Forest, calibration: Calibration, **more: Any) -> bytes:
    """Everything it takes to score again, as JSON that is the same for the same fit."""
    content = {"layout": layout.plain(), "trees": forest.text, "calibration": asdict(calibration), **more}
    return json.dumps(content, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def millionths(share: float) -> int | None:
    """A share as a whole number; None where it is not a number."""
    return round(float(share) * MILLION) if np.isfinite(share) else None
