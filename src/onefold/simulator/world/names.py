"""Names of persons and organisations, drawn a column at a time."""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from onefold.simulator.world import name_lists as lists
from onefold.simulator.world.dice import Dice, Whole, scaled, spread


def chinese_names(dice: Dice, purpose: int, born: Whole, male: Whole) -> tuple[pl.Series, pl.Series]:
    """(surname, given name) for each birth (days since 1970) and sex (1 male); takes one purpose."""
    count = len(born)
    words = dice.words(purpose, 4 * count).reshape(4, count)
    surname = surname_places(words[0])
    return surnames().gather(surname), given_names(words[1:], born, male)


def surname_places(words: np.ndarray) -> Whole:
    edges = np.cumsum([row[2] for row in lists.SURNAMES])
    return np.searchsorted(edges, scaled(words, int(edges[-1])), side="right").astype(np.int64)


def given_names(words: np.ndarray, born: Whole, male: Whole) -> pl.Series:
    """`words`: three rows of words."""
    year = born.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    generation = np.searchsorted(lists.GENERATIONS, year, side="right")
    group = generation * 2 + male
    pair = _pairs().gather(group * 160 + scaled(words[0], 10) * 16 + scaled(words[1], 16))
    single = _singles().gather(male * 20 + scaled(words[1], 20))
    return pl.select(pl.when(pl.Series(scaled(words[2], 100) < 14)).then(single).otherwise(pair)).to_series()


@cache
def surnames() -> pl.Series:
    return pl.Series([row[0] for row in lists.SURNAMES])


@cache
def letters() -> pl.Series:
    """The surnames in Latin letters, in the order of the list."""
    return pl.Series([row[1] for row in lists.SURNAMES])


@cache
def _pairs() -> pl.Series:
    """Two-character given names by generation, sex, first and second character."""
    made = [
        first + (second if second != first else "")
        for generation in range(5)
        for sex in "FM"
        for first in lists.FIRST[sex][generation]
        for second in lists.SECOND[sex][generation][:16].ljust(16, lists.SECOND[sex][generation][0])
    ]
    assert len(made) == 1600
    return pl.Series(made)


@cache
def _singles() -> pl.Series:
    return pl.Series([*lists.SINGLE["F"], *lists.SINGLE["M"]])


def minority_names(party: Whole, male: Whole) -> pl.Series:
    """Whole names with the middle dot; the surname stays empty."""
    given = pl.Series([*lists.MINORITY_GIVEN["F"], *lists.MINORITY_GIVEN["M"]])
    last = pl.Series(lists.MINORITY_LAST)
    return given.gather(male * 10 + scaled(spread(party, 21), 10)) + "·" + last.gather(scaled(spread(party, 22), 10))


def foreign_names(household: Whole, party: Whole, male: Whole, salt: int) -> tuple[pl.Series, pl.Series]:
    """(family name, which a household shares, and first name) in Latin letters."""
    first = pl.Series([*lists.FOREIGN_FIRST["F"], *lists.FOREIGN_FIRST["M"]])
    last = pl.Series(lists.FOREIGN_LAST)
    return last.gather(scaled(spread(household, salt), 20)), first.gather(male * 12 + scaled(spread(party, 24), 12))


def organisation_names(city: pl.Series, party: Whole) -> pl.Series:
    """City, a brand of two characters, trade and form."""
    brands, trades, forms = pl.Series(lists.BRANDS), pl.Series(lists.TRADES), pl.Series(lists.FORMS)
    return (
        city.str.slice(0, 2)
        + brands.gather(scaled(spread(party, 25), 20))
        + brands.gather(scaled(spread(party, 26), 20))
        + trades.gather(scaled(spread(party, 27), len(lists.TRADES)))
        + forms.gather(scaled(spread(party, 28), len(lists.FORMS)))
    )
