"""Sellers: some forty for every ten thousand customers, who serve the customers of their chunk and nobody else's.

That way the number of sellers grows with the group, and what one chunk says never depends on how many chunks there are.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl

from onefold.simulator.tables import SELLERS
from onefold.simulator.world.arrangements import CHANNEL_AT, CHANNEL_CODES, NEVER, day_number, needed_grades
from onefold.simulator.world.dice import Dice, Whole, scaled, spread
from onefold.simulator.world.names import chinese_names
from onefold.simulator.world.numbers import HOMES, TERRITORY, accounts, padded, phones, resident_ids, territory
from onefold.simulator.world.parameters import CHUNK
from onefold.simulator.world.places import DIVISIONS

PER_CHUNK = {
    "HLIFE.AGENTS": 26, "HPC.AGENTS": 8, "HPC.TELEPHONE": 3, "HPENSION.DIRECT": 2, "HBANK.BRANCH": 9, "HSEC.BRANCH": 2,
    "HTRUST.ADVISERS": 2,
}  # fmt: skip
"""Sellers of each channel for ten thousand customers; never fewer than two, one of whom is gold and always there."""

PREFIX = {"HLIFE": "HL", "HPC": "HP", "HPENSION": "HE", "HBANK": "HB", "HSEC": "HS", "HTRUST": "HT"}
GRADES = (450, 350, 200)
MALE, BORN, PLACE, GRADE, HOME, SINCE, LEFT, UNTIL, SKILL, DILIGENCE, NAMES = range(700, 711)


@dataclass(frozen=True)
class Sellers:
    """The sellers of one chunk, by their number in it; days count from 1970."""

    frame: pl.DataFrame
    surname: pl.Series
    given: pl.Series
    channel: Whole
    grade: Whole
    home: Whole
    since: Whole
    until: Whole
    born: Whole
    male: Whole
    skill: Whole
    diligence: Whole


@cache
def sellers_of(seed: int, chunk: int, customers: int) -> Sellers:
    """The sellers of a chunk of so many customers."""
    channel = _channels(customers)
    count, dice = len(channel), Dice(seed, chunk)
    first = np.r_[True, channel[1:] != channel[:-1]]
    grade = np.where(first, 3, dice.pick(GRADE, count, GRADES) + 1)
    since = np.where(first, day_number("2008-03-03"), day_number("2012-01-02") + dice.below(SINCE, count, 4_700))
    left = dice.happens(LEFT, 120_000, count) & ~first
    until = np.where(left, day_number("2024-09-01") + dice.below(UNTIL, count, 600), NEVER)
    places, _ = territory(seed, chunk)
    male = dice.happens(MALE, 420_000, count).astype(np.int64)
    born = day_number("1963-01-01") + dice.below(BORN, count, 13_000) * np.where(first, 6, 10) // 10
    home, birthplace = dice.below(HOME, count, HOMES), dice.below(PLACE, count, TERRITORY)
    traits = dice.below(SKILL, count, 600_000) + 200_000, dice.below(DILIGENCE, count, 700_000) + 150_000
    division = np.array([row[0] for row in DIVISIONS])[places]
    order = 450 + np.full(count, chunk % 50)
    surname, given = chinese_names(dice, NAMES, born, male)
    frame = _frame(surname + given, chunk, channel, places[home]).with_columns(
        pl.Series("grade", grade.astype(np.int32)),
        resident_ids(division[birthplace], born, order, male == 1).alias("id_number"),
        pl.Series("valid_from", since.astype(np.int32)).cast(pl.Date),
        _day_or_none("valid_until", until),
        pl.Series("skill_ppm", traits[0].astype(np.int32)),
        pl.Series("diligence_ppm", traits[1].astype(np.int32)),
    )
    return Sellers(
        frame.select(list(SELLERS)),
        surname,
        given,
        channel,
        grade,
        home,
        since,
        until,
        born,
        male,
        traits[0],
        traits[1],
    )


def _channels(customers: int) -> Whole:
    counts = [max(2, number * customers // CHUNK) for number in PER_CHUNK.values()]
    return np.repeat([CHANNEL_AT[code] for code in PER_CHUNK], counts)


def _frame(names: pl.Series, chunk: int, channel: Whole, place: Whole) -> pl.DataFrame:
    count = len(channel)
    number = chunk * 1_000 + np.arange(count)
    company = pl.Series([code.split(".")[0] for code in CHANNEL_CODES]).gather(channel)
    rows = [DIVISIONS[at] for at in place]
    return pl.DataFrame(
        {
            "seller": pl.Series([PREFIX[code] for code in company]) + padded("", number + 1, 7),
            "company": company,
            "channel": pl.Series(CHANNEL_CODES).gather(channel),
            "branch": [_branch(code, row) for code, row in zip(company, rows, strict=True)],
            "district": [row[1] + row[2] for row in rows],
            "name": names,
            "registration_no": padded("0000", number, 10),
            "phone": phones((chunk * CHUNK + np.arange(count)) * 3 + 2),
            "salary_account": accounts((chunk * CHUNK + np.arange(count)) * 2 + 1),
        }
    )


def _branch(company: str, row: tuple[int, str, str, int]) -> str:
    return f"{company}-{row[0] if row[3] >= BRANCH_FROM[company] else DIVISIONS[0][0]}"


BRANCH_FROM = {"HLIFE": 0, "HPC": 0, "HBANK": 0, "HHEALTH": 9, "HPENSION": 9, "HSEC": 11, "HFUND": 16, "HTRUST": 16}
"""Weight of a division from which the company has a branch there."""


def _day_or_none(name: str, days: Whole) -> pl.Series:
    return pl.Series(name, days.astype(np.int32)).replace(NEVER, None).cast(pl.Date)


CHOICES = 16


@cache
def _shelves(seed: int, chunk: int, customers: int) -> Whole:
    """Sellers by channel, home and needed grade: a full shelf of sixteen places each, filled again and again."""
    sellers = sellers_of(seed, chunk, customers)
    found = np.full((len(CHANNEL_CODES), HOMES, 4, CHOICES), -1, dtype=np.int64)
    for channel in np.unique(sellers.channel):
        for home in range(HOMES):
            for grade in range(1, 4):
                able = np.flatnonzero((sellers.channel == channel) & (sellers.grade >= grade))
                near = able[sellers.home[able] == home]
                found[channel, home, grade] = np.resize(near if len(near) else able, CHOICES)
    return found


def serving(
    seed: int, chunk: int, customers: int, party: Whole, home: Whole, channel: Whole, series: Whole, day: Whole
) -> Whole:
    """The seller (number in the chunk, -1 where a channel has none) who sells the series to the party on the day.

    A party keeps the seller of a channel as long as that one is there and has the grade.
    """
    sellers, shelves = sellers_of(seed, chunk, customers), _shelves(seed, chunk, customers)
    grade = needed_grades()[channel, series]
    favourite = scaled(spread(party * 16 + channel, 11), CHOICES)
    chosen = shelves[channel, home, grade, favourite]
    for attempt in range(1, 4):
        chosen = np.where(
            _there(sellers, chosen, day), chosen, shelves[channel, home, grade, (favourite + attempt) % CHOICES]
        )
    return np.where(_there(sellers, chosen, day), chosen, _first_of(sellers)[channel])


def _there(sellers: Sellers, chosen: Whole, day: Whole) -> np.ndarray:
    return (sellers.since[chosen] <= day) & (day < sellers.until[chosen]) & (chosen >= 0)


def _first_of(sellers: Sellers) -> Whole:
    first = np.full(len(CHANNEL_CODES), -1, dtype=np.int64)
    channels, places = np.unique(sellers.channel, return_index=True)
    first[channels] = places
    return first
