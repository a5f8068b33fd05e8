"""What each company keeps of a customer: records, consents, wishes to be left alone, ties between customers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import polars as pl

from onefold.simulator.tables import BLOCKS, CONSENTS, RECORDS, TIES
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER, day_number
from onefold.simulator.world.contracts import Contracts, days
from onefold.simulator.world.dice import MILLION, Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.numbers import padded, scattered
from onefold.simulator.world.people import ADULT, CHILD, ELDER, SPOUSE, People

DOUBLE, SEEN, FRESH, PROSPECT, PROSPECT_AT, PROSPECT_DAY = range(70, 76)
AGREES, AGREED_DAY, BREADTH, SERVICE, WITHDRAWS, WITHDRAW_DAY, SCOPE = range(76, 83)
BLOCK_AT, BLOCK_TERM, KNOWN, KNOWN_DAY = range(83, 87)
RECORDS_PER_CHUNK = 200_000
COMPANIES = len(p.COMPANIES)
DOUBLE_PPM, PROSPECT_PPM, FRESH_PPM = 28_000, 30_000, 250_000
KEY_PREFIX = pl.Series(["L", "PC", "M", "E", "6230", "S", "F", "T"])
CHILD_COVERED_PPM = 500_000


@dataclass
class Records:
    """One place a record, ordered by customer, company, double. `double_of`: place of the record it doubles, or -1."""

    who: Whole
    company: Whole
    opened: Whole
    seen: Whole
    double_of: Whole
    number: Whole

    def first_of(self, who: Whole, company: Whole) -> Whole:
        """Place of the company's first record of each customer, -1 where it has none."""
        key = (self.who * COMPANIES + self.company) * 2 + (self.double_of >= 0)
        wanted = (who * COMPANIES + company) * 2
        at = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
        return np.where(key[at] == wanted, at, -1)


def records_of(dice: Dice, chunk: int, people: People, contracts: Contracts, start: int, last: int) -> Records:
    """A record wherever a customer has a contract, now and then without one, and now and then two of the same customer."""
    who, company, opened = _opened(dice, people, contracts, start, last)
    double = dice.happens(DOUBLE, DOUBLE_PPM, len(who)) & (people.role[who] != CHILD)
    at = np.repeat(np.arange(len(who)), 1 + double)
    second = np.r_[False, at[1:] == at[:-1]]
    later = opened[at] + scaled(spread(at + people.first, 71), 1_000) * np.maximum(last - opened[at], 0) // 1_000
    opened_on = np.where(second, later, opened[at])
    drawn = dice.below(SEEN, len(at), 1_000) * (last - opened_on) // 1_000
    seen = np.where(dice.happens(FRESH, FRESH_PPM, len(at)), opened_on + drawn, opened_on)
    first = np.maximum.accumulate(np.where(second, 0, np.arange(len(at))))
    return Records(
        who[at],
        company[at],
        opened_on,
        seen,
        np.where(second, first, -1),
        chunk * RECORDS_PER_CHUNK + np.arange(len(at)),
    )


def _opened(dice: Dice, people: People, contracts: Contracts, start: int, last: int) -> tuple[Whole, Whole, Whole]:
    size = len(people.role)
    opened = np.full(size * COMPANIES, NEVER)
    np.minimum.at(opened, contracts.who * COMPANIES + contracts.company, contracts.signed)
    day = start - 400 + dice.below(PROSPECT_DAY, size, 700)
    company = dice.below(PROSPECT_AT, size, COMPANIES - 1)
    asks = dice.happens(PROSPECT, PROSPECT_PPM, size)
    child = (people.role == CHILD) & dice.happens(KNOWN, CHILD_COVERED_PPM, size)
    company = np.where(child, p.COMPANIES.index("HHEALTH"), company)
    extra = np.flatnonzero((asks | child) & (people.joined < day))
    where = extra * COMPANIES + company[extra]
    opened[where] = np.minimum(opened[where], np.maximum(day[extra], people.born[extra] + 30))
    found = np.flatnonzero(opened < last + 1)
    return found // COMPANIES, found % COMPANIES, opened[found]


