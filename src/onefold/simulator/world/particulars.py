"""Names, numbers and addresses of a chunk's customers: the table PARTIES."""

from __future__ import annotations

import numpy as np
import polars as pl

from onefold.simulator.tables import PARTIES
from onefold.simulator.world import parameters as p
from onefold.simulator.world.arrangements import NEVER
from onefold.simulator.world.contracts import days
from onefold.simulator.world.dice import Dice, Flags, Whole, scaled, spread
from onefold.simulator.world.names import (
    foreign_names,
    given_names,
    letters,
    minority_names,
    organisation_names,
    surname_places,
    surnames,
)
from onefold.simulator.world.numbers import HOMES, credit_codes, lines, phones, resident_ids, territory
from onefold.simulator.world.people import CHILD, ELDER, FIRM, SPOUSE, People
from onefold.simulator.world.places import DIVISIONS, STREETS
from onefold.simulator.world.sellers import Sellers

NAMES, KINSHIP, EMAIL, MOVED, NEW_PHONE, NEW_SURNAME, CHANGED, FOREIGN, SHARES_PHONE = range(20, 29)
FROM_CHILD_UP = (0, 60_000, 930_000, 320_000, 0)
"""Chance by role of using the phone of the first of the household."""


def parties_frame(
    dice: Dice, seed: int, chunk: int, people: People, sellers: Sellers, crowd: Whole, last: int
) -> pl.DataFrame:
    """The table PARTIES. `crowd`: for phantom customers the place of the first of their crowd (same phone and address), else -1."""
    size, party, adult = len(people.role), people.party, people.role != FIRM
    foreign = dice.happens(FOREIGN, p.FOREIGN_PPM, size)[people.household] & adult & (people.seller < 0) & (crowd < 0)
    places = np.array([DIVISIONS[at][0] for at in territory(seed, chunk)[0]])
    own_id = resident_ids(places[people.birthplace], people.born, people.order, people.male == 1)
    passport = "E" + (pl.Series(10**8 + party % 10**8)).cast(pl.String).str.slice(1)
    firm = credit_codes(places[people.home], 31**6 + party * 1_009)
    id_number = _choose(people.firm, firm, _choose(foreign, passport, own_id))
    id_type = _choose(
        people.firm, _same("CREDIT_CODE", size), _choose(foreign, _same("PASSPORT", size), _same("RESIDENT_ID", size))
    )
    names = _names(dice, seed, chunk, people, foreign)
    changed = dice.below(CHANGED, size, 2_200)[people.household]
    phone, old_phone = _phones(dice, people, crowd)
    frame = pl.DataFrame(
        {
            "party": party.astype(np.uint64),
            "household": (people.first + people.household).astype(np.uint64),
            "kind": _choose(people.firm, _same("ORGANISATION", size), _same("PERSON", size)),
            **names,
            "sex": _choose(people.firm, None, pl.Series(["F", "M"]).gather(people.male)),
            "born_on": days(np.where(people.firm, NEVER, people.born)),
            "id_type": id_type,
            "id_number": id_number,
            "phone": phone,
            "old_phone": old_phone,
            "email": _emails(dice, seed, chunk, people),
            **_addresses(dice, seed, chunk, people, crowd),
            "income_minor": people.income,
            "stage": pl.Series(p.STAGES).gather(people.stage),
            "holdout": people.holdout,
        }
    )
    frame = _as_sellers(frame, people, sellers)
    some = pl.any_horizontal(pl.col("old_surname", "old_phone", "old_address").is_not_null())
    return frame.with_columns(changed_on=pl.when(some).then(days(last - 1 - changed))).select(list(PARTIES))


def _same(text: str, size: int) -> pl.Series:
    return pl.repeat(text, size, eager=True)


def _choose(which: Flags, one: pl.Series | None, other: pl.Series | None) -> pl.Series:
    return pl.select(pl.when(pl.Series(which)).then(one).otherwise(other)).to_series()


