"""The order of what the gates left: best first, ties by stable ids, never by chance."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from onefold.decision.columns import Flags


def rank(
    groups: NDArray[np.generic], eligible: Flags, score: NDArray[np.signedinteger], *ties: NDArray[np.generic]
) -> NDArray[np.int32]:
    """The place of each row in its group, from 1, best score first; 0 for rows the gates forbid.

    `groups` (customer, or seller) and `ties` (stable ids, most telling first) are arrays of anything that sorts. Rows equal
    in all of them would have no stable order, so that raises `ValueError`; a score that is no integer raises `TypeError`.
    """
    if score.dtype.kind != "i":
        raise TypeError("a score is an integer: floats would order differently on another machine")
    rows = np.flatnonzero(eligible)
    keys = [groups[rows], ~score[rows], *(tie[rows] for tie in ties)]
    order = np.lexsort(keys[::-1])
    sorted_keys = [key[order] for key in keys]
    if len(order) > 1 and np.logical_and.reduce([key[1:] == key[:-1] for key in sorted_keys]).any():
        raise ValueError("two rows are equal in group, score and every tie: their order would be chance")
    places = np.zeros(len(eligible), np.int32)
    places[rows[order]] = _places_in_runs(sorted_keys[0])
    return places


def _places_in_runs(sorted_groups: NDArray[np.generic]) -> NDArray[np.int64]:
    """1, 2, 3, … within each run of equal values."""
    place = np.arange(len(sorted_groups))
    starts = np.ones(len(sorted_groups), np.bool_)
    starts[1:] = sorted_groups[1:] != sorted_groups[:-1]
    return place - np.maximum.accumulate(np.where(starts, place, 0)) + 1
