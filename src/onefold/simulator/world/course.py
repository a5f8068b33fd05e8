"""The course of two years: window by window, customers buy, are contacted, claim, are disappointed, leave."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER, day_number
from onefold.simulator.world.campaigns import Approaches, approaches_in
from onefold.simulator.world.dice import Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.needs import Leanings, contacted_chances, leanings_of, own_chances
from onefold.simulator.world.opening import COMPANY_OF, MOST
from onefold.simulator.world.people import People
from onefold.simulator.world.spells import (
    BOTH,
    CANCELLED,
    CONTACT,
    LAPSED,
    NOT_RENEWED,
    OWN_NEED,
    RENEWABLE,
    SURRENDERED,
    Spells,
    anniversary,
    full_years,
    joined,
    spells,
)

SOLD_UNTIL = np.array([day_number("2026-01-01") if code == "HLIFE.WHOLE" else NEVER for code in p.CODES])
FIRST_STREAM, STREAMS = 100, 64
(
    BUYS,
    SIGNS,
    WAITS,
    ENDS,
    END_DAY,
    END_HOW,
    LEAVES,
    LEAVE_DAY,
    FREE_LOOK,
    CLAIMS,
    CLAIM_DAY,
    CLAIM_HOW,
    OUTCOME,
    SIGNS_APART,
) = range(14)
APPROACHES = 15
"""Streams of a window: 0-13 of its own, from 15 those of its campaigns."""

NOT_REACHED, DECLINED, LATER, ACCEPTED = range(4)
CLAIM_PPM = {
    "HPC.MOTOR": 42_000, "HPC.HOME": 9_000, "HPC.ACCIDENT": 11_000, "HPC.LIABILITY": 30_000, "HHEALTH.MEDICAL": 30_000,
    "HHEALTH.GROUP": 90_000, "HLIFE.CI": 1_600, "HLIFE.TERM": 150,
}  # fmt: skip
"""Chance of a claim within a window, by series; one claim a contract and window at most."""

CLAIM_RATE = np.array([CLAIM_PPM.get(code, 0) for code in p.CODES])
PAID, PARTLY_PAID, REFUSED, OPEN = range(4)
CLAIM_MIX = (830, 100, 70)
SOUR = (1040, 930, 640)
"""Factor of the experience after a claim paid, partly paid, declined."""


@dataclass
class Claims:
    """`spell`: its place; `how`: PAID, PARTLY_PAID or REFUSED."""

    spell: Whole
    day: Whole
    how: Whole


@dataclass
class Contacted:
    """The approaches of a window with what came of each: chances at that time, whether a contract followed, its cause."""

    approaches: Approaches
    own: Whole
    contacted: Whole
    cause: Whole
    signed: Whole
    outcome: Whole


@dataclass
class Course:
    """All that happened, and how things stand on the last day."""

    spells: Spells
    claims: Claims
    windows: list[Contacted]
    leanings: Leanings
    own_at_end: Whole
    contacts_at_end: Whole
    left: Whole


def course_of(dice: Dice, people: People, opening: Spells, start: int, last: int, idle: Flags) -> Course:
    """From `start` up to and with `last`; `idle` customers do nothing of themselves."""
    lean, size = leanings_of(people), len(people.role)
    experience = 900 + scaled(spread(people.party, 61), 250)
    held_spells, left, counts = opening, np.full(size, NEVER), [np.zeros(size, dtype=np.int64)]
    windows: list[Contacted] = []
    claims: list[Claims] = []
    for window in range(-(-(last + 1 - start) // p.WINDOW)):
        day, stream = start + window * p.WINDOW, FIRST_STREAM + window * STREAMS
        present = (people.joined <= day) & (left > day) & ~idle
        held = held_spells.held(day, size)
        own = np.where(
            present[:, None] & (day + p.WINDOW <= SOLD_UNTIL), own_chances(lean, people, held, experience, day), 0
        )
        approaches = approaches_in(dice, stream + APPROACHES, window, day, people, own, held, present)
        often = np.sum(counts[-4:], axis=0)
        bought, contacted = _purchases(dice, stream, day, people, lean, own, held, present, approaches, often)
        windows.append(contacted)
        counts.append(np.bincount(approaches.who[approaches.contacted], minlength=size))
        new_claims, experience = _claims(dice, stream, day, held_spells, experience)
        claims.append(new_claims)
        left = _endings(dice, stream, day, held_spells, held.sum(axis=1), experience, left, present)
        held_spells = joined([held_spells, _looked_at_again(dice, stream, bought)])
    held = held_spells.held(last + 1, size)
    present = (people.joined <= last) & (left > last) & ~idle
    own = np.where(present[:, None] & (last + 1 < SOLD_UNTIL), own_chances(lean, people, held, experience, last), 0)
    all_claims = Claims(*(np.concatenate([getattr(part, name) for part in claims]) for name in ("spell", "day", "how")))
    return Course(held_spells, all_claims, windows, lean, own, np.sum(counts[-4:], axis=0), left)


def _purchases(
    dice: Dice, stream: int, day: int, people: People, lean: Leanings, own: Whole, held: Whole, present: Flags,
    approaches: Approaches, often: Whole,
) -> tuple[Spells, Contacted]:  # fmt: skip
    """One throw for each customer and series decides, whoever was contacted: below both chances the contract comes anyway,
    between them the contact made (or prevented) it."""
    size, width = own.shape
    throw = dice.ppm(stream + BUYS, size * width).reshape(size, width)
    pair = approaches.who, approaches.series
    would, will = (
        own[pair],
        contacted_chances(lean, people, *pair, approaches.channel, approaches.seller, own[pair], often[approaches.who]),
    )
    reached = approaches.contacted
    buys = throw[pair] < np.where(reached, will, would)
    cause = np.select([~buys, ~reached, throw[pair] < would], [-1, OWN_NEED, BOTH], CONTACT)
    wait = 1 + dice.below(stream + WAITS, len(buys), p.ABLE_TO_WAIT)
    signed = np.where(
        reached, approaches.day + wait, day + 1 + dice.below(stream + SIGNS_APART, len(buys), p.WINDOW - 2)
    )
    outcome = _outcomes(dice, stream, cause, throw[pair] < would)
    of_itself = throw < own
    of_itself[pair] = False
    more = (held > 0) & (held < MOST) & present[:, None] & (day + p.WINDOW <= SOLD_UNTIL)
    age = people.age_on(day)[:, None]
    more &= (age >= lean.age_min) & (age <= lean.age_max)
    again = more & (throw < p.AGAIN_PPM * people.engagement[:, None] // 1024)
    who, series = np.nonzero(of_itself | again)
    alone = spells(who, series, day + 1 + dice.below(stream + SIGNS, len(who), p.WINDOW - 2))
    chosen = np.where(reached, approaches.channel, -1)[buys]
    through = spells(pair[0][buys], pair[1][buys], signed[buys], cause[buys], chosen)
    return joined([alone, through]), Contacted(approaches, would, will, cause, signed, outcome)


def _outcomes(dice: Dice, stream: int, cause: Whole, would: Flags) -> Whole:
    """What the contact's record says: those who buy accept, those driven away decline, the rest is not reached or not willing."""
    drawn = dice.below(stream + OUTCOME, len(cause), 100)
    no = np.select([would, drawn < 34, drawn < 76], [DECLINED, NOT_REACHED, DECLINED], LATER)
    return np.where(cause == CONTACT, ACCEPTED, np.where(cause == BOTH, np.where(drawn < 65, ACCEPTED, LATER), no))


