"""Numbers by which persons, organisations, telephones and accounts are known: well formed, and each given only once.

No number is anybody's: phones begin with 154 or 0999, which nobody has, accounts with 9990. A resident number must begin with
a real division and carry a real day; it is as invented as the name beside it.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import polars as pl

from onefold.simulator.world.dice import Dice, Flags, Whole
from onefold.simulator.world.places import DIVISIONS

TERRITORY = 10
HOMES = 6
"""A chunk's people live in the first six of its ten divisions and were born in any of the ten."""

_ALL = 10**6
_TERRITORY_STREAM = 1
_RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_RESIDENT_CHECK = pl.Series(list("10X98765432"))
_CREDIT_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_CREDIT_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
_PHONES, _ACCOUNTS = 10**8, 10**12


@cache
def territory(seed: int, chunk: int) -> tuple[Whole, Whole]:
    """The chunk's divisions (places in DIVISIONS) and how many chunks before it have each: two never share a number."""
    weights = [min(row[3], 14) for row in DIVISIONS]
    drawn = Dice(seed, _ALL).pick(_TERRITORY_STREAM, TERRITORY * (chunk + 1), weights).reshape(-1, TERRITORY)
    before, own = drawn[:-1], drawn[-1]
    return own, (before[:, :, None] == own).any(axis=1).sum(axis=0)


def in_order(born: Whole, place: Whole, male: Flags) -> tuple[Whole, Whole]:
    """(birth, order): the how-manieth of one day, division and sex each is; the third of a day is born the day after."""
    born = born.copy()
    for _ in range(4):
        key = (born * 64 + place) * 2 + male
        rows = np.argsort(key, kind="stable")
        new = np.r_[True, key[rows][1:] != key[rows][:-1]]
        starts = np.maximum.accumulate(np.where(new, np.arange(len(key)), 0))
        order = np.empty_like(born)
        order[rows] = np.arange(len(key)) - starts
        if order.size == 0 or order.max() < 2:
            break
        born += order // 2
    return born, order % 2


def resident_ids(division: Whole, born: Whole, order: Whole, male: Flags) -> pl.Series:
    """GB 11643: division, day of birth, order (0..499, doubled and odd for men) and check character."""
    days = born.astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    year, month = months.astype(np.int64) // 12 + 1970, months.astype(np.int64) % 12 + 1
    day = (days - months.astype("datetime64[D]")).astype(np.int64) + 1
    number = ((division * 10_000 + year) * 10_000 + month * 100 + day) * 1_000 + order * 2 + male
    total, rest = np.zeros_like(number), number
    for weight in reversed(_RESIDENT_WEIGHTS):
        total, rest = total + rest % 10 * weight, rest // 10
    return pl.Series(number).cast(pl.String) + _RESIDENT_CHECK.gather(total % 11)


def credit_codes(division: Whole, serial: Whole) -> pl.Series:
    """GB 32100: 91 (a firm), division, nine characters of its own and a check character."""
    digits = [np.full_like(serial, 9), np.ones_like(serial)]
    digits += [division // 10**power % 10 for power in range(5, -1, -1)]
    digits += [serial // 31**power % 31 for power in range(8, -1, -1)]
    total = sum(digit * weight for digit, weight in zip(digits, _CREDIT_WEIGHTS, strict=True))
    letters = pl.Series(list(_CREDIT_ALPHABET))
    parts = pl.DataFrame([letters.gather(digit).alias(str(at)) for at, digit in enumerate([*digits, -total % 31])])
    return parts.select(pl.concat_str(pl.all())).to_series()


def padded(prefix: str, numbers: Whole, width: int) -> pl.Series:
    """`prefix` and the number with leading zeros."""
    return prefix + (pl.Series(numbers) + 10**width).cast(pl.String).str.slice(1)


def scattered(numbers: Whole, size: int, salt: int) -> Whole:
    """Numbers below `size` (a power of ten) in another order, each still once."""
    step = 618_033_988_749 // 10 ** max(0, 12 - len(str(size - 1))) // 10 * 10 + (3, 7, 9, 1)[salt % 4]
    return (numbers % size * (step % size) % size + salt * 7_919) % size


def phones(numbers: Whole) -> pl.Series:
    return padded("154", scattered(numbers, _PHONES, 1), 8)


def lines(numbers: Whole) -> pl.Series:
    """Fixed lines of organisations."""
    return padded("0999", scattered(numbers, _PHONES, 2), 8)


def accounts(numbers: Whole) -> pl.Series:
    wide = scattered(numbers % 10**6, 10**6, 3) + numbers // 10**6 * 10**6
    return padded("9990", wide % _ACCOUNTS, 12)
