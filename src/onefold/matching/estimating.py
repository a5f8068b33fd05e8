"""How often each level of agreement occurs between records of one person, and between strangers (Fellegi and Sunter 1969)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

FLOOR = 1e-9
"""No level is impossible: what was never seen may still happen once in a milliard."""

Shares = np.ndarray


@dataclass(frozen=True)
class Chances:
    """`same`, `strange`: by comparison, the shares of its levels; `prior`: share of pairs that are one person."""

    same: list[Shares]
    strange: list[Shares]
    prior: float


def level_counts(levels: np.ndarray, pairs: np.ndarray, sizes: list[int]) -> list[np.ndarray]:
    """By comparison how many pairs are at each level. `levels` (patterns × comparisons) has -1 where a comparison is silent."""
    return [
        np.bincount(column[column >= 0], weights=pairs[column >= 0], minlength=size)
        for column, size in zip(levels.T, sizes, strict=True)
    ]


def shares(counts: np.ndarray, usual: Shares, strength: float) -> Shares:
    """Counted shares, drawn to the usual ones as if `strength` more pairs had been seen to be so."""
    drawn = counts + strength * usual
    return _sound(drawn / max(drawn.sum(), FLOOR))


def _sound(found: Shares) -> Shares:
    found = np.maximum(found, FLOOR)
    return np.asarray(found / found.sum())


def posterior(levels: np.ndarray, chances: Chances) -> np.ndarray:
    """Of each pattern the probability that its pair is one person."""
    weight = np.full(len(levels), np.log(chances.prior) - np.log1p(-chances.prior))
    for place, (same, strange) in enumerate(zip(chances.same, chances.strange, strict=True)):
        heard = levels[:, place] >= 0
        weight[heard] += np.log(same / strange)[levels[heard, place]]
    return np.asarray(1.0 / (1.0 + np.exp(-weight)))


def estimated(
    levels: np.ndarray, pairs: np.ndarray, usual: list[Shares], strength: float, prior: float, rounds: int = 30
) -> Chances:
    """Chances that explain the patterns of *all* pairs of a sample best, beginning with the usual ones (expectation maximisation)."""
    sizes = [len(one) for one in usual]
    total = pairs.sum()
    overall = [_sound(counts / max(counts.sum(), 1.0)) for counts in level_counts(levels, pairs, sizes)]
    chances = Chances(usual, overall, prior)
    for _ in range(rounds):
        sure = posterior(levels, chances)
        same = level_counts(levels, pairs * sure, sizes)
        strange = level_counts(levels, pairs * (1.0 - sure), sizes)
        chances = Chances(
            [shares(counts, one, strength) for counts, one in zip(same, usual, strict=True)],
            [shares(counts, one, 1.0) for counts, one in zip(strange, overall, strict=True)],
            float(np.clip((pairs * sure).sum() / total, FLOOR, 0.5)),
        )
    return chances
