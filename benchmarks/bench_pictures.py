"""The cockpit's pictures over many customers: seconds of each dataset, and the processor time of all.

    ./onefold bench bench_pictures [CUSTOMERS]      (1,000,000)

The world is drawn column by column: spells over two years, verdicts on twenty series, offers for one customer in ten.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
from machine import describe

AS_OF = date(2026, 6, 30)
KNOWN = datetime(2026, 6, 30, tzinfo=UTC)
SERIES, COMPANIES, REGIONS, SEGMENTS = 20, 8, 31, ("U18", "18-29", "30-44", "45-59", "60+", "ORGANISATION")
CHUNK = 250_000


def main(customers: int = 1_000_000) -> int:
    print(describe())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        draw(folder, customers)
        measure(folder, customers)
    return 0


def draw(folder: Path, customers: int) -> None:
    from onefold.seam import datasets as d
    from onefold.seam import store

    lot = np.random.default_rng(20260630)
    ids = pa.array([f"{number:032x}" for number in range(customers)])
    segment = np.array(SEGMENTS)[lot.integers(0, len(SEGMENTS), customers)]
    kind = np.where(segment == "ORGANISATION", "ORGANISATION", "PERSON")
    region = np.array([f"R{n:02}" for n in range(REGIONS)])[lot.integers(0, REGIONS, customers)]
    nothing = pa.nulls(customers)
    whole(
        folder,
        d.CUSTOMERS,
        customer_id=ids,
        household_id=ids,
        kind=kind,
        sex=nothing,
        birth_month=nothing,
        region=region,
        segment=segment,
    )
    knowing = lot.integers(0, COMPANIES, customers)
    at = pa.array(np.full(customers, np.datetime64(KNOWN.replace(tzinfo=None), "us")), pa.timestamp("us", tz="UTC"))
    whole(folder, d.MEMBERSHIPS, source_id=ids, customer_id=ids, basis=np.full(customers, "ALONE"), recorded_at=at)
    flags = dict.fromkeys(("has_id_number", "has_name", "has_phone"), nothing)
    whole(
        folder,
        d.SOURCE_RECORDS,
        source_id=ids,
        company=companies(knowing),
        kind=kind,
        sex=nothing,
        birth_month=nothing,
        region=region,
        recorded_at=at,
        **flags,
    )
    owners = np.arange(SERIES) % COMPANIES
    codes = np.array([f"S{n:02}" for n in range(SERIES)])
    names = dict.fromkeys(("name_en", "name_zh"), codes) | {"pillar": np.full(SERIES, "INSURANCE"), "line": codes}
    empty = dict.fromkeys(("on_sale_from", "on_sale_until", "age_min", "age_max"), pa.nulls(SERIES))
    grade = {"grade_min": np.ones(SERIES, np.int32), "kinds": np.full(SERIES, "PERSON")}
    whole(folder, d.PRODUCT_SERIES, series=codes, company=companies(owners), **names, **empty, **grade)
    channel = np.array([f"CH{n}" for n in range(COMPANIES)])
    whole(
        folder,
        d.CHANNELS,
        channel=channel,
        company=companies(np.arange(COMPANIES)),
        kind=np.full(COMPANIES, "AGENT"),
        name_en=channel,
        name_zh=channel,
    )
    spells_and_holdings(folder, lot, ids, segment, owners, codes)
    verdicts(folder, lot, ids, codes)
    tenth = ids.slice(0, customers // 10)
    columns = {column.name: column for column in d.OFFERS.columns}
    offers = {
        name: (np.zeros(len(tenth), np.int64) if pa.types.is_integer(column.type) else np.full(len(tenth), "S00"))
        for name, column in columns.items()
    }
    whole(folder, d.OFFERS, **(offers | {"customer_id": tenth}))
    store.write(folder, d.OUTCOMES, d.OUTCOMES.schema.empty_table())


def companies(numbers: np.ndarray) -> np.ndarray:
    return np.array([f"C{n}" for n in range(COMPANIES)])[numbers]


def whole(folder: Path, dataset: object, **columns: object) -> None:
    from onefold.seam import store

    arrays = [pa.array(columns[field.name]).cast(field.type) for field in dataset.schema]
    store.write(folder, dataset, pa.Table.from_arrays(arrays, schema=dataset.schema))


def spells_and_holdings(
    folder: Path, lot: np.random.Generator, ids: pa.Array, segment: np.ndarray, owners: np.ndarray, codes: np.ndarray
) -> None:
    from onefold.seam import datasets as d

    held = lot.random((len(ids), SERIES)) < 0.12
    row, column = np.nonzero(held)
    start = np.datetime64("2016-01-01") + lot.integers(0, 3800, len(row)).astype("timedelta64[D]")
    ended = lot.random(len(row)) < 0.2
    end = pa.array(start + lot.integers(30, 900, len(row)).astype("timedelta64[D]"), mask=~ended)
    learnt = pa.array(np.full(len(row), np.datetime64("2026-06-01T00:00", "us")), pa.timestamp("us", tz="UTC"))
    shared = {
        "customer_id": ids.take(pa.array(row)), "series": codes[column], "company": companies(owners[column]),
        "valid_from": start, "valid_until": end, "known_from": learnt, "known_until": pa.nulls(len(row)),
    }  # fmt: skip
    whole(folder, d.SPELLS, segment=segment[row], **shared)
    contract = pa.array([f"k{number:031x}" for number in range(len(row))])
    channel = lot.integers(0, COMPANIES, len(row))
    sold = {"channel": np.array([f"CH{n}" for n in range(COMPANIES)])[channel], "channel_company": companies(channel)}
    rest = {"seller": pa.nulls(len(row)), "line": codes[column], "premium_minor": lot.integers(1, 10**6, len(row))}
    whole(folder, d.HOLDINGS, contract_id=contract, **shared, **sold, **rest)


def verdicts(folder: Path, lot: np.random.Generator, ids: pa.Array, codes: np.ndarray) -> None:
    """Written in pieces, as the decisions are."""
    from onefold.analytics.pieces import write_pieces
    from onefold.seam import datasets as d

    def pieces():
        for begin in range(0, len(ids), CHUNK):
            part = ids.slice(begin, CHUNK)
            cells = len(part) * SERIES
            ends = pa.array(np.arange(0, cells + 1, SERIES, dtype=np.int32))
            masks = lot.choice(np.array([0, 2, 6, 34, 256], np.int64), cells)
            flat = {
                "series": pa.array(np.tile(codes, len(part))), "blocked": pa.array(masks),
                "actions": pa.array(np.where(masks == 0, "SELL", "")), "sellers": pa.array(np.full(cells, "")), "because": pa.array(np.full(cells, "")),
            }  # fmt: skip
            zero = pa.array(np.zeros(cells, np.int64))
            columns = []
            for field in d.DECISIONS.schema:
                if pa.types.is_list(field.type):
                    values = flat.get(field.name, zero).cast(field.type.value_type)
                    columns.append(pa.ListArray.from_arrays(ends, values).cast(field.type))
                else:
                    columns.append(part)
            yield pa.Table.from_arrays(columns, schema=d.DECISIONS.schema)

    write_pieces(folder, d.DECISIONS, pieces())


def measure(folder: Path, customers: int) -> None:
    from onefold.analytics.engines import duckdb
    from onefold.analytics.pictures import Limits, pictures

    began = last = time.monotonic()
    cpu = time.process_time()
    with duckdb.open_lake(folder) as lake:
        for dataset, table in pictures(lake, AS_OF, KNOWN, Limits(least=11, step=10)):
            now = time.monotonic()
            print(f"  {dataset.name:15} {len(table):8,} rows {now - last:6.1f} s")
            last = now
    spent = time.process_time() - cpu
    print(f"  pictures of {customers:,} customers: {time.monotonic() - began:.1f} s, {spent:.1f} s of processor time")


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in sys.argv[1:])))
