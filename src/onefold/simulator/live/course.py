"""Days lived one after the other: the clock moves, sellers call, customers buy, the companies send, the group is measured anew."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import polars as pl

from onefold.simulator.live.answers import Customers
from onefold.simulator.live.day import Office, Seller
from onefold.simulator.live.telling import Book

MORNING, NOON = time(22, 0), time(2, 0)
"""Six in the morning (of the next day) and ten o'clock in Shanghai, in UTC."""

CALLS_A_DAY = 8
"""Of a seller who is as diligent as can be."""


@dataclass(frozen=True)
class Surroundings:
    """What the simulator cannot do itself: move the clock, hand files in at the gate, have the group measured."""

    address: str
    advance: Callable[[datetime], None]
    deliver: Callable[[Path], int]
    measure: Callable[[], bool]


@dataclass(frozen=True)
class Lived:
    """One day in figures."""

    on: date
    answers: Counter[str]
    bought_after_contact: int
    bought_alone: int
    files: int


def live(
    first: date, days: int, sellers_max: int, truth: Path, out: Path, series_of: dict[str, str], around: Surroundings
) -> Iterator[Lived]:
    """Live `days` days from `first` on; each is yielded when its files are in and published on the next morning.

    `truth` is the folder that `simulate` left; what happens is added to it below `lived`. `out` gets the files of each day.
    """
    seed = int(json.loads((truth / "parameters.json").read_text())["order"]["seed"])
    book = Book.of(truth, seed)
    customers = Customers(seed, book.parties, pl.read_parquet(truth / "effects.parquet"), bought=set(book.bought))
    sellers = at_work(book.sellers, first, sellers_max)
    office = Office(around.address, series_of)
    for number in range(days):
        on = first + timedelta(days=number)
        around.advance(datetime.combine(on, NOON, UTC))
        answers, wanted = office.day(sellers, customers, on)
        after_contact = customers.buy(wanted)
        alone = customers.buy(customers.of_their_own(on))
        book.tell([*after_contact, *alone], on, out, truth)
        around.advance(datetime.combine(on, MORNING, UTC))
        files = around.deliver(out / on.isoformat())
        around.measure()
        yield Lived(on, answers, len(after_contact), len(alone), files)


def at_work(sellers: pl.DataFrame, on: date, sellers_max: int) -> list[Seller]:
    """The most diligent sellers in force, at most `sellers_max`; how many calls each makes a day follows from diligence."""
    in_force = sellers.filter(
        (pl.col("valid_from") <= on) & (pl.col("valid_until").is_null() | (pl.col("valid_until") > on))
    )
    chosen = in_force.sort("diligence_ppm", "seller", descending=[True, False]).head(sellers_max)
    return [
        Seller(seller, channel, calls=max(1, CALLS_A_DAY * diligence // 1_000_000))
        for seller, channel, diligence in chosen.select("seller", "channel", "diligence_ppm").iter_rows()
    ]
