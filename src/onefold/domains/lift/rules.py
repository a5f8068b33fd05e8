"""What a comparison says. Pure: no database, no clock."""

from __future__ import annotations

from onefold.decision.core import MILLION

YEAR = 365


def rate(total: int, exposure: int, measure: str) -> int:
    """What an arm had in the unit of `lift`: per million household-years, or per million members; 0 of nobody."""
    scale = MILLION * (YEAR if measure == "HOLDOUT" else 1)
    return round(scale * total / exposure) if exposure else 0


def says(low: int | None, high: int | None) -> str:
    """What may be concluded: MORE or LESS with contact, NOT_SEEN (the interval holds zero), NO_EVIDENCE (people chose)."""
    if low is None or high is None:
        return "NO_EVIDENCE"
    return "MORE" if low > 0 else "LESS" if high < 0 else "NOT_SEEN"
