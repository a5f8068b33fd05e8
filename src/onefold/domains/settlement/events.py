"""Facts this room tells others."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class MonthCloseRequested:
    """Somebody wants the month settled; a job does it, for it may take minutes."""

    month: str


@dataclass(frozen=True)
class MonthSettled:
    month: str
    sha256: str
    lines: int
