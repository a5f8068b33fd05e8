"""What customers held when the simulated time began, and what those who joined later came with."""

from __future__ import annotations

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER, rights
from onefold.simulator.world.dice import Dice, Flags, Whole
from onefold.simulator.world.needs import ORDER_CLASS, wants
from onefold.simulator.world.people import People
from onefold.simulator.world.spells import Spells, anniversary, spells

NUMBER, CHOICE, TENURE, ORDER, WITHIN, STAYS, LATER = range(40, 47)
COMPANY_OF = np.array([p.COMPANIES.index(terms.company) for terms in p.SERIES])
FIRST = np.array([terms.first for terms in p.SERIES])
MOST = np.array([terms.most for terms in p.SERIES])
ORDERS = np.array([terms.order for terms in p.SERIES])
LONGEST_TENURE = 4_200


def opening_of(dice: Dice, people: People, start: int, idle: Flags) -> Spells:
    """First contracts of everybody but the `idle`, oldest first along the natural order of acquisition."""
    new = people.joined > -NEVER
    counts = np.where(idle, 0, _how_many(dice, people, new))
    who = np.repeat(np.arange(len(counts)), counts)
    series = _choices(dice, people, who, counts)
    kept = _occurrence(who, series) < MOST[series]
    who, series = who[kept], series[kept]
    signed = _signing_days(dice, people, who, series, start)
    signed = _within_terms(people, who, series, signed, start)
    kept = signed < np.where(new[who], NEVER, start)
    who, series, signed = who[kept], series[kept], signed[kept]
    made = spells(who, series, signed)
    run_out = ~new[who] & (made.until <= start)
    made.signed = np.where(run_out, start - 1 - (start - signed) % np.maximum(made.years * 365 - 1, 1), signed)
    made.until = np.where(made.until < NEVER, anniversary(made.signed, made.years), NEVER)
    return made


def _how_many(dice: Dice, people: People, new: Flags) -> Whole:
    """More for those who buy often, earn more and have lived longer; the shape of the numbers stays as in the parameters."""
    size = len(new)
    leaning = (
        dice.ppm(NUMBER, size)
        + people.engagement * 280
        + people.income_band * 110_000
        + np.minimum(people.age_band, 4) * 60_000
    )
    found = np.ones(size, dtype=np.int64)
    for group, weights in ((new, p.FIRST_CONTRACTS_NEW), (~new, p.FIRST_CONTRACTS)):
        places = np.flatnonzero(group & (people.age_band > 0))
        ranked = places[np.argsort(leaning[places], kind="stable")]
        edges = np.cumsum(weights)
        found[ranked] = (
            np.searchsorted(edges, np.arange(len(ranked)) * edges[-1] // max(len(ranked), 1), side="right") + 1
        )
    return found


def _choices(dice: Dice, people: People, who: Whole, counts: Whole) -> Whole:
    """A series for each contract: the first by need; the others in the same company, or anywhere, as the customer is."""
    weight = wants(people) * FIRST
    weight[people.age_band == 0] = np.array(p.CODES) == "HBANK.DEPOSIT"
    many = np.searchsorted((2, 4), counts, side="right")
    weight = weight * np.array(p.ORDER_FACTOR)[ORDER_CLASS].T[many] // 1024
    draw = dice.words(CHOICE, len(who)).astype(np.uint64)
    starts = np.cumsum(counts) - counts
    first = starts[counts > 0]
    begun = np.flatnonzero(counts > 0)
    company = np.zeros(len(counts), dtype=np.int64)
    company[begun] = COMPANY_OF[_drawn(weight[begun], draw[first])]
    stays = dice.happens(STAYS, p.STAYS_IN_COMPANY_PPM, len(counts))
    own = company[:, None] == COMPANY_OF
    weight = np.where(
        stays[:, None] & own | ~stays[:, None] & (weight > 0), weight * np.where(own, OWN_COMPANY_FACTOR, 1), 0
    )
    chosen = _drawn(weight[who], draw)
    chosen[first] = _drawn(np.where(own, weight, 0)[begun], draw[first])
    return chosen


OWN_COMPANY_FACTOR = 2


def _drawn(weight: Whole, words: np.ndarray) -> Whole:
    """One column for each row, as likely as its weight; the word is mixed so that it may serve twice."""
    edges = np.cumsum(weight, axis=1)
    place = ((words * edges[:, -1].astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
    return (edges <= place[:, None]).sum(axis=1)


def _occurrence(who: Whole, series: Whole) -> Whole:
    key = who * len(p.SERIES) + series
    rows = np.argsort(key, kind="stable")
    new = np.r_[True, key[rows][1:] != key[rows][:-1]][: len(key)]
    found = np.empty_like(key)
    found[rows] = np.arange(len(key)) - np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))
    return found


def _signing_days(dice: Dice, people: People, who: Whole, series: Whole, start: int) -> Whole:
    """The customer's time with the group cut into equal parts, a contract signed in each, low orders first."""
    rows = np.lexsort((ORDERS[series] * 1_000 + dice.below(ORDER, len(who), 2_500), who))
    place = np.empty_like(who)
    counts = np.bincount(who, minlength=len(people.role))
    place[rows] = np.arange(len(who)) - (np.cumsum(counts) - counts)[who[rows]]
    tenure = dice.below(TENURE, len(counts), 1_000)
    tenure = 60 + (LONGEST_TENURE - 60) * (tenure * tenure // 1_000) // 1_000
    part = tenure[who] // counts[who]
    days = start - tenure[who] + part * place + dice.below(WITHIN, len(who), 1_000) * part // 1_000
    later = people.joined[who] + place * 12 + np.where(place > 0, dice.below(LATER, len(who), 20), 0)
    return np.where(people.joined[who] > -NEVER, later, np.minimum(days, start - 1))


def _within_terms(people: People, who: Whole, series: Whole, signed: Whole, start: int) -> Whole:
    """Moved to where the series was sold and the customer had the age for it; NEVER where no such day is left."""
    first = rights()[0].min(axis=0)[series]
    low, high = (np.array([getattr(terms, name) for terms in p.SERIES])[series] for name in ("age_min", "age_max"))
    firm = people.firm[who]
    born = people.born[who]
    earliest = np.maximum(first + 30, np.where(firm, 0, born + low * 366 + 1))
    latest = np.where(firm, NEVER, born + (high + 1) * 365 - 3)
    moved = np.clip(signed, earliest, np.maximum(latest, earliest))
    return np.where((earliest <= latest) & (moved >= earliest), moved, NEVER)
