"""What an offer is worth: expected incremental profit τ·m − k, in minor units, by integers only.

τ is what the contact adds to the chance of a contract: learned from randomised history where there is any (`Basis.EFFECT`),
else the chance times a share that the rulebook assumes. m is the standard distribution margin of the series, k the cost of one
contact through the channel. What a sale pays the seller is no part of it. "No offer" competes with a worth of 0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from onefold.decision.candidates import Candidates
from onefold.decision.columns import Whole
from onefold.decision.gates import Basis

MILLION = 1_000_000
AMOUNT_MAX = 9_000_000_000_000
"""Greatest amount in minor units that counts; a million times it still fits into 64 bits."""
CONTEXT_MAX = 10 * MILLION
REPEATS_MAX = 8


@dataclass(frozen=True, slots=True, eq=False)
class Worth:
    score: NDArray[np.int32]
    """the probability used, in millionths: the effect of a contact where that is known, else the chance of a contract"""
    value: Whole
    """minor units"""
    basis: NDArray[np.int32]


def worth(rows: Candidates) -> Worth:
    """Value each row. Numbers outside their range count as the nearest within it, so that no score can do more than a good one."""
    known = rows.basis == Basis.EFFECT
    general = rows.refuses_profiling
    chance = _within(np.where(general, rows.general_chance, rows.chance), 0, MILLION)
    share = _within(np.where(general, rows.general_uplift, rows.uplift), 0, MILLION)
    effect = _within(rows.effect, -MILLION, MILLION)
    learned = known & ~general
    added = np.where(learned, effect, chance * share // MILLION)
    added = _within(added * _within(rows.context, 0, CONTEXT_MAX) // MILLION, -MILLION, MILLION)
    gain = added * _within(rows.margin, 0, AMOUNT_MAX) // MILLION
    basis = np.where(general, Basis.POPULARITY, rows.basis).astype(np.int32)
    value = _worn(gain, rows) - _within(rows.contact_cost, 0, AMOUNT_MAX)
    return Worth(np.where(learned, effect, chance).astype(np.int32), value, basis)


def _worn(gain: Whole, rows: Candidates) -> Whole:
    """Each contact about the line that the household has had of late leaves only a part of the gain; a loss stays a loss."""
    times = _within(rows.repeats, 0, REPEATS_MAX)
    most = int(times.max(initial=0))
    if not most:
        return gain
    left = _within(rows.repeat_ppm, 0, MILLION)
    for time in range(most):
        gain = np.where((times > time) & (gain > 0), gain * left // MILLION, gain)
    return gain


def _within(values: Whole, least: int, most: int) -> Whole:
    return np.minimum(np.maximum(values, least), most)
