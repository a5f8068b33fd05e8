"""What like holders hold: co-occurrence of series among active customers. Integers only, so that replay is exact."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

MILLION = 1_000_000
NOBODY = -1


@dataclass(frozen=True)
class Popularity:
    """`together[h, s]`: active customers who hold h and s; the diagonal is the holders of a series. Series sorted by code."""

    together: NDArray[np.int64]
    active: int

    @property
    def holders(self) -> NDArray[np.int64]:
        return self.together.diagonal()


@dataclass(frozen=True)
class Support:
    """For each customer and series, n x S: the counts behind the score, and the position of the held series that gave them."""

    numerator: NDArray[np.int64]
    denominator: NDArray[np.int64]
    because: NDArray[np.int64]
    """NOBODY where no held series speaks for it."""

    @property
    def chance(self) -> NDArray[np.int64]:
        """The share in whole millionths; 0 where there is nobody to count."""
        return self.numerator * MILLION // np.maximum(self.denominator, 1)


def count_together(chunks: Iterable[NDArray[np.bool_]], series: int) -> Popularity:
    """Count over chunks of active customers x series."""
    together, active = np.zeros((series, series), np.int64), 0
    for held in chunks:
        # Exact: a 64-bit float holds every integer to 2**53, and only floats take the fast way of multiplying.
        counts = held.astype(np.float64)
        together += (counts.T @ counts).astype(np.int64)
        active += len(held)
    return Popularity(together, active)


def support(held: NDArray[np.bool_], popularity: Popularity) -> Support:
    """Choose, for each customer and series, the held series h with the greatest together[h, s] / holders[h].

    Compared in whole millionths; ties go to the first code. A series does not speak for itself. Who holds nothing is
    compared with all active customers.
    """
    together, holders = popularity.together, popularity.holders
    best = np.zeros(held.shape, np.int64)
    because = np.full(held.shape, NOBODY, np.int64)
    for position in np.flatnonzero(holders):
        speaks = together[position] * MILLION // holders[position]
        speaks[position] = 0
        better = held[:, position, None] & (speaks[None, :] > best)
        because[better] = position
        best = np.where(better, speaks[None, :], best)
    found, column = because != NOBODY, np.broadcast_to(np.arange(held.shape[1]), held.shape)
    numerator = np.where(found, together[because, column], 0)
    denominator = np.where(found, holders[because], 1)
    newcomer = ~held.any(axis=1)
    numerator[newcomer], denominator[newcomer] = holders, popularity.active
    return Support(numerator, denominator, because)