def _names(dice: Dice, seed: int, chunk: int, people: People, foreign: Flags) -> dict[str, pl.Series]:
    """Surname, given, latin_name, old_surname. Children bear their father's name, elders are his parents or hers."""
    size, party = len(people.role), people.party
    words = dice.words(NAMES, 4 * size).reshape(4, size)
    own = surname_places(words[0])
    starts = np.searchsorted(people.household, people.household)
    partner_is_father = (people.male[starts] == 0) & people.partner[starts]
    father = np.minimum(starts + partner_is_father, size - 1)
    place = np.where(
        people.role == CHILD, own[father], np.where((people.role == ELDER) & (people.male == 1), own[starts], own)
    )
    surname, given = surnames().gather(place), given_names(words[1:], people.born, people.male)
    minority = dice.happens(KINSHIP, p.MINORITY_PPM, size) & ~foreign & (people.seller < 0)
    surname, given = (
        _choose(minority, _same("", size), surname),
        _choose(minority, minority_names(party, people.male), given),
    )
    family, first = foreign_names(people.first + people.household, party, people.male, 23)
    surname, given = _choose(foreign, family, surname), _choose(foreign, first, given)
    city = pl.Series([DIVISIONS[at][1] for at in territory(seed, chunk)[0][:HOMES]]).gather(people.home)
    surname = _choose(people.firm, organisation_names(city, party), surname)
    renamed = (dice.happens(NEW_SURNAME, np.where(foreign, 300_000, p.NEW_SURNAME_PPM), size)) & (people.male == 0)
    renamed &= (people.role <= SPOUSE) & (people.seller < 0)
    other = _choose(
        foreign, foreign_names(party, party, people.male, 29)[0], surnames().gather(scaled(spread(party, 30), 40))
    )
    return {
        "surname": surname,
        "given": _choose(people.firm, None, given),
        "latin_name": _choose(foreign, first + " " + family, None),
        "old_surname": _choose(renamed, other, None),
    }


def _phones(dice: Dice, people: People, crowd: Whole) -> tuple[pl.Series, pl.Series]:
    size = len(people.role)
    starts = np.searchsorted(people.household, people.household)
    shares = dice.happens(SHARES_PHONE, np.array(FROM_CHILD_UP)[people.role], size)
    owner = np.where(crowd >= 0, crowd, np.where(shares, starts, np.arange(size)))
    changed = dice.happens(NEW_PHONE, p.NEW_PHONE_PPM, size) & (people.seller < 0)
    number = (people.first + owner) * 3
    return _choose(people.firm, lines(number), phones(number)), _choose(
        changed[owner] & ~people.firm, phones(number + 1), None
    )


def _emails(dice: Dice, seed: int, chunk: int, people: People) -> pl.Series:
    size = len(people.role)
    own = surname_places(dice.words(NAMES, 4 * size).reshape(4, size)[0])
    text = letters().gather(own) + pl.Series(people.party * 7 % 10**9).cast(pl.String) + "@mail.example"
    has = dice.happens(EMAIL, p.EMAIL_PPM, size) & (people.age_band > 0) & ((people.age_band < 6) | people.firm)
    return _choose(has, text, None)


def _addresses(dice: Dice, seed: int, chunk: int, people: People, crowd: Whole) -> dict[str, pl.Series]:
    """District and address now and, for households that moved, before."""
    moved = dice.happens(MOVED, p.MOVED_PPM, len(people.role))[people.household]
    host = np.where(crowd >= 0, crowd, np.arange(len(people.role)))
    home, household = people.home[host], people.first + people.household[host]
    before = np.where(scaled(spread(household, 81), 3) == 0, (home + 1) % HOMES, home)
    district, address = _address(seed, chunk, home, household, 82)
    old_district, old_address = _address(seed, chunk, before, household, 92)
    return {
        "district": district,
        "address": address,
        "old_district": _choose(moved, old_district, None),
        "old_address": _choose(moved, old_address, None),
    }


def _address(seed: int, chunk: int, home: Whole, household: Whole, salt: int) -> tuple[pl.Series, pl.Series]:
    rows = [DIVISIONS[at] for at in territory(seed, chunk)[0][:HOMES]]
    district = pl.Series([row[1] + row[2] for row in rows]).gather(home)
    street = pl.Series(STREETS).gather(scaled(spread(household, salt), len(STREETS)))
    number = pl.Series(1 + scaled(spread(household, salt + 1), 480)).cast(pl.String)
    room = 101 + scaled(spread(household, salt + 2), 28) * 100 + scaled(spread(household, salt + 3), 4)
    block = pl.Series(1 + scaled(spread(household, salt + 4), 18)).cast(pl.String)
    return district, district + street + number + "号" + block + "栋" + pl.Series(room).cast(pl.String) + "室"


def _as_sellers(frame: pl.DataFrame, people: People, sellers: Sellers) -> pl.DataFrame:
    """Sellers who are customers too bear their own name, number and phone."""
    at = np.flatnonzero(people.seller >= 0)
    number = people.seller[at]
    told = {
        "surname": sellers.surname.gather(number),
        "given": sellers.given.gather(number),
        "id_number": sellers.frame["id_number"].gather(number),
        "phone": sellers.frame["phone"].gather(number),
    }
    return (
        frame.with_columns(frame[column].scatter(at, values) for column, values in told.items()) if len(at) else frame
    )
