"""What would have been: the same people and the same dice, once with nobody held out and once with everybody.

The difference between the two is what being open to contact changed, household by household: the truth that a comparison of the arms
as they were drawn can only estimate. Households do not touch each other here (sellers have no limit), so each would have done the
same whoever else is held out. Only the end of a contract in its free-look period is thrown by place and may fall elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta

import numpy as np
import polars as pl

from onefold.simulator.world import parameters as p
from onefold.simulator.world.chunks import BASE_DAY, everybody
from onefold.simulator.world.contracts import contracts_of, days
from onefold.simulator.world.course import course_of
from onefold.simulator.world.dice import Dice, Flags
from onefold.simulator.world.misconduct import planned
from onefold.simulator.world.opening import opening_of
from onefold.simulator.world.people import People, people_of
from onefold.simulator.world.sellers import sellers_of
from onefold.simulator.world.spells import ENDS, joined


@dataclass(frozen=True)
class Worlds:
    """`people`: party, household, holdout. The rest: party, company, series, valid_from, valid_until, ended_on, end of each contract."""

    people: pl.DataFrame
    as_drawn: pl.DataFrame
    nobody_held_out: pl.DataFrame
    everybody_held_out: pl.DataFrame
    last: date
    days: int
    """of the history up to the last day"""


def worlds_of(seed: int, customers: int, *, base_day: date = BASE_DAY, after: int = 30) -> Worlds:
    """The three courses of a group of one chunk (at most `parameters.CHUNK` customers)."""
    today = (base_day - date(1970, 1, 1)).days
    start, last = today - p.HISTORY, today + after
    sellers = sellers_of(seed, 0, customers)
    people = people_of(Dice(seed, 0), seed, 0, customers, start, p.HISTORY + after, sellers)
    frame = pl.DataFrame({"party": people.party, "household": people.household, "holdout": people.holdout})
    none = np.zeros(customers, np.bool_)
    drawn, open_, held = (_bought(seed, people, side, start, last) for side in (people.holdout, none, ~none))
    return Worlds(frame, drawn, open_, held, base_day + timedelta(days=after), p.HISTORY + after)


def _bought(seed: int, people: People, held_out: Flags, start: int, last: int) -> pl.DataFrame:
    """Every contract of the people, had just these been held out; misconduct is what it is in the world as drawn."""
    dice, sellers = Dice(seed, 0), sellers_of(*people.service)
    plan = planned(dice, people, sellers, start, last)
    opening = everybody(joined([opening_of(dice, people, start, plan.idle), plan.spells]), people, start)
    spells = course_of(dice, replace(people, holdout=held_out), opening, start, last, plan.idle).spells
    made = contracts_of(dice, 0, people, spells, start, last)
    ends = pl.Series([end or "" for end in ENDS])
    return pl.DataFrame(
        {
            "party": people.party[made.who],
            "company": pl.Series(p.COMPANIES).gather(made.company),
            "series": pl.Series(p.CODES).gather(spells.series[made.spell]),
            "valid_from": days(made.valid_from),
            "valid_until": days(made.valid_until),
            "ended_on": days(made.ended),
            "end": ends.gather(made.end),
        }
    )
