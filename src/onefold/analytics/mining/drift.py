"""Has the world moved away from what a model was learnt on? The population stability index against its own distribution.

An index above 0.1 says little: with few people chance alone goes beyond it, with many a real shift stays below. Without drift
the index times n*m/(n+m) follows a chi-squared distribution (Yurdakul and Naranjo), so the alarm is its 99th percentile.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

BINS = 10
PEOPLE_MIN = 500
SURE = 0.99


class Drift(NamedTuple):
    """`psi`: the index; `limit`: its alarm for so many people; `moved`: whether it is beyond; `size`: standardised mean shift."""

    psi: float
    limit: float
    moved: bool
    size: float


def drift(before: NDArray[np.float64], now: NDArray[np.float64]) -> Drift | None:
    """Compare one feature then and now; None where either side has fewer than `PEOPLE_MIN` known values or all are alike."""
    before, now = before[~np.isnan(before)], now[~np.isnan(now)]
    if min(len(before), len(now)) < PEOPLE_MIN:
        return None
    edges = np.unique(np.quantile(before, np.linspace(0, 1, BINS + 1)[1:-1]))
    then, since = (
        np.bincount(np.searchsorted(edges, part, side="left"), minlength=len(edges) + 1) for part in (before, now)
    )
    used = then + since > 0
    if used.sum() < 2:
        return None
    # Half a person in an empty bin: the logarithm of nothing would be no index.
    p, q = ((part[used] + 0.5) / (part.sum() + 0.5 * used.sum()) for part in (then, since))
    psi = float(np.sum((q - p) * np.log(q / p)))
    limit = (1 / len(before) + 1 / len(now)) * chi_squared(int(used.sum()) - 1)
    spread = float(before.std()) or 1.0
    return Drift(psi, limit, psi > limit, float(now.mean() - before.mean()) / spread)


def chi_squared(freedom: int) -> float:
    """99th percentile."""
    from scipy.stats import chi2

    return float(chi2.ppf(SURE, freedom))
