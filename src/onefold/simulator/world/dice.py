"""Chance by whole numbers: what is drawn depends on seed, chunk and purpose alone, on any machine and in any process.

Only the raw words of the Philox counter generator are used (their stream is fixed for ever, unlike the methods of a
Generator), and a decision compares integers, so that no rounding can turn it.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]
MILLION = 1_000_000
PURPOSES = 1_000
"""Most purposes a chunk may have: chunk and purpose share one key."""


class Dice:
    """The throws of one chunk. Each purpose has a stream of its own, so a new purpose leaves the others as they were."""

    def __init__(self, seed: int, chunk: int) -> None:
        self._seed, self._chunk = seed, chunk

    def words(self, purpose: int, size: int) -> NDArray[np.uint32]:
        """`size` even words of 32 bits, the same ones for the same purpose."""
        if not 0 <= purpose < PURPOSES:
            raise ValueError("no such purpose")
        key = np.array([self._seed, self._chunk * PURPOSES + purpose], dtype=np.uint64)
        raw = np.random.Philox(key=key).random_raw((size + 1) // 2).astype("<u8", copy=False)
        return raw.view("<u4")[:size].astype(np.uint32, copy=False)

    def below(self, purpose: int, size: int, limit: int) -> Whole:
        """Whole numbers 0..limit-1 (limit at most 2^31)."""
        return scaled(self.words(purpose, size), limit)

    def ppm(self, purpose: int, size: int) -> Whole:
        return self.below(purpose, size, MILLION)

    def happens(self, purpose: int, chance_ppm: Any, size: int) -> Flags:
        """True with the chance given in millionths, one for all or one each."""
        flags: Flags = self.ppm(purpose, size) < chance_ppm
        return flags

    def pick(self, purpose: int, size: int, weights: Any) -> Whole:
        """Places in `weights` (whole numbers), each as likely as its weight."""
        edges = np.cumsum(np.asarray(weights, dtype=np.int64))
        return np.searchsorted(edges, self.below(purpose, size, int(edges[-1])), side="right").astype(np.int64)


def scaled(words: NDArray[np.uint32], limit: int) -> Whole:
    """Words of 32 bits brought evenly to 0..limit-1."""
    wide = words.astype(np.uint64)
    wide *= np.uint64(limit)
    wide >>= np.uint64(32)
    return wide.view(np.int64)


def spread(numbers: Any, salt: int) -> NDArray[np.uint32]:
    """A word of 32 bits that follows from the number: a lasting trait, where a throw would have to be remembered."""
    mixed = np.array(numbers).astype(np.uint64)
    mixed += np.uint64(salt * 0x9E3779B97F4A7C15 % 2**64)
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed ^= mixed >> np.uint64(shift)
        mixed *= np.uint64(factor)
    mixed ^= mixed >> np.uint64(31)
    return (mixed >> np.uint64(32)).astype(np.uint32)