def record_of_contracts(records: Records, contracts: Contracts) -> Whole:
    """Place of each contract's record: the double takes the later half of the contracts signed since it was opened."""
    at = records.first_of(contracts.who, contracts.company)
    after = np.minimum(at + 1, len(records.who) - 1)
    doubled = (records.double_of[after] == at) & (contracts.signed >= records.opened[after])
    return np.where(doubled & (spread(contracts.number, 72) % 2 == 0), after, at)


def records_frame(records: Records, people: People) -> pl.DataFrame:
    number = records.number.astype(np.uint64)
    key = scattered(records.number % 10**9, 10**9, 1)
    double = pl.Series(np.where(records.double_of >= 0, number[records.double_of], 0)).set(
        pl.Series(records.double_of < 0), None
    )
    return pl.DataFrame(
        {
            "record": number,
            "party": people.party[records.who].astype(np.uint64),
            "company": pl.Series(p.COMPANIES).gather(records.company),
            "source_key": KEY_PREFIX.gather(records.company) + padded("", key, 9),
            "opened_on": days(records.opened),
            "seen_on": days(records.seen),
            "double_of": double,
        },
        schema_overrides=RECORDS,
    ).select(list(RECORDS))


# Consents

NOTICES = (("2019-1", "2019-01-01", 2), ("2023-2", "2023-01-01", 3), ("2025-1", "2025-01-01", 4))
NOTICE_CATEGORIES = pl.Series(["BASIC", "BASIC,HOLDINGS", "BASIC,HOLDINGS,CONTACTS", "BASIC,HOLDINGS,CONTACTS,CLAIMS"])
NOT_IN_2019 = ("HSEC", "HTRUST")
AGREES_PPM, WITHDRAWS_PPM, SERVICE_PPM = 560_000, 60_000, 180_000


def consents_frame(dice: Dice, records: Records, people: People, last: int) -> pl.DataFrame:
    """Who agreed that a company may give what to which other, for what, until when. Doubles were never asked."""
    size = len(records.who)
    asked = (records.double_of < 0) & (people.age_on(last)[records.who] >= 14) & dice.happens(AGREES, AGREES_PPM, size)
    given = np.maximum(records.opened, day_number("2021-11-01")) + dice.below(AGREED_DAY, size, 900) * (
        dice.below(SCOPE, size, 3) > 0
    )
    giving = np.flatnonzero(asked & (given <= last))
    notice = np.searchsorted([day_number(row[1]) for row in NOTICES], given[giving], side="right") - 1
    wide = dice.ppm(BREADTH, len(giving) * COMPANIES).reshape(len(giving), COMPANIES)
    eager = scaled(spread(people.party[records.who[giving]], 73), 5)
    chosen = wide < np.array((60_000, 180_000, 350_000, 600_000, 900_000))[eager][:, None]
    chosen |= np.arange(COMPANIES) == records.company[giving][:, None]
    chosen &= ~(np.isin(p.COMPANIES, NOT_IN_2019) & (notice == 0)[:, None])
    at, to = np.nonzero(chosen)
    return _consent_rows(dice, records, people, giving[at], to, given[giving[at]], notice[at], last)


def _consent_rows(
    dice: Dice, records: Records, people: People, at: Whole, to: Whole, given: Whole, notice: Whole, last: int
) -> pl.DataFrame:
    size = len(at)
    broad = scaled(spread(people.party[records.who[at]], 74), 4)
    withdrawn = given + 30 + dice.below(WITHDRAW_DAY, size, 900)
    withdraws = scaled(spread(records.number[at], 75), MILLION) < WITHDRAWS_PPM
    return pl.DataFrame(
        {
            "record": records.number[at].astype(np.uint64),
            "party": people.party[records.who[at]].astype(np.uint64),
            "company": pl.Series(p.COMPANIES).gather(records.company[at]),
            "to_company": pl.Series(p.COMPANIES).gather(to),
            "purpose": pl.Series(["MARKETING", "SERVICE"]).gather(
                dice.happens(SERVICE, SERVICE_PPM, size).astype(np.int64)
            ),
            "categories": NOTICE_CATEGORIES.gather(np.minimum(np.maximum(broad, 0), notice + 1)),
            "notice_version": pl.Series([row[0] for row in NOTICES]).gather(notice),
            "given_on": days(given),
            "valid_until": days(given + 365 * (3 + scaled(spread(at, 76), 3))),
            "withdrawn_on": days(np.where(withdraws & (withdrawn <= last), withdrawn, NEVER)),
        }
    ).select(list(CONSENTS))


