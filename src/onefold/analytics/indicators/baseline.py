"""What chance alone would give: products per customer if holding one product said nothing about holding another."""

from __future__ import annotations

from collections.abc import Iterable
from fractions import Fraction
from math import prod


def expected_products(penetrations: Iterable[Fraction]) -> Fraction:
    """Return sum p / (1 - prod(1 - p)): products per customer among those who hold at least one.

    `penetrations` are shares of the population, 0 to 1, not of the active customers. Raise ValueError if all are 0: nobody
    is a customer then. Report observed minus expected (indicators after Woods and Stone, cross-purchasing).
    """
    shares = [Fraction(share) for share in penetrations]
    if any(not 0 <= share <= 1 for share in shares):
        raise ValueError("a penetration lies between 0 and 1")
    holds_any = 1 - prod(1 - share for share in shares)
    if holds_any == 0:
        raise ValueError("nobody holds anything")
    return sum(shares, Fraction(0)) / holds_any
