"""When a risk test may be taken and counts, and what follows from what was found. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from onefold.decision.gates import ONLY_WARNS, TRIGGERS, Gate, gates_in, mask_of
from onefold.kernel.periods import add_months

NEED_MISMATCH, OVER_BUDGET = "NEED_MISMATCH", "OVER_BUDGET"
SUITABLE, STOP_ADVISED, UNSUITABLE = "SUITABLE", "STOP_ADVISED", "UNSUITABLE"
YEAR_MONTHS = 12
FORBIDS = mask_of(
    Gate.CUSTOMER_GONE,
    Gate.NO_CAPACITY,
    Gate.LIMITED_CAPACITY,
    Gate.TOO_YOUNG,
    Gate.TOO_OLD,
    Gate.RISK_TOO_HIGH,
    Gate.MEANS_TOO_SMALL,
)
"""Gates of which one that forbids is an unsuitable product; the others of the core are judged at the proposal and the sale."""


def left_to_take(taken_on: Iterable[date], on: date, per_day: int | None, per_year: int | None) -> int:
    """Return how many risk tests may still be taken on a day, by the days of those before; None: the law knows no limit yet."""
    days = [day for day in taken_on if day <= on]
    today = sum(day == on for day in days)
    year = sum(day > add_months(on, -YEAR_MONTHS) for day in days)
    left = [limit - taken for limit, taken in ((per_day, today), (per_year, year)) if limit is not None]
    return max(0, min(left, default=1))


def needs_confirmation(level: int, in_force: int | None) -> bool:
    """Whether a result has to be confirmed: it is another than the one in force."""
    return in_force is not None and level != in_force


def concluded(
    blocked: int, missing: int, warned: int, line: str, needs: Sequence[str], yearly_minor: int, budget_minor: int
) -> tuple[str, list[str], list[str]]:
    """Return verdict, reasons and which of those are facts unknown, from the core's masks and the analysis of needs.

    Forbidden is forbidden. Else advice to stop (Order 2023-2, Art. 28): the need is another, the customer may be unable to keep
    paying, or the same loss is covered already.
    """
    against = [gate.name for gate in gates_in(blocked & FORBIDS)]
    unknown = [gate.name for gate in gates_in(missing & FORBIDS)]
    if against:
        return UNSUITABLE, against, unknown
    stop = [gate.name for gate in gates_in(warned) if gate in TRIGGERS and gate in ONLY_WARNS]
    stop += [NEED_MISMATCH] if line not in needs else []
    stop += [OVER_BUDGET] if yearly_minor > budget_minor else []
    return (STOP_ADVISED if stop else SUITABLE), stop, []
