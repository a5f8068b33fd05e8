"""How much of what was earned goes back when a contract ends, by the schedule in force when it was sold."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from onefold.domains.settlement.rules.rounding import part_of

ALL, PRO_RATA, NONE = "ALL", "PRO_RATA", "NONE"


def whole_months(begun: date, ended: date) -> int:
    """Completed months between two days; none when it ended before it began."""
    months = (ended.year - begun.year) * 12 + ended.month - begun.month - (ended.day < begun.day)
    return max(months, 0)


def manner(schedule: Mapping[str, Any], reason: str) -> str:
    """Return ALL, PRO_RATA or NONE for a reason; one that nobody foresaw goes back pro rata."""
    return str(schedule["reasons"].get(reason, PRO_RATA))


def goes_back(schedule: Mapping[str, Any], reason: str, minor: int, begun: date, ended: date) -> int:
    """Return how much of `minor`, earned by a contract begun at `begun`, goes back when it ends at `ended`."""
    how, months = manner(schedule, reason), int(schedule["pro_rata_months"])
    if how == NONE:
        return 0
    if how == ALL:
        return minor
    return part_of(minor, max(months - whole_months(begun, ended), 0), months)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - date(year, month + 1, 1)).days
    return date(year, month + 1, min(day.day, last))
