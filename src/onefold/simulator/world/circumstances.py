"""What companies are told of a customer's circumstances: risk tests, incomes, deaths and liquidations, capacity, wishes about
profiling. What is told was so on its day at best; `so` says what is so on the last day.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onefold.simulator.tables import CIRCUMSTANCES
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER
from onefold.simulator.world.contracts import Contracts, days
from onefold.simulator.world.dice import Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.people import People
from onefold.simulator.world.records import Records

(TESTED, TEST_DAY, TEST_AGAIN, TEST_ERROR, ASKED, ASKED_DAY, ASKED_ERROR, GONE, GONE_LEARNT, GONE_DAY, MIXED_UP, MIXED_UP_DAY,
 LIMITED, LIMITED_AT, LIMITED_DAY, REFUSES, REFUSES_DAY, ALLOWS_AGAIN) = range(920, 938)  # fmt: skip
RISK_LEVELS = pl.Series(["1", "2", "3", "4", "5"])
BANDS = pl.Series(["B1", "B2", "B3", "B4", "B5"])
BAND_ENDS = (5_000_000, 10_000_000, 20_000_000, 50_000_000, 200_000_000)
"""Upper ends of the bands in which incomes are asked for; nobody asks who earns more."""

YEAR, ADULT_AGE = 365, 18


@dataclass
class Said:
    """Statements about records: place of the record, kind, what was told, what is so, the day."""

    at: Whole
    kind: str
    told: pl.Series
    so: pl.Series
    day: Whole

    def frame(self) -> pl.DataFrame:
        return pl.DataFrame(
            {"at": self.at, "kind": pl.repeat(self.kind, len(self.at), eager=True), "value": self.told, "so": self.so,
             "told_on": days(self.day)},
            schema_overrides={"value": pl.String, "so": pl.String, "told_on": pl.Date},
        )  # fmt: skip


def circumstances_frame(
    dice: Dice, records: Records, contracts: Contracts, people: People, left: Whole, last: int
) -> pl.DataFrame:
    """The table CIRCUMSTANCES. `left`: the day each customer left the group (NEVER: did not)."""
    said = [
        *_risk_tests(dice, records, people, last),
        _incomes(dice, records, people, last),
        *_gone(dice, records, contracts, people, left, last),
        _capacities(dice, records, people, last),
        *_profiling(dice, records, people, last),
    ]
    rows = pl.concat([one.frame() for one in said]).unique(["at", "kind", "told_on"], keep="first", maintain_order=True)
    place = rows["at"].to_numpy()
    return (
        rows.with_columns(
            pl.Series("record", records.number[place].astype(np.uint64)),
            pl.Series("party", people.party[records.who[place]].astype(np.uint64)),
            pl.Series(p.COMPANIES).gather(records.company[place]).alias("company"),
        )
        .sort("record", "told_on", "kind")
        .select(list(CIRCUMSTANCES))
    )


def _asked(records: Records, rates: dict[str, int], first: Flags | bool = True) -> Whole:
    """Chance (ppm) by record that its company asks; doubles are never asked."""
    rate = np.array([rates.get(company, 0) for company in p.COMPANIES])
    return np.where((records.double_of < 0) & first, rate[records.company], 0)


# Risk tests


def tolerance_of(people: People) -> Whole:
    """How much risk each customer can truly bear, 1 to 5: by means and age, and by temper."""
    temper = np.array((-1, 0, 0, 1))[scaled(spread(people.party, 81), 4)]
    by_age = np.array((-2, 0, 1, 1, 0, -1, -2))[people.age_band]
    return np.clip(2 + people.income_band // 2 + np.where(people.firm, 1, by_age) + temper, 1, 5)


def _risk_tests(dice: Dice, records: Records, people: People, last: int) -> list[Said]:
    """At the opening (a bank: some day), and for some again at a later anniversary, so that results run out. People are bolder in
    a test than they can afford, or shyer, now and then."""
    size = len(records.who)
    grown = people.firm[records.who] | (people.born[records.who] + ADULT_AGE * YEAR + 5 < records.opened)
    tested = np.flatnonzero(dice.happens(TESTED, _asked(records, p.RISK_TESTED_PPM, grown), size))
    who, open_for = records.who[tested], np.maximum(last - records.opened[tested], 0)
    at_bank = records.company[tested] == p.COMPANIES.index("HBANK")
    within = dice.below(TEST_DAY, size, 1_000)[tested] * open_for // 1_000
    first = records.opened[tested] + np.where(at_bank, within, 0)
    true = tolerance_of(people)[who]
    error = np.array((1, 1, -1, *(0,) * 9))[dice.below(TEST_ERROR, 2 * size, 12).reshape(2, size)[:, tested]]
    again = first + (last - first) // YEAR * YEAR
    renewed = (again > first) & dice.happens(TEST_AGAIN, p.TESTED_AGAIN_PPM, size)[tested]

    def said(which: Flags, day: Whole, error: Whole) -> Said:
        told = np.clip(true + error, 1, 5) - 1
        return Said(
            tested[which],
            "RISK_LEVEL",
            RISK_LEVELS.gather(told[which]),
            RISK_LEVELS.gather(true[which] - 1),
            day[which],
        )

    return [said(first <= last, first, error[0]), said(renewed, again, error[1])]


# Incomes


def _incomes(dice: Dice, records: Records, people: People, last: int) -> Said:
    """The band of the yearly income on the day it was asked: old statements are too low, and some understate."""
    size = len(records.who)
    earns = ~people.firm[records.who] & (people.income[records.who] > 0)
    earns &= people.income[records.who] <= BAND_ENDS[-1]
    asked = np.flatnonzero(dice.happens(ASKED, _asked(records, p.INCOME_ASKED_PPM, earns), size))
    open_for = np.maximum(last - records.opened[asked], 0)
    day = records.opened[asked] + dice.below(ASKED_DAY, size, 1_000)[asked] * open_for // 1_000
    income = people.income[records.who[asked]]
    then = income * (100 - np.minimum((last - day) // YEAR * p.INCOME_GROWTH_PERCENT, 60)) // 100
    lower = dice.happens(ASKED_ERROR, p.INCOME_UNDERSTATED_PPM, size)[asked]
    true, told = (np.searchsorted(BAND_ENDS, amount, side="left") for amount in (income, then))
    return Said(asked, "INCOME", BANDS.gather(np.maximum(told - lower, 0)), BANDS.gather(true), day)


# Who is gone


def _gone(
    dice: Dice, records: Records, contracts: Contracts, people: People, left: Whole, last: int
) -> tuple[Said, Said, Said]:
    """Some of those who left had died, or closed down; most companies that knew them learn it, later. Now and then one takes a
    living customer for a dead namesake, and may notice."""
    size, word = len(people.role), pl.Series(["DECEASED", "CLOSED", "IN_LIQUIDATION"])
    since = np.where(contracts.signed > left[contracts.who], 1, 0)
    alive = np.bincount(contracts.who, weights=since, minlength=size) > 0
    chance = np.where(people.firm, p.CLOSED_PPM, np.array(p.DIED_PPM)[people.age_band])
    gone = (left < last) & ~alive & dice.happens(GONE, chance, size)
    how = np.where(people.firm, 1 + scaled(spread(people.party, 82), 2), 0)
    rows = len(records.who)
    learns = dice.happens(GONE_LEARNT, _asked(records, p.GONE_LEARNT_PPM, gone[records.who]), rows)
    at = np.flatnonzero(learns)
    day = np.maximum(left[records.who[at]], records.opened[at]) + p.WINDOW + 5 + dice.below(GONE_DAY, rows, 150)[at]
    at, day = at[day <= last], day[day <= last]
    told = word.gather(how[records.who[at]])
    mixed = dice.happens(MIXED_UP, _asked(records, p.MIXED_UP_PPM, (left == NEVER)[records.who]), rows)
    wrong = np.flatnonzero(mixed & ~people.firm[records.who] & (records.opened < last - 40))
    taken = (
        records.opened[wrong] + dice.below(MIXED_UP_DAY, rows, 1_000)[wrong] * (last - records.opened[wrong]) // 1_000
    )
    noticed = (scaled(spread(records.number[wrong], 83), 10) < 6) & (taken + 40 <= last)
    alive_word = pl.repeat("ACTIVE", len(wrong), eager=True)
    return (
        Said(at, "STATUS", told, told, day),
        Said(wrong, "STATUS", pl.repeat("DECEASED", len(wrong), eager=True), alive_word, taken),
        Said(
            wrong[noticed],
            "STATUS",
            alive_word.filter(pl.Series(noticed)),
            alive_word.filter(pl.Series(noticed)),
            taken[noticed] + 40,
        ),
    )


# Who may not decide alone, who wants no profile


def _capacities(dice: Dice, records: Records, people: People, last: int) -> Said:
    """Courts and guardians: some of the very old, few of the others. One of the companies hears of it."""
    size = len(records.who)
    age = people.age_on(last)[records.who]
    chance = np.where(age >= p.VERY_OLD, p.LIMITED_OLD_PPM, np.where(age >= ADULT_AGE, p.LIMITED_PPM, 0))
    person = dice.happens(LIMITED, np.where(people.firm[records.who], 0, chance), size)
    at = np.flatnonzero(person & dice.happens(LIMITED_AT, _asked(records, p.CAPACITY_KNOWN_PPM), size))
    drawn = dice.below(LIMITED_DAY, size, 1_000)[at]
    since = np.maximum(records.opened[at], last - p.HISTORY)
    word = pl.Series(["LIMITED", "NONE"]).gather((scaled(spread(records.number[at], 84), 5) == 0).astype(np.int64))
    return Said(at, "CAPACITY", word, word, since + drawn * np.maximum(last - since, 0) // 1_000)


def _profiling(dice: Dice, records: Records, people: People, last: int) -> tuple[Said, Said]:
    """Who wants no offers made in person, said to a company; some think better of it."""
    size = len(records.who)
    grown = people.age_on(last)[records.who] >= ADULT_AGE
    at = np.flatnonzero(dice.happens(REFUSES, _asked(records, p.PROFILING_REFUSED_PPM, grown), size))
    since = np.maximum(records.opened[at], last - p.HISTORY)
    day = since + dice.below(REFUSES_DAY, size, 1_000)[at] * np.maximum(last - since, 0) // 1_000
    back = dice.happens(ALLOWS_AGAIN, 200_000, size)[at] & (day + 60 <= last)
    word = pl.Series(["REFUSED", "ALLOWED"])
    so = word.gather(back.astype(np.int64))
    return (
        Said(at, "PROFILING", pl.repeat("REFUSED", len(at), eager=True), so, day),
        Said(
            at[back],
            "PROFILING",
            pl.repeat("ALLOWED", int(back.sum()), eager=True),
            so.filter(pl.Series(back)),
            day[back] + 60,
        ),
    )
