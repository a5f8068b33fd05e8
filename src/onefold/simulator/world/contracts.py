"""Contracts, cut out of the spells: a yearly series gives a new contract, with a new number, for every year."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onefold.simulator.tables import CONTRACTS
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import CHANNEL_CODES, NEVER, rights
from onefold.simulator.world.dice import Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.numbers import accounts, padded, scattered
from onefold.simulator.world.opening import COMPANY_OF
from onefold.simulator.world.people import People, seller_for
from onefold.simulator.world.sellers import Sellers
from onefold.simulator.world.spells import CAUSES, ENDS, NOT_RENEWED, RENEWABLE, Spells, anniversary, full_years

CHANNEL, AMOUNT = 60, 61
CONTRACTS_PER_CHUNK = 200_000
PRODUCTS = pl.Series([f"{terms.code}.{name}" for terms in p.SERIES for name in (terms.products * 2)[:2]])
PREFIXES = pl.Series(["HL", "PC", "HH", "HE", "8800", "S", "F", "T"])
AMOUNTS = np.array([terms.amount for terms in p.SERIES])
MIDDLE_INCOME = 9_000_000
DORMANT = 2
"""Place of PHANTOM_ACCOUNT in misconduct.KINDS: such an account holds one yuan."""


@dataclass
class Contracts:
    """One place a contract. `spell`: its place; `year`: how many renewals before it; `number`: its number in the group."""

    spell: Whole
    year: Whole
    who: Whole
    company: Whole
    signed: Whole
    valid_from: Whole
    valid_until: Whole
    ended: Whole
    end: Whole
    channel: Whole
    seller: Whole
    number: Whole

    def of(self, spell: Whole, day: Whole, since: Whole) -> Whole:
        """Place of the contract of the spell that covers the day (-1: none was made). `since`: start of the spells."""
        key = self.spell * 128 + self.year
        wanted = spell * 128 + np.where(self.yearly[spell], full_years(since[spell], day), 0)
        at = np.minimum(np.searchsorted(key, wanted), max(len(key) - 1, 0))
        return np.where(key[at] == wanted, at, -1) if len(key) else np.full(len(spell), -1)

    yearly: Flags


def channels_of(dice: Dice, spells: Spells) -> Whole:
    """Each spell's channel: given, or one of those that may sell the series on the day, as much as they sell."""
    since, until, weight = (part[:, spells.series] for part in rights())
    weight = np.where((since <= spells.signed) & (spells.signed < until), weight, 0)
    weight[np.argmax(rights()[2][:, spells.series], axis=0), np.arange(len(spells))] += weight.sum(axis=0) == 0
    edges = np.cumsum(weight, axis=0)
    place = dice.words(CHANNEL, len(spells)).astype(np.int64) * edges[-1] >> 32
    return np.where(spells.channel >= 0, spells.channel, (edges <= place).sum(axis=0))


def contracts_of(
    dice: Dice, chunk: int, people: People, spells: Spells, start: int, last: int
) -> Contracts:  # fmt: skip
    """Every contract that was valid at some time from `start` and signed by `last`, ordered by spell and year."""
    spells.channel = channels_of(dice, spells)
    begins = spells.signed + 1
    yearly = RENEWABLE[spells.series]
    first = np.where(yearly, full_years(begins, np.maximum(begins, start)), 0)
    stop = np.minimum(np.where(spells.end == NOT_RENEWED, spells.ended - 1, spells.ended), last + 40)
    final = np.where(yearly, np.maximum(full_years(begins, np.maximum(stop, begins)), first), first)
    made = spells.signed <= last
    counts = np.where(made, final - first + 1, 0)
    at = np.repeat(np.arange(len(spells)), counts)
    year = first[at] + np.arange(len(at)) - (np.cumsum(counts) - counts)[at]
    valid_from = np.where(year > 0, anniversary(begins[at], year), begins[at])
    early = 2 + scaled(spread(spells.who[at] * 64 + year, 63), 26)
    signed = np.where(year > 0, valid_from - early, spells.signed[at])
    kept = (signed <= last) & (valid_from < spells.ended[at])
    at, year, valid_from, signed = at[kept], year[kept], valid_from[kept], signed[kept]
    until = np.where(yearly[at], anniversary(begins[at], year + 1), spells.until[at])
    ended = spells.ended[at]
    truly = (ended <= last) & (ended < until) & (spells.end[at] != NOT_RENEWED)
    channel, who = spells.channel[at], spells.who[at]
    seller = seller_for(people, who, channel, spells.series[at], signed)
    seller = np.where(spells.seller[at] >= 0, spells.seller[at], seller)
    return Contracts(
        at, year, who, COMPANY_OF[spells.series[at]], signed, valid_from, until, np.where(truly, ended, NEVER),
        np.where(truly, spells.end[at], 0), channel, seller, chunk * CONTRACTS_PER_CHUNK + np.arange(len(at)), yearly,
    )  # fmt: skip


