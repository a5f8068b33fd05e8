"""Misconduct planted in a chunk. It leaves the traces it would leave: in contracts, accounts, phones, days and contacts.

KINDS says what each is; the table MISCONDUCT says where. Nobody else's data says it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onefold.simulator.tables import MISCONDUCT
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import CHANNEL_AT, NEVER
from onefold.simulator.world.contracts import Contracts, days
from onefold.simulator.world.conversations import Talks
from onefold.simulator.world.course import ACCEPTED
from onefold.simulator.world.dice import Dice, Flags, Whole
from onefold.simulator.world.people import People
from onefold.simulator.world.sellers import Sellers
from onefold.simulator.world.spells import CANCELLED, LAPSED, Spells, joined, spells

KINDS = (
    "SELF_POLICY",
    "MUTUAL_POLICY",
    "PHANTOM_ACCOUNT",
    "TYING",
    "OFF_BOOK_SALE",
    "PERIOD_END_BUNCHING",
    "PREMIUM_BY_SELLER",
)
SELF, MUTUAL, PHANTOM, TYING, OFF_BOOK, BUNCHING, PAID_BY_SELLER = range(7)
PER_CHUNK = {PHANTOM: 24, TYING: 14, OFF_BOOK: 8, BUNCHING: 18, PAID_BY_SELLER: 12}
"""Cases in ten thousand customers; self and mutual policies follow from how many sellers are customers."""

CROWD = 8
"""Phantom customers at one phone and address."""

WHO, DAY, SERIES, LATER = range(900, 904)


@dataclass
class Planned:
    """`crowd`: place of the first of each phantom's crowd, -1 for real customers; `spells`: contracts to be; `paid_by`: for each of
    them the place of the customer whose... seller pays, -1 otherwise."""

    crowd: Whole
    spells: Spells

    @property
    def idle(self) -> Flags:
        return self.crowd >= 0


def planned(dice: Dice, people: People, sellers: Sellers, start: int, last: int) -> Planned:
    """What will be done by whom to whom; customers of a kind are taken from all over the chunk, each once."""
    size = len(people.role)
    alone = np.bincount(people.household, minlength=size)[people.household] == 1
    fit = np.flatnonzero(
        alone
        & ~people.firm
        & (people.seller < 0)
        & (people.age_band.clip(2, 4) == people.age_band)
        & (people.joined < start)
    )
    order = fit[np.argsort(dice.words(WHO, size)[fit], kind="stable")]
    counts = {kind: number * size // p.CHUNK for kind, number in PER_CHUNK.items()}
    counts[PHANTOM] = counts[PHANTOM] // CROWD * CROWD
    taken = np.split(order, np.cumsum(list(counts.values())))
    crowd = np.full(size, -1)
    phantoms = taken[0]
    crowd[phantoms] = phantoms[np.arange(len(phantoms)) // CROWD * CROWD]
    parts = [
        _phantoms(dice, phantoms, sellers, start),
        *_tying(dice, taken[1], sellers, start, last),
        _bunching(dice, taken[3], sellers, start, last),
        _paid_by_seller(dice, taken[4], sellers, start, last),
        *_among_sellers(people, sellers, start),
    ]
    return Planned(crowd, joined([part for part in parts if len(part)] or parts[:1]))


def _selling(sellers: Sellers, channel: str, count: int, nth: int) -> Whole:
    """The same bad seller of the channel for runs of cases: the last, or the last but `nth`, who is still there."""
    able = np.flatnonzero((sellers.channel == CHANNEL_AT[channel]) & (sellers.until == NEVER))
    return np.full(count, able[-1 - nth % len(able)])


def _plant(kind: int, who: Whole, series: Whole, signed: Whole, channel: str | Whole, seller: Whole) -> Spells:
    made = spells(who, series, signed, channel=CHANNEL_AT[channel] if isinstance(channel, str) else channel)
    made.seller, made.planted = seller.copy(), np.full(len(who), kind)
    return made


def _phantoms(dice: Dice, who: Whole, sellers: Sellers, start: int) -> Spells:
    """A crowd opens one deposit each within ten days and never does anything again."""
    opened = start - 200 + 97 * (np.arange(len(who)) // CROWD) + dice.below(DAY, len(who), 10)
    series = np.full(len(who), p.PLACE_OF["HBANK.DEPOSIT"])
    return _plant(PHANTOM, who, series, opened, "HBANK.BRANCH", _selling(sellers, "HBANK.BRANCH", len(who), 0))


def _tying(dice: Dice, who: Whole, sellers: Sellers, start: int, last: int) -> list[Spells]:
    """A loan and an insurance on the same day from the same seller; the insurance is cancelled within three months."""
    signed = start + 40 + dice.below(DAY, 100 + len(who), last - start - 170)[100:]
    able = np.flatnonzero(
        (sellers.channel == CHANNEL_AT["HBANK.BRANCH"]) & (sellers.grade >= 2) & (sellers.until == NEVER)
    )
    seller = np.full(len(who), able[-1])
    loan = _plant(TYING, who, np.full(len(who), p.PLACE_OF["HBANK.LOAN"]), signed, "HBANK.BRANCH", seller)
    tied = np.array([p.PLACE_OF[code] for code in ("HPC.ACCIDENT", "HLIFE.TERM", "HPC.HOME")])[np.arange(len(who)) % 3]
    insurance = _plant(TYING, who, tied, signed, "HBANK.BRANCH", seller)
    insurance.ended = signed + 20 + dice.below(LATER, 100 + len(who), 70)[100:]
    insurance.end = np.full(len(who), CANCELLED)
    return [loan, insurance]


def _bunching(dice: Dice, who: Whole, sellers: Sellers, start: int, last: int) -> Spells:
    """Signed in the last two days of a month, cancelled in the first nine of the next; one seller, six months."""
    month = np.datetime64(start, "D").astype("datetime64[M]") + 3 + (np.arange(len(who)) % 6) * 3
    first_of_next = (month + 1).astype("datetime64[D]").astype(np.int64)
    signed = first_of_next - 1 - np.arange(len(who)) % 2
    series = np.full(len(who), p.PLACE_OF["HLIFE.WHOLE"])
    made = _plant(BUNCHING, who, series, signed, "HLIFE.AGENTS", _selling(sellers, "HLIFE.AGENTS", len(who), 1))
    made.ended, made.end = first_of_next + dice.below(LATER, 300 + len(who), 9)[300:], np.full(len(who), CANCELLED)
    return made


def _paid_by_seller(dice: Dice, who: Whole, sellers: Sellers, start: int, last: int) -> Spells:
    """Large first premiums from the seller's own salary account; they lapse after the thirteenth month."""
    signed = start + 30 + dice.below(DAY, 400 + len(who), 420)[400:]
    series = np.full(len(who), p.PLACE_OF["HLIFE.CI"])
    made = _plant(PAID_BY_SELLER, who, series, signed, "HLIFE.AGENTS", _selling(sellers, "HLIFE.AGENTS", len(who), 2))
    made.ended = signed + 396 + dice.below(LATER, 500 + len(who), 50)[500:]
    made.end = np.full(len(who), LAPSED)
    return made


