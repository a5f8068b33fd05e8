"""Contacts and campaigns as tables, and the true effects that nobody is told."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl

from onefold.simulator.tables import CAMPAIGN_EFFECTS, CAMPAIGN_MEMBERS, CONTACTS, EFFECTS
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import CHANNEL_CODES, CHANNELS, ONLINE, REMOTE, rights
from onefold.simulator.world.campaigns import campaign_code
from onefold.simulator.world.contracts import Contracts, days, texts
from onefold.simulator.world.course import ACCEPTED, DECLINED, LATER, NOT_REACHED, Contacted, Course
from onefold.simulator.world.dice import MILLION, Dice, Whole, scaled, spread
from onefold.simulator.world.needs import KINDS, contacted_chances, effect_kinds
from onefold.simulator.world.people import People, seller_for
from onefold.simulator.world.records import Records
from onefold.simulator.world.sellers import Sellers
from onefold.simulator.world.spells import OWN_NEED, Spells

ASKS, ASKS_DAY, ASKS_SERIES, CAME = range(90, 94)
CONTACTS_PER_CHUNK = 200_000
OUTCOMES = pl.Series(["NOT_REACHED", "DECLINED", "LATER", "ACCEPTED"])
assert (NOT_REACHED, DECLINED, LATER, ACCEPTED) == (0, 1, 2, 3)
INBOUND_WITHOUT_PPM = 120_000
"""Customers who once in the two years come with a need and buy nothing."""

CAME_PPM = 420_000
"""Contracts of own need that began with the customer coming to a seller or calling."""

COMPANY_OF_CHANNEL = np.array([p.COMPANIES.index(row[1]) for row in CHANNELS])
SERIES, CHANNEL_NAMES, COMPANY_NAMES = pl.Series(p.CODES), pl.Series(CHANNEL_CODES), pl.Series(p.COMPANIES)


class Talks:
    """Rows of CONTACTS before they are one: arrays of customer, channel, seller, series, whether inbound, day, outcome, campaign."""

    def __init__(self) -> None:
        self.rows: list[tuple[Whole, ...]] = []

    def add(
        self,
        who: Whole,
        channel: Whole,
        seller: Whole,
        series: Whole,
        inbound: int,
        day: Whole,
        outcome: Whole | int,
        campaign: Whole | int,
    ) -> None:
        same = np.zeros(len(who), dtype=np.int64)
        self.rows.append((who, channel, seller, series, same + inbound, day, same + outcome, same + campaign))

    def together(self) -> tuple[Whole, ...]:
        return tuple(np.concatenate(column) for column in zip(*self.rows, strict=True))


def talks_of(
    dice: Dice,
    people: People,
    course: Course,
    contracts: Contracts,
    spells: Spells,
    start: int,
    last: int,
) -> Talks:
    """All contacts but those of misconduct: the companies' calls, and customers who came of themselves."""
    talks = Talks()
    for window in course.windows:
        made = window.approaches
        at = np.flatnonzero(made.contacted & (made.day <= last))
        who, channel, series, day = made.who[at], made.channel[at], made.series[at], made.day[at]
        seller = made.seller[at]
        talks.add(who, channel, seller, series, 0, day, window.outcome[at], made.campaign[at])
    fresh = (contracts.year == 0) & (contracts.signed >= start) & (spells.cause[contracts.spell] == OWN_NEED)
    fresh &= (spells.planted[contracts.spell] < 0) & ~np.array(ONLINE)[contracts.channel]
    at = np.flatnonzero(fresh & (scaled(spread(contracts.number, 95), MILLION) < CAME_PPM))
    before = contracts.signed[at] - scaled(spread(contracts.number[at], 96), 6)
    series = spells.series[contracts.spell[at]]
    talks.add(
        contracts.who[at],
        contracts.channel[at],
        contracts.seller[at],
        series,
        1,
        np.maximum(before, start),
        ACCEPTED,
        -1,
    )
    _idle_questions(dice, talks, people, course, start, last)
    return talks


def _idle_questions(dice: Dice, talks: Talks, people: People, course: Course, start: int, last: int) -> None:
    """People who ask and buy nothing: by telephone or in a branch, about what they might need."""
    size = len(people.role)
    day = start + dice.below(ASKS_DAY, size, last + 1 - start)
    asks = (
        dice.happens(ASKS, INBOUND_WITHOUT_PPM, size)
        & (people.joined < day)
        & (course.left > day)
        & (people.age_band > 0)
    )
    who = np.flatnonzero(asks)
    series = course.leanings.rest[who].argmax(axis=1)
    channel = rights()[2][:, series].argmax(axis=0)
    outcome = np.where(dice.below(CAME, size, 3)[who] == 0, DECLINED, LATER)
    talks.add(who, channel, np.full(len(who), -1), series, 1, day[who], outcome, -1)


