"""What each outcome means for a lead. Pure: no database, no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

ALL_SERIES = "ALL"


@dataclass(frozen=True)
class OutcomeRule:
    """`closes`: the lead leaves the list. `silences`: ask again only after the day given. `blocks`: do-not-contact."""

    code: str
    closes: bool = False
    silences: str = ""
    blocks: bool = False


OUTCOMES: dict[str, OutcomeRule] = {
    rule.code: rule
    for rule in (
        OutcomeRule("NOT_REACHED"),
        OutcomeRule("INTERESTED"),
        OutcomeRule("NOT_UNTIL", closes=True, silences="SERIES"),
        OutcomeRule("DECLINED", closes=True, silences="SERIES"),
        OutcomeRule("DO_NOT_CONTACT", closes=True, blocks=True),
    )
}


def silence_until(code: str, not_until: date | None, on: date, days_after_decline: int, days_max: int) -> date | None:
    """Return the first day on which the series may be offered again, None if the outcome silences nothing.

    Raises `ValueError` when a "not until" has no day, or a day that is not after `on` or more than `days_max` days away.
    """
    if not OUTCOMES[code].silences:
        return None
    if code == "DECLINED":
        return on + timedelta(days=days_after_decline)
    if not_until is None or not on < not_until <= on + timedelta(days=days_max):
        raise ValueError("not_until")
    return not_until