def blocks_frame(dice: Dice, records: Records, people: People, last: int) -> pl.DataFrame:
    """Customers who asked to be left alone, said to one of the companies that know them, for half a year, two years or good."""
    size = len(people.role)
    who = np.flatnonzero(people.blocked <= last)
    starts = np.searchsorted(records.who, np.arange(size + 1))
    counts = starts[1:] - starts[:-1]
    who = who[counts[who] > 0]
    at = starts[who] + dice.words(BLOCK_AT, size)[who].astype(np.int64) % counts[who]
    since = np.maximum(people.blocked[who], records.opened[at])
    term = np.array((183, 365, 730, NEVER, NEVER))[dice.below(BLOCK_TERM, size, 5)[who]]
    return pl.DataFrame(
        {
            "record": records.number[at].astype(np.uint64),
            "party": people.party[who].astype(np.uint64),
            "company": pl.Series(p.COMPANIES).gather(records.company[at]),
            "valid_from": days(since),
            "valid_until": days(np.where(term == NEVER, NEVER, since + term)),
        }
    ).select(list(BLOCKS))


# Ties

TIE_KINDS = pl.Series(["SPOUSE", "CHILD", "PARENT", "SIBLING", "SAME_HOUSEHOLD"])
KNOWN_PPM = 550_000


def ties_frame(records: Records, people: People, last: int) -> pl.DataFrame:
    """Ties a company knows of, between two of its own records of one household; `kind`: what the other is."""
    at = np.flatnonzero(records.double_of < 0)
    home = people.household[records.who[at]] * COMPANIES + records.company[at]
    at = at[np.argsort(home, kind="stable")]
    home = people.household[records.who[at]] * COMPANIES + records.company[at]
    pairs = [(at[:-step], at[step:], home[:-step] == home[step:]) for step in range(1, 5) if len(at) > step]
    one = np.concatenate([left[same] for left, _, same in pairs] or [at[:0]])
    other = np.concatenate([right[same] for _, right, same in pairs] or [at[:0]])
    known = scaled(spread(records.number[one] * 8 + people.role[records.who[other]], 77), MILLION) < KNOWN_PPM
    one, other = one[known], other[known]
    kind = _kinds(people.role[records.who[one]], people.role[records.who[other]])
    since = np.maximum(records.opened[one], records.opened[other]) + scaled(spread(one + people.first, 78), 200)
    kept = np.lexsort((records.number[other], records.number[one]))[: len(one)]
    frame = pl.DataFrame(
        {
            "record": records.number[one].astype(np.uint64),
            "other_record": records.number[other].astype(np.uint64),
            "company": pl.Series(p.COMPANIES).gather(records.company[one]),
            "kind": TIE_KINDS.gather(kind),
            "known_on": days(np.minimum(since, last)),
        }
    ).select(list(TIES))
    return frame[kept]


def _kinds(one: Whole, other: Whole) -> Whole:
    couple: Flags = (one == ADULT) & (other == SPOUSE)
    child = (one <= SPOUSE) & (other == CHILD)
    parent = (one == ADULT) & (other == ELDER)
    elders = (one == ELDER) & (other == ELDER)
    siblings = (one == CHILD) & (other == CHILD)
    return np.select([couple | elders, child, parent, siblings], [0, 1, 2, 3], 4)