def contacts_frame(talks: Talks, chunk: int, people: People, records: Records, sellers: Sellers) -> pl.DataFrame:
    """The table CONTACTS, by day. Kept by the channel's company if it knows the customer, else by the series' own company."""
    who, channel, seller, series, inbound, day, outcome, campaign = talks.together()
    company = COMPANY_OF_CHANNEL[channel]
    record = records.first_of(who, company)
    owner = np.array([p.COMPANIES.index(terms.company) for terms in p.SERIES])[series]
    company = np.where(record >= 0, company, owner)
    record = np.where(record >= 0, record, records.first_of(who, owner))
    rows = np.lexsort((series, who, day))
    rows = rows[record[rows] >= 0]
    codes = pl.Series([campaign_code(at) for at in range(int(campaign.max(initial=0)) + 1)])
    return pl.DataFrame(
        {
            "contact": (chunk * CONTACTS_PER_CHUNK + np.arange(len(rows))).astype(np.uint64),
            "record": records.number[record[rows]].astype(np.uint64),
            "party": people.party[who[rows]].astype(np.uint64),
            "company": COMPANY_NAMES.gather(company[rows]),
            "channel": CHANNEL_NAMES.gather(channel[rows]),
            "seller": texts(sellers.frame["seller"], seller[rows]),
            "series": SERIES.gather(series[rows]),
            "direction": pl.Series(["OUTBOUND", "INBOUND"]).gather(inbound[rows]),
            "on": days(day[rows]),
            "outcome": OUTCOMES.gather(outcome[rows]),
            "campaign": texts(codes, campaign[rows]),
        }
    ).select(list(CONTACTS))


def campaign_frames(
    course: Course, people: People, records: Records, start: int, last: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """(CAMPAIGN_MEMBERS, CAMPAIGN_EFFECTS)."""
    members, effects = [], []
    for number, window in enumerate(course.windows):
        at = np.flatnonzero((window.approaches.campaign >= 0) & (window.approaches.day <= last))
        one, two = _campaign_rows(window, at, people, records, min(start + number * p.WINDOW, last))
        members.append(one)
        effects.append(two)
    return pl.concat(members), pl.concat(effects)


def _campaign_rows(
    window: Contacted, at: Whole, people: People, records: Records, day: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    made = window.approaches
    numbers = np.unique(made.campaign[at])
    codes = pl.Series([campaign_code(int(number)) for number in numbers], dtype=pl.String)
    campaign = codes.gather(np.searchsorted(numbers, made.campaign[at]))
    company = COMPANY_OF_CHANNEL[made.channel[at]]
    record = records.first_of(made.who[at], company)
    shared = {
        "campaign": campaign,
        "party": people.party[made.who[at]].astype(np.uint64),
        "series": SERIES.gather(made.series[at]),
        "channel": CHANNEL_NAMES.gather(made.channel[at]),
    }
    share = pl.Series(made.share[at].astype(np.int32)).set(pl.Series(made.share[at] < 0), None)
    members = pl.DataFrame(
        {
            **shared,
            "record": records.number[record].astype(np.uint64),
            "company": COMPANY_NAMES.gather(company),
            "arm": pl.Series(["CONTROL", "CONTACT"]).gather(made.contacted[at].astype(np.int64)),
            "assigned_on": days(np.full(len(at), day)),
            "treated_share_ppm": share,
        },
        schema_overrides={"treated_share_ppm": pl.Int32},
    )
    return members.select(list(CAMPAIGN_MEMBERS)), _effect_rows(shared, window.own[at], window.contacted[at]).select(
        list(CAMPAIGN_EFFECTS)
    )


def _effect_rows(shared: Mapping[str, object], own: Whole, contacted: Whole) -> pl.DataFrame:
    numbers = {"own_ppm": own.astype(np.int32), "contacted_ppm": contacted.astype(np.int32)}
    return pl.DataFrame({**shared, **numbers, "kind": pl.Series(KINDS).gather(effect_kinds(own, contacted))})


def effects_frame(course: Course, people: People, last: int) -> pl.DataFrame:
    """The table EFFECTS: each customer, each series fit for and not held by them, through the nearest and a remote channel."""
    who, series = np.nonzero(course.own_at_end)
    since, until, weight = rights()
    sells = np.where((since <= last) & (last < until), weight, 0)
    parts = []
    for remote in (False, True):
        able = np.where((np.array(REMOTE) == remote)[:, None], sells, 0)
        channel = able.argmax(axis=0)
        kept = able.max(axis=0)[series] > 0
        parts.append((who[kept], series[kept], channel[series[kept]]))
    who, series, channel = (np.concatenate(column) for column in zip(*parts, strict=True))
    own = course.own_at_end[who, series]
    seller = seller_for(people, who, channel, series, np.full(len(who), last))
    contacted = contacted_chances(
        course.leanings, people, who, series, channel, seller, own, course.contacts_at_end[who]
    )
    shared = {
        "party": people.party[who].astype(np.uint64),
        "series": SERIES.gather(series),
        "channel": CHANNEL_NAMES.gather(channel),
    }
    return _effect_rows(shared, own, contacted).select(list(EFFECTS))
