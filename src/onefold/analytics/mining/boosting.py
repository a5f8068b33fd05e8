"""Gradient boosted trees, grown the same on every machine: LightGBM with everything fixed that could differ.

LightGBM is imported when the first tree is grown, because it costs seconds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

THREADS = 1
"""Of one forest. What is grown does not depend on it; several are grown side by side instead, which shares the cores better."""
AFTER_THE_TREES = "\nparameters:\n"
"""From here on the text repeats the settings, among them the number of threads."""

Matrix = NDArray[np.float32]
Reals = NDArray[np.float64]


@dataclass(frozen=True)
class Growth:
    """How trees are grown. `objective`: binary, regression or multiclass (then `classes`); shares in thousandths."""

    objective: str = "binary"
    classes: int = 1
    rounds: int = 80
    leaves: int = 15
    rate_thousandths: int = 60
    leaf_rows_min: int = 40
    features_thousandths: int = 700
    ridge: int = 5
    bins: int = 63
    seed: int = 20_260_630

    def settings(self) -> dict[str, Any]:
        multiclass = {"num_class": self.classes} if self.objective == "multiclass" else {}
        return multiclass | {
            "objective": self.objective,
            "num_leaves": self.leaves,
            "learning_rate": self.rate_thousandths / 1000,
            "min_data_in_leaf": self.leaf_rows_min,
            "feature_fraction": self.features_thousandths / 1000,
            "lambda_l2": self.ridge,
            "max_bin": self.bins,
            "min_data_per_group": 100,
            "cat_smooth": 50,
            "seed": self.seed,
            "deterministic": True,
            "force_row_wise": True,
            "num_threads": THREADS,
            "verbosity": -1,
        }


class Forest:
    """What was grown. Its text is all there is of it, so a forest read from its text says the same."""

    def __init__(self, text: str) -> None:
        import lightgbm

        self.text = text
        self._trees = lightgbm.Booster(model_str=text)

    def said(self, rows: Matrix) -> Reals:
        """Chance (binary), value (regression) or n x classes chances."""
        found: Reals = np.asarray(self._trees.predict(rows, num_threads=THREADS), dtype=np.float64)
        return found

    def raised(self, rows: Matrix) -> Reals:
        """By how much the log odds stand above where the trees started."""
        found: Reals = np.asarray(self._trees.predict(rows, raw_score=True, num_threads=THREADS), dtype=np.float64)
        return found

    def gains(self) -> NDArray[np.float64]:
        """How much each feature gained, in the order of the columns."""
        return np.asarray(self._trees.feature_importance("gain"), dtype=np.float64)


def grown(
    rows: Matrix,
    outcome: Reals,
    growth: Growth,
    *,
    weight: Reals | None = None,
    categories: Sequence[int] = (),
    start: Reals | None = None,
) -> Forest:
    """Grow trees on n x F `rows`; `categories`: columns that hold codes, not sizes. NaN = unknown.

    `start`: log odds from which the trees raise or lower; they themselves do not know of it.
    """
    import lightgbm

    data = lightgbm.Dataset(
        rows,
        label=outcome,
        weight=weight,
        init_score=start,
        categorical_feature=list(categories),
        params={"verbosity": -1, "max_bin": growth.bins, "num_threads": THREADS},
        free_raw_data=True,
    )
    trees = lightgbm.train(growth.settings(), data, num_boost_round=growth.rounds)
    return Forest(trees.model_to_string().split(AFTER_THE_TREES)[0])
