"""What may go on a day: how long a thing is kept, what it is about, which legal holds stand, and the one rule that joins them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import MAXYEAR, date, timedelta
from enum import StrEnum

DAY = timedelta(days=1)


class Ruling(StrEnum):
    HELD = "HELD"
    """A legal hold protects it, whatever its age."""
    NEEDED = "NEEDED"
    """Something refers to it or works on it."""
    YOUNG = "YOUNG"
    """Its term is not over."""
    GOES = "GOES"


@dataclass(frozen=True)
class Term:
    """How long things are kept, counted from the day they ended."""

    years: int = 0
    days: int = 0

    @classmethod
    def of(cls, value: Mapping[str, int]) -> Term:
        """Read a value of the rulebook: `{years: 5}`, `{days: 30}` or both. Raises `ValueError` for anything else or a negative."""
        if not value or not value.keys() <= {"years", "days"} or min(value.values()) < 0:
            raise ValueError(f"a term is years and days, not {dict(value)}")
        return cls(**value)

    def ends(self, since: date) -> date:
        """Return the first day on which a thing that ended on `since` may go; the last day there is where it lies beyond it."""
        if since.year + self.years > MAXYEAR:
            return date.max
        try:
            moved = since.replace(year=since.year + self.years)
        except ValueError:  # 29 February, in a year without one
            moved = date(since.year + self.years, 3, 1)
        return date.max if (date.max - moved).days < self.days else moved + timedelta(days=self.days)

    def latest(self, on: date) -> date:
        """Return the latest day of which things may go on `on`: the younger ones stay."""
        back = on - timedelta(days=min(self.days, (on - date.min).days))
        found = (
            date(max(back.year - self.years, 1), 3, 1)
            if (back.month, back.day) == (2, 29)
            else _years_before(back, self.years)
        )
        while self.ends(found) > on and found > date.min:
            found -= DAY
        while found < on and self.ends(found + DAY) <= on:
            found += DAY
        return found


def _years_before(day: date, years: int) -> date:
    return day.replace(year=max(day.year - years, 1))


@dataclass(frozen=True)
class About:
    """Whose data a thing holds. None: anybody's may be in it; empty: nobody's."""

    companies: frozenset[str] | None = None
    customers: frozenset[str] | None = None


EVERYBODY = About()
NOBODY = About(frozenset(), frozenset())


@dataclass(frozen=True)
class Holds:
    """The legal holds in force, joined: what they protect. A hold on a contract protects its customer's data."""

    everything: bool = False
    companies: frozenset[str] = frozenset()
    customers: frozenset[str] = frozenset()

    def protect(self, about: About) -> bool:
        """Return whether a hold protects something that is about `about`; what may hold a protected person's data is protected."""
        return self.everything or _touches(about.companies, self.companies) or _touches(about.customers, self.customers)


def _touches(those: frozenset[str] | None, held: frozenset[str]) -> bool:
    return bool(held) if those is None else bool(those & held)


@dataclass(frozen=True)
class Kept:
    """One thing that is kept. `since`: the day it ended, from which its age counts; None: it has not. `needed`: why it is in use."""

    key: str
    since: date | None
    bytes: int = 0
    needed: str = ""
    about: About = EVERYBODY


def ruling(kept: Kept, term: Term, on: date, holds: Holds) -> Ruling:
    """Return what is to become of a thing on a day. A hold wins over everything, use over age."""
    if holds.protect(kept.about):
        return Ruling.HELD
    if kept.needed or kept.since is None:
        return Ruling.NEEDED
    return Ruling.GOES if term.ends(kept.since) <= on else Ruling.YOUNG


def going(things: Iterable[Kept], term: Term, on: date, holds: Holds) -> list[Kept]:
    """Return the things that may go on a day, by key."""
    return sorted((kept for kept in things if ruling(kept, term, on, holds) is Ruling.GOES), key=lambda kept: kept.key)
