"""What customers hold, as spells: from the first signing to the end, over all renewals. Contracts are cut out of them later."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER
from onefold.simulator.world.dice import Flags, Whole, scaled, spread

NOT_ENDED, LAPSED, CANCELLED, SURRENDERED, NOT_RENEWED = range(5)
ENDS = (None, "LAPSED", "CANCELLED", "SURRENDERED", None)
OWN_NEED, CONTACT, BOTH = range(3)
CAUSES = ("OWN_NEED", "CONTACT", "BOTH")
RENEWABLE = np.array([terms.renewable for terms in p.SERIES])
YEARS = np.array([terms.years + (terms.years[-1],) * (6 - len(terms.years)) for terms in p.SERIES])
CHOICES = np.array([len(terms.years) for terms in p.SERIES])


@dataclass
class Spells:
    """One place a spell. `who`: place of the customer in the chunk; `channel`, `seller`: -1 until chosen; `until`: stated end of
    a single contract, NEVER for open and yearly ones; `ended`: day it truly ended or ends, NEVER if not; `planted`: place in
    misconduct.KINDS or -1."""

    who: Whole
    series: Whole
    signed: Whole
    years: Whole
    until: Whole
    ended: Whole
    end: Whole
    cause: Whole
    channel: Whole
    seller: Whole
    planted: Whole

    def __len__(self) -> int:
        return len(self.who)

    def holding(self, day: int) -> Flags:
        """Signed before the day, not ended, not run out."""
        return (self.signed < day) & (self.ended > day) & (self.until > day)

    def held(self, day: int, size: int) -> Whole:
        """Spells that hold on the day, by customer and series."""
        at = (self.who * len(p.SERIES) + self.series)[self.holding(day)]
        return np.bincount(at, minlength=size * len(p.SERIES)).reshape(size, len(p.SERIES))

    def only(self, chosen: Flags | Whole) -> Spells:
        return replace(self, **{field.name: getattr(self, field.name)[chosen] for field in fields(self)})


def spells(
    who: Whole, series: Whole, signed: Whole, cause: Whole | int = OWN_NEED, channel: Whole | int = -1, salt: int = 0
) -> Spells:
    """Spells that nothing has ended yet, with the stated term drawn from those of the series."""
    count = len(who)
    pick = scaled(spread(signed * 1_000_003 + who * 64 + series, 51 + salt), 1_000) % CHOICES[series]
    years = YEARS[series, pick]
    until = np.where(RENEWABLE[series] | (years == 0), NEVER, anniversary(signed, years))
    none = np.full(count, -1, dtype=np.int64)
    return Spells(
        who, series, signed, years, until, np.full(count, NEVER), np.zeros(count, dtype=np.int64),
        none * 0 + cause, none * 0 + channel, none, none,
    )  # fmt: skip


def joined(parts: list[Spells]) -> Spells:
    return Spells(
        **{field.name: np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Spells)}
    )


def anniversary(days: Whole, years: Whole) -> Whole:
    """The same day of the year so many years later; 29 February becomes 1 March where there is none."""
    date = days.astype("datetime64[D]")
    month = date.astype("datetime64[M]")
    within = (date - month.astype("datetime64[D]")).astype(np.int64)
    return (month + years * 12).astype("datetime64[D]").astype(np.int64) + within


def full_years(since: Whole, day: Whole) -> Whole:
    """How many anniversaries of `since` have passed on the day."""
    years = (day - since) // 365
    return np.maximum(years - (anniversary(since, years) > day), 0)
