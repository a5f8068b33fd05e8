"""The estimator: two arms drawn by lot, the difference of their rates, and how far it may be off. Whole numbers throughout.

The rate of an arm is a ratio of sums over its households, R = ΣY / ΣE: what they bought over how long they were in the
experiment (or how many of them were in the campaign). The household is what was drawn, so it is the cluster: the variance of the rate is
n·s² / (ΣE)², s² that of the residuals Y - R·E of households (the linearised ratio; Cochran, Sampling Techniques, 1977, chapter 6). Few
households buy anything dear; a small holdout in which nobody happened to would look surer than it is. So no arm is taken to be less spread
than both arms together, which errs on the safe side.

Who was open to contact counts as such whether or not anybody called: the effect is that of being open (intention to treat), and no choice of
whom to call can bend it. The arms are independent, so variances add, and the interval is the normal one. How often it covers the truth is
printed by `onefold evaluate lift`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction
from math import isqrt

MILLION = 1_000_000
Z_95, Z_80 = 1_959_964, 841_621
"""Quantiles of the normal distribution at 97.5 % and 80 %, in millionths."""


@dataclass(frozen=True)
class Arm:
    """Sums over the households of one arm: `units` of them, Y what they bought, E their exposure."""

    units: int
    exposure: int
    total: int
    squares: int
    """ΣY²"""
    cross: int
    """ΣY·E"""
    exposure_squares: int
    """ΣE²"""

    @property
    def readable(self) -> bool:
        """Two households at least, or nothing can be said of the spread."""
        return self.units >= 2 and self.exposure > 0

    def rate(self, scale: int) -> Fraction:
        return Fraction(scale * self.total, self.exposure)

    def residuals(self) -> Fraction:
        """Σ(Y - R·E)²"""
        r = Fraction(self.total, self.exposure)
        return self.squares - 2 * r * self.cross + r * r * self.exposure_squares

    def variance(self, spread: Fraction, scale: int) -> Fraction:
        """Of the rate, in the square of its unit, if a household's residual has the variance `spread`."""
        return self.units * spread * scale * scale / self.exposure**2


@dataclass(frozen=True)
class Reading:
    """Two arms compared, in whole units of `scale`: a rate of each, their errors, the difference and its interval."""

    open_units: int
    open_exposure: int
    open_sum: int
    open_error: int
    held_units: int
    held_exposure: int
    held_sum: int
    held_error: int
    lift: int
    low: int | None
    high: int | None
    detectable: int | None


def compared(strata: Iterable[tuple[Arm, Arm]], scale: int, *, evidence: bool = True) -> Reading | None:
    """Compare (open, held) arms drawn by one lot, or of several lots with different shares; None if nothing can be read.

    Several strata are weighed by their exposure, both arms together, so that a share that depended on a score misleads nobody.
    Without `evidence` the difference is given, and no interval: a number that looks sure would be believed.
    """
    read = [pair for pair in strata if pair[0].readable and pair[1].readable]
    if not read:
        return None
    whole = sum(opened.exposure + held.exposure for opened, held in read)
    weights = [Fraction(opened.exposure + held.exposure, whole) for opened, held in read]
    variances = [_variances(opened, held, scale) for opened, held in read]
    lift = sum(w * (o.rate(scale) - h.rate(scale)) for w, (o, h) in zip(weights, read, strict=True))
    spread = [sum(w * w * pair[side] for w, pair in zip(weights, variances, strict=True)) for side in (0, 1)]
    error = _root(spread[0] + spread[1])
    interval = (round(lift - _times(error, Z_95)), round(lift + _times(error, Z_95)), round(_times(error, Z_95 + Z_80)))
    sums = [
        (sum(arm.units for arm in side), sum(arm.exposure for arm in side), sum(arm.total for arm in side))
        for side in zip(*read, strict=True)
    ]
    errors = [_root(one) for one in spread]
    return Reading(*sums[0], errors[0], *sums[1], errors[1], round(lift), *(interval if evidence else (None,) * 3))


def _variances(opened: Arm, held: Arm, scale: int) -> tuple[Fraction, Fraction]:
    """Of both rates. No arm is taken to be less spread than both together."""
    together = (opened.residuals() + held.residuals()) / (opened.units + held.units - 2)
    own = (arm.residuals() / (arm.units - 1) for arm in (opened, held))
    first, second = (max(one, together) for one in own)
    return opened.variance(first, scale), held.variance(second, scale)


def _root(square: Fraction | int) -> int:
    return isqrt(int(square))


def _times(error: int, millionths: int) -> Fraction:
    return Fraction(error * millionths, MILLION)
