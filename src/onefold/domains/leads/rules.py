"""What each outcome means for a lead, when one may call, and how a referral goes on. Pure: no database, no clock."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

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


def within_minutes(made_at: datetime, at: datetime, minutes: int) -> bool:
    """Return whether a slip made at `made_at` may still be undone at `at`."""
    return made_at <= at < made_at + timedelta(minutes=minutes)


@dataclass(frozen=True)
class QuietTime:
    """Hours of the customer's day in which nobody telephones: from `from_` on, up to but not including `until`."""

    from_: time
    until: time
    zone: ZoneInfo

    @classmethod
    def read(cls, value: dict[str, str]) -> QuietTime:
        """Read the rulebook's `contact.quiet_time`."""
        return cls(time.fromisoformat(value["from"]), time.fromisoformat(value["until"]), ZoneInfo(value["time_zone"]))

    def holds(self, at: datetime) -> bool:
        """Return whether `at` (aware) lies in it; it may go over midnight."""
        clock = at.astimezone(self.zone).time()
        if self.from_ <= self.until:
            return self.from_ <= clock < self.until
        return clock >= self.from_ or clock < self.until


def is_fulfilled(
    kind: str, due_on: date, made_at: datetime, answered_at: datetime | None, answered_on: date | None
) -> bool:
    """Return whether an answer given since has done what the reminder asked: a call that was due is a call made."""
    if kind != "CALL" or answered_at is None or answered_on is None:
        return False
    return answered_at > made_at and answered_on >= due_on


OFFERED, ACCEPTED, DECLINED, WITHDRAWN, EXPIRED, CLOSED = (
    "OFFERED", "ACCEPTED", "DECLINED", "WITHDRAWN", "EXPIRED", "CLOSED",
)  # fmt: skip
TRANSITIONS: dict[str, tuple[str, ...]] = {
    "": (OFFERED,),
    OFFERED: (ACCEPTED, DECLINED, WITHDRAWN, EXPIRED),
    ACCEPTED: (CLOSED,),
    CLOSED: (ACCEPTED,),
}
"""Which state of a referral may follow which. Back from CLOSED only when the answer that closed it was a slip."""


def state_now(state: str, expires_at: datetime, at: datetime) -> str:
    """Return the state as it counts at `at`: an offer nobody took in time has expired, whether or not a job wrote it down."""
    return EXPIRED if state == OFFERED and at >= expires_at else state


def may_follow(state: str, after: str) -> bool:
    return after in TRANSITIONS.get(state, ())


ASKED_BY: dict[str, str] = {"NO_CONSENT": "VISIT"}
"""Missing facts that are found out face to face; every other one is a task."""


def resolving(gate: str) -> str:
    """Return the kind of reminder that would settle the missing fact of a gate: VISIT or TASK."""
    return ASKED_BY.get(gate, "VISIT" if "RISK" in gate else "TASK")


SETTLED_BY: dict[str, str] = {
    "TOO_YOUNG": "BORN_ON",
    "TOO_OLD": "BORN_ON",
    "NO_CAPACITY": "BORN_ON",
    "RISK_TOO_HIGH": "RISK_LEVEL",
    "MEANS_TOO_SMALL": "INCOME",
}
"""Which circumstance of the customer answers the question that a gate asks."""


def protected_until(on: date, line: str, days: Mapping[str, int]) -> date:
    """Return the first day on which a matter taken in hand `on` is anybody's again. `days` by product line, `OTHER` for the rest."""
    return on + timedelta(days=days.get(line, days["OTHER"]))


NEED_SOURCES = ("COUNTER", "CALL_CENTRE", "SELLER", "PORTAL")
"""Where a customer asked for something."""


def assigned(
    able: Mapping[str, tuple[bool, int]], *, wished: str, serving: Collection[str], full: Collection[str] = ()
) -> str | None:
    """Return who gets a customer's own wish: whom the customer names, else who serves the customer, else who is near and has least to
    do; None where nobody is able.

    `able`: seller → (works where the customer lives, open leads). `full`: who holds as many wishes as one may; they come last. The
    order is compliance's (lead rules, 2 and 3).
    """
    if wished:
        return wished if wished in able else None
    ranked = sorted(able, key=lambda code: (code in full, code not in serving, not able[code][0], able[code][1], code))
    return ranked[0] if ranked else None
