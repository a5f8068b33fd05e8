"""Which of several ways to grow trees: chosen among the people learnt from. Who is judged by has no say in it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
from numpy.typing import NDArray

from onefold.analytics.mining.boosting import Growth

INNER_FOLDS, INNER_SEED = 3, 7
Places = NDArray[np.int64]


def chosen(ways: tuple[Growth, ...], loss: Callable[[Growth], float]) -> Growth:
    """The way that loses least; of equals the first. A single way is not tried."""
    return ways[0] if len(ways) == 1 else min(ways, key=loss)


def inner_folds(outcome: NDArray[np.float64]) -> Iterator[tuple[Places, Places]]:
    """Rows to try a way on and rows to compare by, within those that are learnt from."""
    from sklearn.model_selection import StratifiedKFold

    folds = StratifiedKFold(INNER_FOLDS, shuffle=True, random_state=INNER_SEED)
    yield from folds.split(np.arange(len(outcome)), outcome)
