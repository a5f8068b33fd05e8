"""Does a model know what it cannot know? Checks on a model as learnt, beside those on the features (see tests of features).

Labels drawn by lot must be unlearnable; no single feature may carry the model; the ranking must hold in a later time, not only
among other customers of the same day.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Forest, Growth, Matrix, grown
from onefold.analytics.mining.metrics import auc, auc_error, auc_within

Reals = NDArray[np.float64]
SUSPECTS = 5
SEED = 11
ERRORS = 3
"""With few outcomes even a fair coin is off by some standard errors; beyond three it is not chance."""


class Learning(NamedTuple):
    """Rows to learn from, with outcome and weight; `start`: see `grown`."""

    rows: Matrix
    outcome: Reals
    weight: Reals
    start: Reals | None = None

    def grow(self, growth: Growth, categories: tuple[int, ...]) -> Forest:
        return grown(self.rows, self.outcome, growth, weight=self.weight, categories=categories, start=self.start)


class Trial(NamedTuple):
    """Rows to judge by; with `group`, only the ranking within each group counts."""

    rows: Matrix
    outcome: Reals
    group: NDArray[np.int64] | None = None

    def auc(self, said: Reals) -> float:
        return auc(self.outcome, said) if self.group is None else auc_within(self.outcome, said, self.group)


def random_labels_auc(learning: Learning, trial: Trial, growth: Growth, categories: tuple[int, ...]) -> float:
    """AUC where the outcomes of both days are dealt out again by lot: whatever ranks them now is no knowledge."""
    random = np.random.Generator(np.random.Philox(SEED))
    deal = random.permutation(len(learning.outcome))
    dealt = learning._replace(outcome=learning.outcome[deal], weight=learning.weight[deal])
    forest = dealt.grow(growth, categories)
    return trial._replace(outcome=trial.outcome[random.permutation(len(trial.outcome))]).auc(forest.said(trial.rows))


def off_by_more(found: float, outcome: Reals, most: float) -> bool:
    """Whether an AUC is farther from a half than `most` and than chance explains."""
    return abs(found - 0.5) > max(most, ERRORS * auc_error(outcome))


def largest_fall(
    learning: Learning, trial: Trial, growth: Growth, categories: tuple[int, ...], suspects: list[int], whole: float
) -> tuple[int, float]:
    """The feature without which the AUC falls most, of the suspects, each left out by learning anew; (-1, 0) if there are none."""
    falls = [(whole - _auc_without(column, learning, trial, growth, categories), column) for column in suspects]
    fall, column = max(falls, default=(0.0, -1))
    return column, fall


def _auc_without(column: int, learning: Learning, trial: Trial, growth: Growth, categories: tuple[int, ...]) -> float:
    rows, judged = learning.rows.copy(), trial.rows.copy()
    rows[:, column] = judged[:, column] = np.nan
    return trial.auc(learning._replace(rows=rows).grow(growth, categories).said(judged))


def suspects_of(forest: Forest, trial: Trial, whole: float, most: float) -> list[int]:
    """Features whose shuffling costs more AUC than allowed. Others can step in when a feature is left out, so its true fall is
    no greater, and only these need be learnt again without.
    """
    found = []
    for column in np.argsort(-forest.gains())[:SUSPECTS]:
        shuffled = trial.rows.copy()
        shuffled[:, column] = np.roll(shuffled[:, column], len(shuffled) // 2)
        if whole - trial.auc(forest.said(shuffled)) > most:
            found.append(int(column))
    return found
