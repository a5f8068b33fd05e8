"""Past campaigns and everyday calls: whom the companies contacted, and how they were chosen.

Some campaigns were drawn by lot (flat, or with a share that depends on a score), so that an effect can be read off; in others
people chose whom to call, and chose those who would have bought anyway. Households of the holdout and customers who asked to
be left alone are in none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import CHANNEL_AT, CHANNELS, rights
from onefold.simulator.world.dice import Dice, Flags, Whole
from onefold.simulator.world.opening import COMPANY_OF
from onefold.simulator.world.people import People, diligence_of, seller_for

FLAT, BY_SCORE, CHOSEN = "FLAT", "BY_SCORE", "CHOSEN"
PLAN: tuple[tuple[str, str, str, int], ...] = (
    ("HPC.MOTOR", "HLIFE.AGENTS", CHOSEN, 0),
    ("HHEALTH.MEDICAL", "HPC.TELEPHONE", FLAT, 500_000),
    ("HFUND.MONEY", "HBANK.ONLINE", BY_SCORE, 0),
    ("HLIFE.CI", "HLIFE.AGENTS", CHOSEN, 0),
    ("HBANK.CARD", "HLIFE.AGENTS", FLAT, 700_000),
    ("HLIFE.ANNUITY", "HBANK.BRANCH", CHOSEN, 0),
    ("HPC.MOTOR", "HBANK.ONLINE", FLAT, 800_000),
    ("HPC.ACCIDENT", "HBANK.BRANCH", BY_SCORE, 0),
    ("HPENSION.PERSONAL", "HBANK.BRANCH", FLAT, 500_000),
    ("HLIFE.TERM", "HLIFE.AGENTS", BY_SCORE, 0),
    ("HFUND.EQUITY", "HBANK.BRANCH", CHOSEN, 0),
    ("HPC.ACCIDENT", "HPC.TELEPHONE", FLAT, 500_000),
)
"""Series, channel, how chosen, share contacted. Five of them run in each window, in turn; any five have different series."""

FIRST_OF_COMPANY = np.searchsorted(COMPANY_OF, np.arange(len(p.COMPANIES)))
"""Place of each company's first series (the series stand company by company, in the order of COMPANIES)."""

AT_ONCE = 5
REACH = 260_000
SCORE_SHARES = (300_000, 800_000)
HABIT = 45_000
"""Customers whom a seller calls in a window without any campaign, on what they seem to need most."""

DRAWN, ARM, DAY, CALLED, CALL_DAY, DILIGENCE = range(6)
EACH = 8
"""Streams of one campaign of a window."""


@dataclass
class Approaches:
    """Whom the companies had in mind in one window: one place for each customer and series. `campaign`: number or -1 for an
    everyday call; `seller`: number in the chunk or -1; `share`: ppm, -1 where a person chose; `contacted`: the arm."""

    who: Whole
    series: Whole
    channel: Whole
    campaign: Whole
    share: Whole
    contacted: Flags
    day: Whole
    seller: Whole


def approaches_in(
    dice: Dice, purpose: int, window: int, day: int, people: People, own: Whole, held: Whole, present: Flags
) -> Approaches:
    """`purpose`: first of the window's streams; `own`: chances of own purchase; `present`: customers of the group now."""
    open_to = (
        present & ~people.holdout & (people.blocked > day + p.WINDOW) & (people.age_band > 0) & (people.seller < 0)
    )
    known = np.add.reduceat(held, FIRST_OF_COMPANY, axis=1) > 0
    taken = np.zeros(own.shape, dtype=bool)
    found = []
    for turn in range(AT_ONCE):
        number = window * AT_ONCE + turn
        part = _campaign(dice, purpose + turn * EACH, number, day, people, open_to & known[:, _home(number)], own)
        taken[part.who, part.series] = True
        found.append(part)
    found.append(_habit(dice, purpose + AT_ONCE * EACH, day, people, open_to, known, np.where(taken, 0, own)))
    return Approaches(
        *(np.concatenate([getattr(part, name) for part in found]) for name in Approaches.__dataclass_fields__)
    )


def campaign_code(number: int) -> str:
    series, channel, _, _ = PLAN[number % len(PLAN)]
    return f"K{number + 1:03d}-{series.split('.')[1]}-{channel.split('.')[0]}"


def _home(number: int) -> int:
    """Place of the company of the campaign's channel."""
    return p.COMPANIES.index(PLAN[number % len(PLAN)][1].split(".")[0])


def _campaign(
    dice: Dice, purpose: int, number: int, day: int, people: People, open_to: Flags, own: Whole
) -> Approaches:
    code, channel_code, how, flat = PLAN[number % len(PLAN)]
    series, channel = p.PLACE_OF[code], CHANNEL_AT[channel_code]
    size = len(open_to)
    allowed = _may_sell(channel, day)[series]
    fits = open_to & (own[:, series] > 0) & allowed
    who = np.flatnonzero(fits & dice.happens(purpose + DRAWN, REACH, size))
    chance = own[who, series]
    high = chance > (np.sort(chance)[len(chance) // 2] if len(chance) else 0)
    if how == FLAT:
        share = np.full(len(who), flat)
    elif how == BY_SCORE:
        share = np.where(high, SCORE_SHARES[1], SCORE_SHARES[0])
    else:
        share = np.where(high, 850_000, 120_000)
    contacted = dice.ppm(purpose + ARM, size)[who] < share
    stated = np.full(len(who), -1) if how == CHOSEN else share
    days = day + dice.below(purpose + DAY, size, 20)[who]
    sold, through = np.full(len(who), series), np.full(len(who), channel)
    seller = seller_for(people, who, through, sold, days)
    return Approaches(who, sold, through, np.full(len(who), number), stated, contacted, days, seller)


def _habit(dice: Dice, purpose: int, day: int, people: People, open_to: Flags, known: Flags, own: Whole) -> Approaches:
    """A seller of life, bank or P&C (whichever knows the customer) calls on what the customer most likely buys anyway; the diligent
    call more."""
    size = len(open_to)
    home = np.select([known[:, p.COMPANIES.index(company)] for company in ("HLIFE", "HBANK", "HPC")], [0, 1, 2], -1)
    who = np.flatnonzero(open_to & (home >= 0) & dice.happens(purpose + CALLED, 2 * HABIT, size))
    channel = np.array([CHANNEL_AT[code] for code in ("HLIFE.AGENTS", "HBANK.BRANCH", "HPC.AGENTS")])[home[who]]
    able = np.stack([_may_sell(at, day) for at in range(len(CHANNELS))])
    chance = np.where(able[channel], own[who], 0)
    series = chance.argmax(axis=1)
    days = day + dice.below(purpose + CALL_DAY, size, 20)[who]
    seller = seller_for(people, who, channel, series, days)
    diligent = dice.ppm(purpose + DILIGENCE, size)[who] < diligence_of(people, seller)
    kept = diligent & (chance.max(axis=1, initial=0) > 0)
    none = np.full(len(who), -1)
    return Approaches(*(part[kept] for part in (who, series, channel, none, none, none < 0, days, seller)))


def _may_sell(channel: int, day: int) -> Flags:
    """Series the channel may sell in the whole window."""
    since, until, _ = rights()
    return (since[channel] <= day) & (until[channel] >= day + p.WINDOW)
