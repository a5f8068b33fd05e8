"""From what trees say to a chance that comes true: fitted on people the trees were not grown on."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Reals = NDArray[np.float64]
STEPS_FROM = 1_000
"""Outcomes from which the steps of an isotonic regression are trusted; below, two numbers must do (Platt)."""


@dataclass(frozen=True)
class Calibration:
    """A piecewise linear rise in the logit: at `said` it gives `chance`; before the first and after the last it stays."""

    said: tuple[float, ...]
    chance: tuple[float, ...]
    kind: str

    def applied(self, raw: Reals) -> Reals:
        if self.kind == "PLATT":
            slope, shift = self.said
            return 1 / (1 + np.exp(-(slope * logit(raw) + shift)))
        return np.interp(raw, self.said, self.chance)


def calibrated(raw: Reals, outcome: Reals) -> Calibration:
    """Choose isotonic regression where outcomes are many, else Platt's two numbers."""
    if outcome.sum() >= STEPS_FROM:
        return _isotonic(raw, outcome)
    return _platt(raw, outcome)


def logit(chance: Reals) -> Reals:
    held = np.clip(chance, 1e-9, 1 - 1e-9)
    return np.log(held / (1 - held))


def _isotonic(raw: Reals, outcome: Reals) -> Calibration:
    from sklearn.isotonic import IsotonicRegression

    steps = IsotonicRegression(out_of_bounds="clip").fit(raw, outcome)
    return Calibration(tuple(map(float, steps.X_thresholds_)), tuple(map(float, steps.y_thresholds_)), "ISOTONIC")


def _platt(raw: Reals, outcome: Reals, rounds: int = 30) -> Calibration:
    """Logistic regression of the outcome on the logit, by Newton's steps, with Platt's targets against certainty."""
    positives, size = outcome.sum(), len(outcome)
    target = np.where(outcome > 0, (positives + 1) / (positives + 2), 1 / (size - positives + 2))
    design = np.column_stack([logit(raw), np.ones(size)])
    held = np.array([1.0, 0.0])
    for _ in range(rounds):
        chance = 1 / (1 + np.exp(-design @ held))
        curve = design.T @ (design * (chance * (1 - chance))[:, None]) + np.diag([1.0, 1e-6])
        # A weak pull of the slope towards 1: with few outcomes the trees' own spread is believed.
        step = np.linalg.solve(curve, design.T @ (target - chance) - np.array([held[0] - 1.0, 0.0]))
        held = held + step
        if np.abs(step).max() < 1e-9:
            break
    return Calibration((float(max(held[0], 0.0)), float(held[1])), (), "PLATT")
