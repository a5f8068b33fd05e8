"""How good a model is: plain functions of what was said and what came of it. Arrays of one length in, one number out."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
DECILES = 10
LEAST_CHANCE = 1e-15


def auc(outcome: Reals, score: Reals) -> float:
    """Chance that one with the outcome has the higher score than one without; ties count half. NaN if there is only one kind."""
    positives = float(np.sum(outcome > 0))
    negatives = len(outcome) - positives
    if not positives or not negatives:
        return float("nan")
    _, place, counts = np.unique(score, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    middle = (last - counts + 1 + last) / 2
    return float((middle[place][outcome > 0].sum() - positives * (positives + 1) / 2) / (positives * negatives))


def auc_within(outcome: Reals, score: Reals, group: NDArray[np.int64]) -> float:
    """AUC among the pairs of one group: the groups' AUC, weighed by their pairs of one with and one without the outcome."""
    wins, pairs = 0.0, 0.0
    for number in np.unique(group):
        inside = group == number
        positives = float(np.sum(outcome[inside] > 0))
        mixed = positives * (inside.sum() - positives)
        if mixed:
            wins, pairs = wins + auc(outcome[inside], score[inside]) * mixed, pairs + mixed
    return wins / pairs if pairs else float("nan")


def auc_error(outcome: Reals) -> float:
    """Standard error of the AUC of a score that says nothing (Mann and Whitney)."""
    positives = float(np.sum(outcome > 0))
    negatives = len(outcome) - positives
    if not positives or not negatives:
        return float("inf")
    return float(np.sqrt((positives + negatives + 1) / (12 * positives * negatives)))


def log_loss(outcome: Reals, chance: Reals) -> float:
    said = np.clip(chance, LEAST_CHANCE, 1 - LEAST_CHANCE)
    return float(-np.mean(outcome * np.log(said) + (1 - outcome) * np.log(1 - said)))


class Decile(NamedTuple):
    """One tenth of the customers, by rising chance: how many, the outcomes expected and those observed."""

    customers: int
    expected: float
    observed: float


def deciles(outcome: Reals, chance: Reals) -> list[Decile]:
    """Ten parts as equal as they go; the order of equal chances is that of the rows."""
    order = np.argsort(chance, kind="stable")
    parts = np.array_split(order, DECILES)
    return [Decile(len(part), float(chance[part].sum()), float(outcome[part].sum())) for part in parts if len(part)]


def calibration_error(outcome: Reals, chance: Reals) -> float:
    """Expected calibration error over the deciles: mean distance between what was said and what was so."""
    return sum(abs(part.expected - part.observed) for part in deciles(outcome, chance)) / max(len(outcome), 1)


def gain_curve(outcome: Reals, treated: Reals, effect: Reals) -> tuple[Reals, Reals]:
    """Qini curve: (people approached, outcomes gained among them), best effects first; equal effects are approached together.

    n_T1(phi) - n_C1(phi) * N_T(phi) / N_C(phi), as in Radcliffe; begins at (0, 0).
    """
    order = np.argsort(-effect, kind="stable")
    outcome, treated, effect = outcome[order], treated[order], effect[order]
    last = np.append(np.flatnonzero(np.diff(effect)), len(effect) - 1)
    people_t, people_c = np.cumsum(treated)[last], np.cumsum(1 - treated)[last]
    won_t, won_c = np.cumsum(outcome * treated)[last], np.cumsum(outcome * (1 - treated))[last]
    ratio = np.divide(people_t, people_c, out=np.zeros_like(people_t), where=people_c > 0)
    return np.append(0.0, last + 1.0), np.append(0.0, won_t - won_c * ratio)


def qini(outcome: Reals, treated: Reals, effect: Reals) -> float:
    """Area between the gain curve and the straight line to its end, as a share of that of a perfect ranking (sk-uplift's
    `qini_auc_score`); 0 = no better than drawing lots.
    """
    people, gained = gain_curve(outcome, treated, effect)
    best = outcome * treated - outcome * (1 - treated)
    best_people, best_gained = gain_curve(outcome, treated, best)
    chance = gained[-1] * people[-1] / 2
    room = float(np.trapezoid(best_gained, best_people)) - chance
    return (float(np.trapezoid(gained, people)) - chance) / room if room else float("nan")


def uplift_at(outcome: Reals, treated: Reals, effect: Reals, share: float) -> float:
    """Rate of the treated less that of the others among the `share` of people with the best effects."""
    top = np.argsort(-effect, kind="stable")[: int(len(effect) * share)]
    on, off = treated[top] > 0, treated[top] == 0
    if not on.any() or not off.any():
        return float("nan")
    return float(outcome[top][on].mean() - outcome[top][off].mean())


def resampled(statistic: Callable[..., float], *arrays: Reals, times: int = 200, seed: int = 7) -> tuple[float, float]:
    """95 % interval of `statistic(*arrays)` by the bootstrap over rows; the same every time."""
    random = np.random.Generator(np.random.Philox(seed))
    size = len(arrays[0])
    found = [
        statistic(*(array[rows] for array in arrays)) for rows in (random.integers(0, size, size) for _ in range(times))
    ]
    low, high = np.nanpercentile(found, [2.5, 97.5])
    return float(low), float(high)
