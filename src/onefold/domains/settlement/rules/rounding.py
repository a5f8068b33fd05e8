"""Shares of money: whole minor units, half up, the same on any machine."""

from __future__ import annotations

MILLION = 1_000_000


def part_of(minor: int, numerator: int, denominator: int = MILLION) -> int:
    """`minor * numerator / denominator`, half away from zero. Raises `ValueError` for a denominator that is not positive."""
    if denominator <= 0:
        raise ValueError("a share needs a positive denominator")
    product = minor * numerator
    size = (2 * abs(product) + denominator) // (2 * denominator)
    return size if product >= 0 else -size
