"""What the companies send about a day's purchases: the same files, made by the same hands, as those of the simulated past."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import polars as pl

from onefold.simulator.live.answers import Purchase
from onefold.simulator.sending.files import Files
from onefold.simulator.sending.parts import part_of
from onefold.simulator.sending.states import Span
from onefold.simulator.tables import CONTRACTS, IN_CHUNK, RECORDS, Chunk, Schema

LIVE_CHUNK = 1_000_000
"""Chunks of the past are counted from 0; the days lived count from here, so that no two draws are the same."""


@dataclass
class Book:
    """Who is known where, and what a series costs: read from the truth, kept up to date by what is bought."""

    seed: int
    parties: pl.DataFrame
    records: pl.DataFrame
    sellers: pl.DataFrame
    usual: pl.DataFrame
    """one row a series: company, product, premium_minor and term in days (empty = open) as they are most often"""
    bought: frozenset[tuple[int, str]]
    """(party, series) of everything bought on days lived before"""

    @staticmethod
    def of(truth: Path, seed: int) -> Book:
        """Read the truth folder that `simulate` left, and what was added to it on days lived before."""
        contracts = pl.scan_parquet(truth / "contracts.parquet")
        term = (pl.col("valid_until") - pl.col("valid_from")).dt.total_days()
        usual = contracts.group_by("series").agg(
            pl.col("company").first(),
            pl.col("product").mode().sort().first(),
            pl.col("premium_minor").median().cast(pl.Int64),
            term.median().cast(pl.Int64).alias("term"),
        )
        parties, records, sellers = (
            pl.read_parquet(truth / f"{name}.parquet") for name in ("parties", "records", "sellers")
        )
        lived = _lived(truth, "contracts", CONTRACTS)
        bought = frozenset(lived.select("party", "series").iter_rows())
        records = pl.concat([_shaped(records, RECORDS), _lived(truth, "records", RECORDS)])
        return Book(seed, parties, records, sellers, usual.sort("series").collect(), bought)

    def tell(self, purchases: list[Purchase], on: date, out: Path, truth: Path) -> None:
        """Write the files of day `on` below `out`, and the new records and contracts below `truth`."""
        if not purchases:
            return
        bought = pl.DataFrame([vars(purchase) for purchase in purchases], schema=_BOUGHT, orient="row")
        bought = bought.join(self.usual, on="series", how="inner", maintain_order="left", suffix="_usual")
        bought = bought.with_columns(
            pl.when(pl.col("product") == "").then("product_usual").otherwise("product").alias("product"),
            pl.when(pl.col("contract_no") == "")
            .then("premium_minor_usual")
            .otherwise("premium_minor")
            .alias("premium_minor"),
        ).with_row_index("place")
        records = self._records(bought, on)
        contracts = self._contracts(bought, records, on)
        parties = self.parties.filter(pl.col("party").is_in(contracts["party"].unique().implode()))
        tables = {name: _empty(schema) for name, schema in IN_CHUNK.items()}
        known = self.records.filter(pl.col("record").is_in(contracts["record"].unique().implode()))
        tables |= {
            "parties": parties,
            "records": pl.concat([known, records]).unique("record").sort("record"),
            "contracts": contracts,
        }
        self.records = pl.concat([self.records, records])
        self._write(tables, on, out)
        _remember(truth, on, {"records": records, "contracts": contracts})

    def _write(self, tables: dict[str, pl.DataFrame], on: date, out: Path) -> None:
        """The files as of yesterday and today are made; only today's are sent."""
        span = Span(on - timedelta(days=1), 1)
        part = part_of(Chunk(LIVE_CHUNK + on.toordinal(), tables), self.sellers, span, self.seed)
        out.mkdir(parents=True, exist_ok=True)
        files = Files(out, span)
        files.append(piece for piece in part.pieces if piece.day == 1)
        files.finish()

    def _records(self, bought: pl.DataFrame, on: date) -> pl.DataFrame:
        """A record for each party that the company does not know yet."""
        known = self.records.filter(pl.col("double_of").is_null()).select("party", "company")
        fresh = bought.select("party", "company").unique(maintain_order=True)
        fresh = fresh.join(known, on=["party", "company"], how="anti", maintain_order="left").with_row_index("n")
        first = int(self.records["record"].max() or 0) + 1  # type: ignore[arg-type]
        return _shaped(
            fresh.with_columns(
                (pl.col("n") + first).alias("record"),
                pl.format("L{}{}", pl.lit(f"{on:%y%m%d}"), pl.col("n").cast(pl.String).str.zfill(5)).alias(
                    "source_key"
                ),
                pl.lit(on).alias("opened_on"),
                pl.lit(on).alias("seen_on"),
            ),
            RECORDS,
        )

    def _contracts(self, bought: pl.DataFrame, fresh: pl.DataFrame, on: date) -> pl.DataFrame:
        known = pl.concat([self.records, fresh]).filter(pl.col("double_of").is_null())
        held = known.select("party", "company", "record").unique(
            ["party", "company"], keep="first", maintain_order=True
        )
        first = 10**12 + on.toordinal() * 10**6
        rows = bought.join(held, on=["party", "company"], how="inner", maintain_order="left")
        return _shaped(
            rows.with_columns(
                (pl.col("place") + first).cast(pl.UInt64).alias("contract"),
                pl.when(pl.col("contract_no") == "")
                .then(pl.format("L{}{}", pl.lit(f"{on:%y%m%d}"), pl.col("place").cast(pl.String).str.zfill(5)))
                .otherwise("contract_no")
                .alias("contract_no"),
                pl.lit(on).alias("signed_on"),
                pl.lit(on).alias("valid_from"),
                (pl.lit(on) + pl.duration(days=pl.col("term"))).cast(pl.Date).alias("valid_until"),
                pl.when(pl.col("seller") != "").then("seller").alias("seller"),
            ),
            CONTRACTS,
        )


_BOUGHT: Schema = {
    "party": pl.UInt64,
    "series": pl.String,
    "channel": pl.String,
    "seller": pl.String,
    "cause": pl.String,
    "contract_no": pl.String,
    "product": pl.String,
    "premium_minor": pl.Int64,
}


def _remember(truth: Path, on: date, tables: dict[str, pl.DataFrame]) -> None:
    for name, frame in tables.items():
        folder = truth / "lived" / name
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        frame.write_parquet(folder / f"{on.isoformat()}.parquet")


def _lived(truth: Path, name: str, schema: Schema) -> pl.DataFrame:
    """One table of all days lived so far."""
    return pl.concat([_empty(schema), *(pl.read_parquet(path) for path in sorted((truth / "lived" / name).glob("*")))])


def _empty(schema: Schema) -> pl.DataFrame:
    return pl.DataFrame(schema=schema)


def _shaped(rows: pl.DataFrame, schema: Schema) -> pl.DataFrame:
    """The columns of the schema in its order; those that are not there are empty."""
    missing = [pl.lit(None, type_).alias(name) for name, type_ in schema.items() if name not in rows.columns]
    return rows.with_columns(missing).select(pl.col(name).cast(type_) for name, type_ in schema.items())
