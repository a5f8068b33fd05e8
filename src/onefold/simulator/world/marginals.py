"""The simulated group's figures beside the public ones it was tuned to: `python -m onefold.simulator.world.marginals`."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from onefold.simulator.tables import Chunk
from onefold.simulator.world import parameters as p
from onefold.simulator.world.chunks import BASE_DAY, chunks


@dataclass(frozen=True)
class Figure:
    """A figure of the simulated group, the public one it stands beside (None: there is none), and whose that is."""

    name: str
    value: float
    public: float | None
    source: str


def figures(made: Iterable[Chunk], on: date = BASE_DAY) -> list[Figure]:
    """Figures on the day; chunks are counted one by one, so any number will do."""
    held = pl.concat([_holdings(chunk, on) for chunk in made])
    now, before = held.filter(pl.col("now") > 0), held.filter(pl.col("before") > 0)
    stays = pl.col("now") > 0
    several, four = p.SEVERAL_COMPANIES_PPM, p.FOUR_OR_MORE_PPM
    return [
        Figure("contracts per customer", _mean(now["now"]), *p.CONTRACTS_PER_CUSTOMER),
        Figure("customers of several companies, %", 100 * _share(now, pl.col("companies") >= 2), several[0] / 1e4, several[1]),
        Figure("customers with four contracts or more, %", 100 * _share(now, pl.col("now") >= 4), four[0] / 1e4, four[1]),
        _retention("retention, one contract, %", before.filter(pl.col("before") == 1), stays, p.RETENTION_ONE_PPM),
        _retention("retention, four or more, %", before.filter(pl.col("before") >= 4), stays, p.RETENTION_FOUR_PPM),
        _retention("retention, all, %", before, stays, p.RETENTION_ALL_PPM),
        Figure("growth of customers in the year, %", 100 * (len(now) / max(len(before), 1) - 1), 4.7, "Ping An, annual results 2024"),
    ]  # fmt: skip


def _holdings(chunk: Chunk, on: date) -> pl.DataFrame:
    """Valid contracts of each customer on the day and a year before."""
    contracts, year_before = chunk.tables["contracts"], on - timedelta(days=365)
    found = contracts.group_by("party").agg(
        now=_valid(on).sum(),
        before=_valid(year_before).sum(),
        companies=pl.col("company").filter(_valid(on)).n_unique(),
    )
    return found.with_columns(pl.col("now", "before", "companies").cast(pl.Int64))


def _valid(on: date) -> pl.Expr:
    last = pl.min_horizontal(pl.col("valid_until"), pl.col("ended_on"))
    return (pl.col("valid_from") <= on) & (last.is_null() | (last > on))


def _retention(name: str, before: pl.DataFrame, stays: pl.Expr, public: tuple[int, str]) -> Figure:
    return Figure(name, 100 * _share(before, stays), public[0] / 1e4, public[1])


def _share(frame: pl.DataFrame, condition: pl.Expr) -> float:
    return frame.filter(condition).height / max(frame.height, 1)


def _mean(column: pl.Series) -> float:
    return int(column.sum()) / max(len(column), 1)


def main(customers: int = 50_000, seed: int = 1) -> None:
    for figure in figures(chunks(seed, customers)):
        public = "" if figure.public is None else f"{figure.public:.2f}"
        sys.stdout.write(f"{figure.name:45} {figure.value:8.2f} {public:>8}  {figure.source}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
