"""The group itself: branches, channels, rights, agreements, and the sellers of as many chunks as there are customers for."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl

from onefold.simulator.tables import AGREEMENTS, BRANCHES, CHANNEL_PRODUCTS, CHANNELS, SELLERS, Group, Schema
from onefold.simulator.world import arrangements
from onefold.simulator.world.parameters import CHUNK
from onefold.simulator.world.places import DIVISIONS
from onefold.simulator.world.sellers import BRANCH_FROM, sellers_of


def group_of(seed: int, customers: int = 2 * CHUNK) -> Group:
    """The group that serves so many customers; more customers add sellers and change nothing else."""
    return Group(
        branches=_rows(BRANCHES, _branches()),
        channels=_rows(CHANNELS, arrangements.CHANNELS),
        channel_products=_rows(
            CHANNEL_PRODUCTS, [(*row[:2], _day(row[2]), _day(row[3])) for row in arrangements.MATRIX]
        ),
        agreements=_rows(AGREEMENTS, [(*row[:3], _day(row[3]), _day(row[4])) for row in arrangements.AGREEMENTS]),
        sellers=pl.concat([sellers_of(seed, *part).frame for part in parts_of(customers)]) if customers else _none(),
    )


def parts_of(customers: int) -> list[tuple[int, int]]:
    """(number, customers) of each chunk: all full but the last."""
    if customers < 0:
        raise ValueError("no number of customers")
    return [(at, min(CHUNK, customers - at * CHUNK)) for at in range(-(-customers // CHUNK))]


def _branches() -> list[tuple[Any, ...]]:
    found = []
    for company, least in BRANCH_FROM.items():
        rows = [row for row in DIVISIONS if row[3] >= least]
        total = sum(row[3] for row in rows)
        found += [
            (f"{company}-{row[0]}", company, str(row[0]), row[1] + row[2], row[3] * 1_000_000 // total) for row in rows
        ]
    return found


def _rows(schema: Schema, rows: Any) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=schema, orient="row")


def _none() -> pl.DataFrame:
    return pl.DataFrame(schema=SELLERS)


def _day(text: str) -> date | None:
    return None if text == "-" else date.fromisoformat(text)