def _among_sellers(people: People, sellers: Sellers, start: int) -> list[Spells]:
    """Life agents who are customers: one in two sells to himself, the others in pairs to each other."""
    at = np.flatnonzero(people.seller >= 0)
    life = sellers.channel[people.seller[at]] == CHANNEL_AT["HLIFE.AGENTS"]
    at = at[
        life & (people.age_band[at] >= 2) & (people.age_band[at] <= 4) & (sellers.until[people.seller[at]] == NEVER)
    ]
    at = at[: max(2, len(people.role) // 1_200)]
    alone, pairs = at[::2], at[1::2]
    pairs = pairs[: len(pairs) // 2 * 2]
    other = people.seller[pairs.reshape(-1, 2)[:, ::-1].ravel()] if len(pairs) else pairs
    term = p.PLACE_OF["HLIFE.TERM"]
    made = []
    for kind, who, seller in ((SELF, alone, people.seller[alone]), (MUTUAL, pairs, other)):
        days_ = start + 50 + 31 * np.arange(len(who))
        made.append(_plant(kind, who, np.full(len(who), term), days_, "HLIFE.AGENTS", seller))
    return made


def payers(contracts: Contracts, spells: Spells, people: People) -> Whole:
    """For each contract the seller who pays it, as place of a customer with the same account number, or -1."""
    paid = spells.planted[contracts.spell] == PAID_BY_SELLER
    return np.where(paid, contracts.seller, -1)


def off_book(
    dice: Dice, talks: Talks, people: People, sellers: Sellers, spells: Spells, start: int, last: int
) -> tuple[Whole, Whole, Whole]:
    """Contacts that say accepted where no contract ever came; returns (customer, seller, day) of each."""
    count = PER_CHUNK[OFF_BOOK] * len(people.role) // p.CHUNK
    holds = np.unique(
        spells.who[spells.holding(start) & (np.array([terms.company for terms in p.SERIES])[spells.series] == "HLIFE")]
    )
    held = np.bincount(spells.who[spells.series == p.PLACE_OF["HFUND.EQUITY"]], minlength=len(people.role)) > 0
    fit = holds[
        ~held[holds]
        & ~people.firm[holds]
        & ~people.holdout[holds]
        & (people.blocked[holds] == NEVER)
        & (spells_planted(spells, people)[holds] == 0)
    ]
    who = fit[np.argsort(dice.words(WHO, len(people.role))[fit], kind="stable")][:count]
    seller = _selling(sellers, "HLIFE.AGENTS", len(who), 3)
    day = start + 60 + dice.below(SERIES, len(who), last - start - 120)
    series = np.full(len(who), p.PLACE_OF["HFUND.EQUITY"])
    talks.add(who, np.full(len(who), CHANNEL_AT["HLIFE.AGENTS"]), seller, series, 0, day, ACCEPTED, -1)
    return who, seller, day


def spells_planted(spells: Spells, people: People) -> Whole:
    return np.bincount(spells.who[spells.planted >= 0], minlength=len(people.role))


def misconduct_frame(
    contracts: Contracts, spells: Spells, people: People, sellers: Sellers, unbooked: tuple[Whole, Whole, Whole]
) -> pl.DataFrame:
    """The table MISCONDUCT: first contracts of planted spells, and sales that never became a contract."""
    at = np.flatnonzero(
        (spells.planted[contracts.spell] >= 0)
        & ((contracts.year == 0) | (contracts.spell != np.roll(contracts.spell, 1)))
    )
    who, seller, day = unbooked
    kinds = np.r_[spells.planted[contracts.spell[at]], np.full(len(who), OFF_BOOK)]
    number = pl.concat(
        [pl.Series(contracts.number[at].astype(np.uint64)), pl.repeat(None, len(who), dtype=pl.UInt64, eager=True)]
    )
    return pl.DataFrame(
        {
            "kind": pl.Series(KINDS).gather(kinds),
            "seller": sellers.frame["seller"].gather(np.r_[contracts.seller[at], seller]),
            "contract": number,
            "party": people.party[np.r_[contracts.who[at], who]].astype(np.uint64),
            "on": days(np.r_[contracts.signed[at], day]),
        }
    ).select(list(MISCONDUCT))
