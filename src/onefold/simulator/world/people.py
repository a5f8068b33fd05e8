"""Persons, households and organisations of a chunk: who lives with whom, what they need and can afford, what happens to them.

Everything is an array with one place for each customer; days count from 1970.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER, day_number
from onefold.simulator.world.dice import MILLION, Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.numbers import HOMES, TERRITORY, in_order, territory
from onefold.simulator.world.places import DIVISIONS
from onefold.simulator.world.sellers import Sellers, sellers_of, serving

ADULT, SPOUSE, CHILD, ELDER, FIRM = range(5)
HOUSEHOLDS: tuple[tuple[int, tuple[int, ...]], ...] = (
    (600, (ADULT,)),
    (135, (ADULT, SPOUSE)),
    (66, (ADULT, SPOUSE, CHILD)),
    (14, (ADULT, SPOUSE, CHILD, CHILD)),
    (24, (ADULT, CHILD)),
    (28, (ADULT, ELDER)),
    (22, (ADULT, SPOUSE, ELDER)),
    (12, (ADULT, SPOUSE, CHILD, ELDER, ELDER)),
    (38, (FIRM,)),
)
"""Weight and members (those who are customers) of each kind of household."""

LARGEST = 5
(HOUSEHOLD, ADULT_AGE, SEX, AGE_GAP, IN_BAND, BIRTHDAY, MEANS, HOME, NATIVE, BIRTHPLACE, INCOME, EVENT, EVENT_DAY, FIRST_SEX,
 BLOCKED_DAY, ENGAGED, JOINED, JOINED_DAY, BLOCKED) = range(19)  # fmt: skip
TODAY = day_number("2026-05-31")
ADULT_AGES = (0, 60, 190, 230, 170, 140, 110, 75, 25)
"""Weights of ages 18, 18-24, 25-34, ... 85-94 of the first adult (the first is not used)."""

INCOME_STEPS = (
    1_500_000,
    3_000_000,
    4_500_000,
    6_500_000,
    9_000_000,
    12_000_000,
    17_000_000,
    26_000_000,
    48_000_000,
    150_000_000,
)
"""Upper ends of ten equally large groups of yearly incomes of working persons, minor units; shape after the published deciles
of disposable income, for the kind of person who is a customer of such a group."""
INCOME_BANDS = (4_000_000, 8_000_000, 15_000_000, 40_000_000)


@dataclass
class People:
    """The customers of a chunk. `service`: seed, number and size of the chunk, by which their sellers are found."""

    first: int
    service: tuple[int, int, int]
    household: Whole
    role: Whole
    partner: Flags
    parent: Flags
    male: Whole
    born: Whole
    order: Whole
    home: Whole
    birthplace: Whole
    income: Whole
    income_band: Whole
    age_band: Whole
    family: Whole
    stage: Whole
    event: Whole
    event_day: Whole
    engagement: Whole
    joined: Whole
    blocked: Whole
    holdout: Flags
    seller: Whole

    @property
    def party(self) -> Whole:
        return self.first + np.arange(len(self.role))

    @property
    def firm(self) -> Flags:
        return self.role == FIRM

    def age_on(self, day: Whole | int) -> Whole:
        """Whole years (a year of 365.2425 days, which is near enough for needs; birthdays are kept where a law asks)."""
        return ((day - self.born) * 10_000 // 3_652_425).astype(np.int64)


def seller_for(people: People, who: Whole, channel: Whole, series: Whole, day: Whole) -> Whole:
    """The seller of the chunk (-1: the channel has none) who sells the series to each customer on the day."""
    return serving(*people.service, people.party[who], people.home[who], channel, series, day)


def skill_of(people: People, seller: Whole) -> Whole:
    """Factor (1024ths, 1024 on average) by which the seller's skill moves a customer; 1024 without a seller."""
    skill = sellers_of(*people.service).skill
    return np.where(seller >= 0, 512 + skill[seller] * 1024 // MILLION, 1024)


def diligence_of(people: People, seller: Whole) -> Whole:
    """Share (ppm) of the calls that might be made which the seller makes."""
    return sellers_of(*people.service).diligence[seller]


def people_of(dice: Dice, seed: int, chunk: int, size: int, start: int, days: int, sellers: Sellers) -> People:
    """The people of a chunk of `size` customers whose simulated time begins on day `start` and lasts `days`."""
    household, role, kind, position = _households(dice, size)
    male = _sexes(dice, household, role)
    born = _births(dice, household, role, position)
    home = dice.pick(HOME, size, [DIVISIONS[at][3] for at in territory(seed, chunk)[0][:HOMES]])[household]
    native = dice.happens(NATIVE, 700_000, size)
    birthplace = np.where(native, home, dice.below(BIRTHPLACE, size, TERRITORY))
    seller = _sellers_among(sellers, kind, born, male, home)
    born, order = in_order(born, territory(seed, chunk)[0][birthplace], male == 1)
    order = order + territory(seed, chunk)[1][birthplace] * 2
    number = chunk * p.CHUNK
    income = _incomes(dice, household, role, born)
    event, event_day = _events(dice, role, born, start, days)
    age_band = np.searchsorted(p.AGE_BANDS, (TODAY - born) // 365, side="right")
    partner, parent = _has(household, role, SPOUSE) & (role <= SPOUSE), _has(household, role, CHILD) & (role <= SPOUSE)
    family = np.where(parent, 2, np.where(partner, 1, 0))
    word = spread(number + household + seed * 7_919, 31)
    joined = dice.happens(JOINED, p.JOINED_IN_HISTORY_PPM, size)
    blocked = dice.happens(BLOCKED, p.BLOCKED_PPM, size)
    return People(
        first=number, service=(seed, chunk, size), household=household, role=role, partner=partner, parent=parent, male=male, born=born, order=order,
        home=home, birthplace=birthplace, income=income, income_band=np.searchsorted(INCOME_BANDS, income, side="right"),
        age_band=age_band, family=family, stage=_stage(role, age_band, partner, parent), event=event, event_day=event_day,
        engagement=np.array(p.ENGAGEMENT)[dice.below(ENGAGED, size, 10)],
        joined=np.where(joined, start + dice.below(JOINED_DAY, size, days), -NEVER),
        blocked=np.where(blocked, start - 300 + dice.below(BLOCKED_DAY, size, days + 300), NEVER),
        holdout=scaled(word, MILLION) < p.HOLDOUT_PPM, seller=seller,
    )  # fmt: skip


def _households(dice: Dice, size: int) -> tuple[Whole, Whole, Whole, Whole]:
    """(household, role, kind of household, position in it) of each customer; the last household may be cut short."""
    kind = dice.pick(HOUSEHOLD, size, [weight for weight, _ in HOUSEHOLDS])
    members = np.array([len(roles) for _, roles in HOUSEHOLDS])[kind]
    household = np.repeat(np.arange(size), members)[:size]
    starts = np.cumsum(members) - members
    position = np.arange(size) - starts[household]
    roles = np.array([roles + (0,) * (LARGEST - len(roles)) for _, roles in HOUSEHOLDS])
    return household, roles[kind[household], position], kind[household], position


def _has(household: Whole, role: Whole, wanted: int) -> Flags:
    return np.bincount(household, weights=role == wanted).astype(bool)[household]


def _sexes(dice: Dice, household: Whole, role: Whole) -> Whole:
    drawn = dice.below(SEX, len(role), 2)
    first = dice.below(FIRST_SEX, len(role), 2)[household]
    second_elder = np.r_[False, (role[1:] == ELDER) & (role[:-1] == ELDER)]
    return np.where(
        role == ADULT, first, np.where(role == SPOUSE, 1 - first, np.where(second_elder, 1 - np.roll(drawn, 1), drawn))
    )


def _births(dice: Dice, household: Whole, role: Whole, position: Whole) -> Whole:
    """Ages that fit together: spouses close, children 22-40 years younger, parents 22-38 older. Nobody over 99."""
    size = len(role)
    band = dice.pick(ADULT_AGE, size, ADULT_AGES)
    within = dice.below(IN_BAND, size, 10)
    age = np.minimum(np.where(band == 1, 18 + within * 7 // 10, 5 + band * 10 + within), 94)[household]
    with_child, with_elder = _has(household, role, CHILD), _has(household, role, ELDER)
    age = np.where(with_child, 27 + age % 24, np.where(with_elder, 25 + age % 30, age))
    age = np.where(_has(household, role, SPOUSE), np.maximum(age, 23), age)
    drawn = dice.below(AGE_GAP, size, 1_000)
    shift = np.select(
        [role == SPOUSE, role == CHILD, role == ELDER],
        [drawn % 7 - 3, -(23 + drawn % 12) - (position == 3) * 2, 24 + drawn % 14],
        0,
    )
    age = np.clip(np.where(role == CHILD, np.maximum(age + shift, drawn % 18), age + shift), 0, 97)
    age = np.where(role == CHILD, np.minimum(age, 24), age)
    return TODAY - age * 365 - age // 4 - 1 - dice.below(BIRTHDAY, size, 364)


def _sellers_among(sellers: Sellers, kind: Whole, born: Whole, male: Whole, home: Whole) -> Whole:
    """Every third seller is a customer too: takes the place of a person living alone. Changes born, male and home there."""
    alone = np.flatnonzero(kind == 0)
    count = min(len(alone) // 20, len(sellers.born) // 3)
    seller = np.full(len(kind), -1, dtype=np.int64)
    numbers = np.arange(count) * 3
    places = alone[:count]
    seller[places] = numbers
    born[places], male[places], home[places] = sellers.born[numbers], sellers.male[numbers], sellers.home[numbers]
    return seller


def _incomes(dice: Dice, household: Whole, role: Whole, born: Whole) -> Whole:
    """Yearly, minor units: a household's means are alike, the old and the very young have less; a child has none."""
    size = len(role)
    shared, own = dice.below(MEANS, size, 1_000)[household], dice.below(INCOME, size, 1_000)
    place = np.where(role == ADULT, shared, (shared * 6 + own * 4) // 10)
    edges = np.array((600_000, *INCOME_STEPS))
    decile, rest = place // 100, place % 100
    income = edges[decile] + (edges[decile + 1] - edges[decile]) * rest // 100
    age = (TODAY - born) // 365
    percent = np.select([age < 25, age < 30, age < 55, age < 65], [55, 85, 110, 90], 60)
    firm = np.where(role == FIRM, income * 30, income * percent // 100)
    return np.where(age < 18, 0, firm) // 10_000 * 10_000


def _events(dice: Dice, role: Whole, born: Whole, start: int, days: int) -> tuple[Whole, Whole]:
    """(event, day): what happens to each customer in the simulated time; at most one thing."""
    size = len(role)
    event = dice.pick(EVENT, size, p.EVENT_IN_TWO_YEARS)
    age = (start - born) // 365
    fits = np.select(
        [event == 1, event == 2, event == 3, event == 4, event == 5],
        [(age >= 22) & (age < 45), (age >= 22) & (age < 43), (age >= 23) & (age < 65), (age >= 20) & (age < 58), (age >= 50) & (age < 66)],
        True,
    )  # fmt: skip
    event = np.where(fits & (role != FIRM) & (age >= 18), event, 0)
    return event, np.where(event > 0, start + dice.below(EVENT_DAY, size, days), NEVER)


def _stage(role: Whole, age_band: Whole, partner: Flags, parent: Flags) -> Whole:
    """Places in STAGES."""
    return np.select(
        [role == FIRM, age_band == 0, age_band >= 6, parent & (age_band <= 2), parent, partner & (age_band >= 4), partner, age_band <= 2],
        [8, 0, 7, 4, 5, 6, 3, 1],
        2,
    )  # fmt: skip
