"""How likely each customer is to buy each series within 90 days, alone and when contacted: the truth uplift is measured on.

Chances are whole millionths, made by multiplying factors in 1024ths. A contact's effect differs by person, series and
channel; it wears off with repeated contact; and there are people whom it drives away.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER, ONLINE, REMOTE
from onefold.simulator.world.dice import Flags, Whole, scaled, spread
from onefold.simulator.world.people import People, skill_of

COUNT = len(p.SERIES)
KINDS = ("LOST_CAUSE", "PERSUADABLE", "SURE_THING", "SLEEPING_DOG")
LOST_CAUSE, PERSUADABLE, SURE_THING, SLEEPING_DOG = range(4)
MIX = {
    (0, 0): (64, 18, 10, 8), (0, 1): (52, 30, 12, 6), (1, 0): (60, 14, 12, 14), (1, 1): (56, 22, 14, 8),
}  # fmt: skip
"""Per cent of the four kinds by (over 45?, holds contracts of few companies?): what a learner can find. The rest is by chance."""

OWN = (250, 800, 3_400, 2_200)
"""Factor of the chance of an own purchase by kind."""

LIFT = (400, 62_000, 1_500, 0)
"""What one fresh contact adds for a product of middle attraction, ppm, by kind."""

DETERRED = 300
"""Factor left of a sleeping dog's own chance after a contact."""

FATIGUE = (1024, 760, 520, 300, 120, 0)
"""Factor of the lift after 0, 1, 2 ... contacts within the year before."""

ANNOYED = (1024, 1024, 1000, 960, 880, 760)
"""Factor of the own chance when contacted after so many contacts."""

CHANNEL_FACTOR = ((1250, 950), (900, 500), (350, 900))
"""Factor of the lift by class of channel (near, telephone, internet) and age (older, under 35)."""

LARGEST_CHANCE = 600_000


NEAR, TELEPHONE, INTERNET = range(3)
CHANNEL_CLASS = np.array(
    [INTERNET if online else TELEPHONE if remote else NEAR for online, remote in zip(ONLINE, REMOTE, strict=True)]
)
ORDER_CLASS = np.array([(terms.order - 1) // 2 for terms in p.SERIES])
ORDER_FACTOR = np.array(p.ORDER_FACTOR)


@dataclass(frozen=True)
class Leanings:
    """What stays the same of a chunk's people while time runs; each array is customers by series.

    `rest`: chance at rest, before order of acquisition, events and experience; `lift`: what a fresh contact through a seller
    adds; `kinds`: which of the four kinds.
    """

    rest: Whole
    lift: Whole
    kinds: Whole
    age_min: Whole
    age_max: Whole
    young: Flags


def leanings_of(people: People) -> Leanings:
    """The leanings of the people, for the series in the order of `parameters.SERIES`."""
    need = wants(people)
    own = np.array([terms.own for terms in p.SERIES])
    pair = people.party[:, None] * 64 + np.arange(COUNT)
    kinds = _kinds(pair, (people.age_band >= 4).astype(np.int64), (people.engagement < 1000).astype(np.int64))
    rest = own * need // 1024 * people.engagement[:, None] // 1024 * np.array(OWN)[kinds] // 1024
    appeal = np.minimum(need, 2_400) * np.minimum(own, 9_000) // 6_000
    lift = np.array(LIFT)[kinds] * appeal // 1024
    firm = people.firm[:, None]
    low, high = (np.array([getattr(terms, name) for terms in p.SERIES]) for name in ("age_min", "age_max"))
    return Leanings(rest, lift, kinds, np.where(firm, 0, low), np.where(firm, NEVER, high), people.age_band <= 2)


def wants(people: People) -> Whole:
    """Need and means as a factor (1024ths) by customer and series; 0 where the series is not for this kind of customer."""
    age = _factors(p.NEED_BY_AGE, len(p.AGE_BANDS) + 1)[people.age_band]
    income = _factors(p.NEED_BY_INCOME, 5)[people.income_band]
    family = _factors(p.NEED_BY_FAMILY, 3)[people.family]
    firm, person = (
        np.array([kind in terms.kinds.split(",") for terms in p.SERIES], dtype=np.int64)
        for kind in ("ORGANISATION", "PERSON")
    )
    return np.where(people.firm[:, None], firm * 1024, person * (age * income // 1024 * family // 1024))


def _factors(table: Mapping[str, tuple[int, ...]], width: int) -> Whole:
    """One row a group, one column a series; 1024 where the table says nothing."""
    return np.array([table.get(code, (1024,) * width) for code in p.CODES]).T


def _kinds(pair: Whole, over_45: Whole, few: Whole) -> Whole:
    """Which of the four kinds each pair of customer and series is: partly by what can be seen, partly by chance."""
    edges = np.array([[np.cumsum(MIX[old, slow]) for slow in (0, 1)] for old in (0, 1)])[over_45, few]
    place = scaled(spread(pair, 41), 100)
    return sum(((place >= edges[:, at, None]).astype(np.int64) for at in range(3)), np.zeros_like(place))


def own_chances(lean: Leanings, people: People, held: Whole, experience: Whole, day: int) -> Whole:
    """Chance (ppm) that each customer buys each series in the 90 days from `day` by own need. 0: holds it, or may not."""
    distinct = (held > 0).sum(axis=1)
    stage = np.minimum(distinct // 2, 2)
    chance = lean.rest * ORDER_FACTOR[ORDER_CLASS].T[stage] // 1024
    recent = (people.event_day <= day) & (day < people.event_day + 180)
    chance = chance * _event_factors()[np.where(recent, people.event, 0)] // 1024 * experience[:, None] // 1024
    age = people.age_on(day)[:, None]
    fits = (held == 0) & (age >= lean.age_min) & (age <= lean.age_max)
    return np.where(fits, np.minimum(chance, LARGEST_CHANCE), 0)


@cache
def _event_factors() -> Whole:
    return np.array([[p.NEED_BY_EVENT.get(event, {}).get(code, 1024) for code in p.CODES] for event in p.EVENTS])


def contacted_chances(
    lean: Leanings,
    people: People,
    who: Whole,
    series: Whole,
    channel: Whole,
    seller: Whole,
    own: Whole,
    contacts: Whole,
) -> Whole:
    """Chance (ppm) of the pairs (customer, series) when contacted through the channel by the seller (-1: by none).

    `own`: their chances without; `contacts`: how often each was contacted in the year before.
    """
    kind, often = lean.kinds[who, series], np.minimum(contacts, len(FATIGUE) - 1)
    channel_factor = np.array(CHANNEL_FACTOR)[CHANNEL_CLASS[channel], lean.young[who].astype(np.int64)]
    lift = (
        lean.lift[who, series]
        * channel_factor
        // 1024
        * skill_of(people, seller)
        // 1024
        * np.array(FATIGUE)[often]
        // 1024
    )
    willing = own * np.array(ANNOYED)[often] // 1024 + lift
    chance = np.where(kind == SLEEPING_DOG, own * DETERRED // 1024, np.minimum(willing, LARGEST_CHANCE))
    return np.where(own > 0, chance, 0)


def effect_kinds(own: Whole, contacted: Whole) -> Whole:
    """Places in KINDS, read off the two chances themselves: at least half a point up or a quarter down, else sure or lost."""
    effect = contacted - own
    return np.select(
        [effect >= 5_000, effect <= -2_500, own >= 10_000], [PERSUADABLE, SLEEPING_DOG, SURE_THING], LOST_CAUSE
    )