def contracts_frame(
    contracts: Contracts, spells: Spells, people: People, sellers: Sellers, record: Whole, paid_by: Whole
) -> pl.DataFrame:
    """The table CONTRACTS. `record`: number of each contract's record; `paid_by`: seller who pays it, -1 where nobody does."""
    series, at = spells.series[contracts.spell], contracts.spell
    number = scattered(contracts.number % 10**10, 10**10, 2)
    kind = scaled(spread(at + people.first, 64), 2)
    payer = np.where(paid_by >= 0, (people.first + paid_by) * 2 + 1, (people.first + contracts.who) * 2)
    company = pl.Series(p.COMPANIES).gather(contracts.company)
    return pl.DataFrame(
        {
            "contract": contracts.number.astype(np.uint64),
            "record": record.astype(np.uint64),
            "party": (people.first + contracts.who).astype(np.uint64),
            "company": company,
            "contract_no": PREFIXES.gather(contracts.company) + padded("", number, 10),
            "series": pl.Series(p.CODES).gather(series),
            "product": PRODUCTS.gather(series * 2 + kind),
            "channel": pl.Series(CHANNEL_CODES).gather(contracts.channel),
            "seller": texts(sellers.frame["seller"], contracts.seller),
            "premium_minor": _amounts(contracts, spells, people),
            "signed_on": days(contracts.signed),
            "valid_from": days(contracts.valid_from),
            "valid_until": days(contracts.valid_until),
            "ended_on": days(contracts.ended),
            "end": texts(pl.Series(["", *ENDS[1:4]]), np.where(contracts.end > 0, contracts.end, -1)),
            "payer_account": accounts(payer),
            "cause": pl.Series(CAUSES).gather(spells.cause[at]),
        }
    ).select(list(CONTRACTS))


def _amounts(contracts: Contracts, spells: Spells, people: People) -> Whole:
    """Yearly premium, balance or limit: by means, with a chance of its own, a little dearer every year."""
    series = spells.series[contracts.spell]
    means = np.clip(people.income[contracts.who] * 1024 // MIDDLE_INCOME, 300, 6_000)
    means = np.where(people.firm[contracts.who], 1024, means)
    luck = 600 + scaled(spread(contracts.spell + people.first, 65), 900)
    change = 1000 + contracts.year * 18 + scaled(spread(contracts.number, 66), 40)
    amount = AMOUNTS[series] * means // 1024 * luck // 1024 * change // 1000
    return np.where(spells.planted[contracts.spell] == DORMANT, 100, np.maximum(amount // 1_000 * 1_000, 2_000))


def days(numbers: Whole) -> pl.Series:
    """Days since 1970 as dates; NEVER (either way) as null."""
    found = pl.Series(numbers.astype(np.int32)).cast(pl.Date)
    never = np.abs(numbers) >= NEVER
    return found.set(pl.Series(never), None) if never.any() else found


def texts(names: pl.Series, places: Whole) -> pl.Series:
    """The names at the places; null at -1."""
    return names.gather(pl.Series(places).set(pl.Series(places < 0), None))
