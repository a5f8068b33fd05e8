"""How a change of a figure divides into what made it, to the last digit.

A figure is a quotient V = N / D. Each part of a change has added ΔN to the numerator and ΔD to the denominator (both whole
numbers, perhaps negative). Its share of the change of the value is

    effect = (ΔN · D0 − N0 · ΔD) / (D0 · D1)   =   (ΔN − V0 · ΔD) / D1

what the part brought, less what its customers would have brought at the old mean, over the customers there are now. As the
expression is linear in ΔN and ΔD, the effects of all parts add up to N1/D1 − N0/D0 exactly and in any order, which a
one-after-the-other substitution does not give. (From N1·D0 − N0·D1 = ΔN·D0 − N0·ΔD; nothing else is used.)
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise

BEFORE = "BEFORE"
NEW_CUSTOMERS, LOST_CUSTOMERS = "NEW_CUSTOMERS", "LOST_CUSTOMERS"
NEW_CONTRACTS, LAPSES = "NEW_CONTRACTS", "LAPSES"
MERGES, DEFINITION = "MERGES", "DEFINITION"
FEW = "FEW"
"""Causes too small to be told apart, together."""
PARTS = (DEFINITION, MERGES, NEW_CUSTOMERS, LOST_CUSTOMERS, NEW_CONTRACTS, LAPSES, FEW)


@dataclass(frozen=True)
class Part:
    """What one cause added to numerator and denominator; `channel` only with NEW_CONTRACTS, empty where none is known."""

    part: str
    channel: str
    numerator: int
    denominator: int


@dataclass(frozen=True)
class Movement:
    """A figure before, and everything that made it what it is after."""

    before: tuple[int, int]
    parts: tuple[Part, ...]

    @property
    def after(self) -> tuple[int, int]:
        return (
            self.before[0] + sum(part.numerator for part in self.parts),
            self.before[1] + sum(part.denominator for part in self.parts),
        )

    @property
    def change(self) -> Fraction:
        return Fraction(*self.after) - Fraction(*self.before)

    def effect(self, part: Part) -> Fraction:
        """Return what the part adds to the value; over all parts they sum to `change`. Raises where a figure is over nobody."""
        (numerator, denominator), (_, now) = self.before, self.after
        return Fraction(part.numerator * denominator - numerator * part.denominator, denominator * now)


def one_after_the_other(movements: Sequence[Movement]) -> Movement:
    """Return movements that follow each other as one: what each cause did in all of them. Raise ValueError if they do not."""
    for earlier, later in pairwise(movements):
        if earlier.after != later.before:
            raise ValueError("the movements do not follow each other")
    sums: dict[tuple[str, str], tuple[int, int]] = {}
    for part in (part for movement in movements for part in movement.parts):
        numerator, denominator = sums.get((part.part, part.channel), (0, 0))
        sums[part.part, part.channel] = (numerator + part.numerator, denominator + part.denominator)
    parts = (Part(*cause, *added) for cause, added in sums.items())
    return Movement(movements[0].before, tuple(sorted(parts, key=lambda part: (PARTS.index(part.part), part.channel))))