def _looked_at_again(dice: Dice, stream: int, bought: Spells) -> Spells:
    """Some new contracts are cancelled in the free-look period."""
    gone = dice.happens(stream + FREE_LOOK, p.FREE_LOOK_PPM, len(bought))
    bought.ended = np.where(
        gone, bought.signed + 3 + scaled(spread(bought.signed * 64 + bought.who, 62), 11), bought.ended
    )
    bought.end = np.where(gone, CANCELLED, bought.end)
    return bought


def _claims(dice: Dice, stream: int, day: int, held: Spells, experience: Whole) -> tuple[Claims, Whole]:
    at = np.flatnonzero(held.holding(day + 1))
    at = at[dice.happens(stream + CLAIMS, CLAIM_RATE[held.series[at]], len(at))]
    when = day + 2 + dice.below(stream + CLAIM_DAY, len(at), p.WINDOW - 2)
    how = dice.pick(stream + CLAIM_HOW, len(at), CLAIM_MIX)
    experience = experience.copy()
    for outcome, factor in enumerate(SOUR):
        who = np.unique(held.who[at[how == outcome]])
        experience[who] = np.clip(experience[who] * factor // 1024, 300, 1400)
    return Claims(at, when, how), experience


def _endings(
    dice: Dice, stream: int, day: int, held: Spells, total: Whole, experience: Whole, left: Whole, present: Flags
) -> Whole:
    """Ends contracts, and whole relations; changes `held`, returns the day each customer left."""
    size = len(total)
    at = np.flatnonzero(held.holding(day + 1) & (held.ended == NEVER))
    rate = np.array((0, *p.ENDS_PER_WINDOW_PPM))[np.minimum(total, len(p.ENDS_PER_WINDOW_PPM))][held.who[at]]
    rate = np.where(present[held.who[at]], rate * 1024 // experience[held.who[at]], 0)
    ends = dice.happens(stream + ENDS, rate, len(at))
    when, how = day + 1 + dice.below(stream + END_DAY, len(at), p.WINDOW - 1), dice.ppm(stream + END_HOW, len(at))
    yearly = RENEWABLE[held.series[at]]
    quietly = yearly & (how < p.NOT_RENEWED_PPM)
    due = anniversary(held.signed[at] + 1, full_years(held.signed[at] + 1, when) + 1)
    held.ended[at] = np.where(ends, np.where(quietly, due, when), held.ended[at])
    held.end[at] = np.where(ends, np.where(quietly, NOT_RENEWED, _reasons(held.series[at], how)), held.end[at])
    leaving = np.array((0, *p.LEAVES_PER_WINDOW_PPM))[np.minimum(total, len(p.LEAVES_PER_WINDOW_PPM))]
    leaves = dice.happens(stream + LEAVES, leaving, size) & present
    left = np.where(leaves, day + 1 + dice.below(stream + LEAVE_DAY, size, p.WINDOW - 1), left)
    gone = held.holding(day + 1) & leaves[held.who] & (held.ended > left[held.who])
    held.end[gone] = _reasons(held.series[gone], np.full(int(gone.sum()), 500_000))
    held.ended[gone] = left[held.who[gone]]
    return left


LIFE_LIKE = np.isin(np.array(p.COMPANIES)[COMPANY_OF], ("HLIFE", "HPENSION"))


def _reasons(series: Whole, how: Whole) -> Whole:
    """Life and pension lapse or are surrendered, everything else is cancelled."""
    return np.where(LIFE_LIKE[series], np.where(how < 600_000, LAPSED, SURRENDERED), CANCELLED)
