"""The chance of a series about which little is known: from its own few outcomes, its line's and the whole group's.

Each level is a Beta prior for the one below, worth as many customers as the rulebook says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Count:
    """Of so many customers who could have, so many did."""

    customers: int
    outcomes: int


def prior_chances(counts: Mapping[str, Count], line_of: Mapping[str, str], worth: int) -> dict[str, int]:
    """Return the chance of each series in `line_of` in millionths; a series without counts gets its line's.

    `worth`: customers' worth of evidence that a level lends to the one below.
    """
    group = _rate(_sum(counts.values()), 0.0, 0)
    lines = {
        line: _rate(
            _sum(counts[series] for series in line_of if line_of[series] == line and series in counts), group, worth
        )
        for line in set(line_of.values())
    }
    nothing = Count(0, 0)
    return {
        series: round(_rate(counts.get(series, nothing), lines[line], worth) * 1_000_000)
        for series, line in sorted(line_of.items())
    }


def _sum(counts: Iterable[Count]) -> Count:
    listed = list(counts)
    return Count(sum(count.customers for count in listed), sum(count.outcomes for count in listed))


def _rate(count: Count, prior: float, worth: int) -> float:
    trials = count.customers + worth
    return (count.outcomes + prior * worth) / trials if trials else 0.0
