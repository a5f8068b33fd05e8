"""Penetration by series as of a past day, beside a bare scan of the same columns, and two years of history; on made-up spells.

    ./onefold bench bench_indicators [CUSTOMERS]      (1,000,000; about three spells each)

Spells are written straight into the datasets' shape, in key order, by DuckDB; the same number gives the same rows. Three questions:
as of a past day by all that is known; the same as known on an arbitrary day; and on a smaller size whether DuckDB and Spark
give the same integers (where Java and PySpark are there). Each query is timed beside its scan, turn by turn; medians and their ratio.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path

import duckdb
from machine import describe

from onefold.analytics.engines import duckdb as engine
from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators import compute, cut, registered, with_history
from onefold.analytics.indicators.compute import figures

CUSTOMERS, SMALL, TURNS = 1_000_000, 20_000, 7
PAST, KNOWN_ON, LATEST = date(2024, 6, 30), date(2025, 9, 15), date(2026, 6, 1)
PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 256000)"

SPELLS = """
    SELECT md5(i::VARCHAR) AS customer_id, 'S' || lpad(s::VARCHAR, 2, '0') AS series, 'C' || (s % 8) AS company,
           'SEG' || (i % 5) AS segment, begun AS valid_from,
           CASE WHEN h % 7 < 4 THEN NULL ELSE begun + (90 + (h // 11) % 2000)::INT END AS valid_until,
           TIMESTAMPTZ '2025-05-01 00:00:00+00' + INTERVAL 1 DAY * ((h // 13) % 390)::INT AS known_from,
           CASE WHEN h % 17 = 0 THEN TIMESTAMPTZ '2026-05-27 12:00:00+00' END AS known_until
    FROM (SELECT i, s, hash(i * 100 + s + 7) AS h, DATE '2012-01-01' + (hash(i * 100 + s) % 5200)::INT AS begun
          FROM range({customers}) c(i), range(20) u(s) WHERE hash(i * 100 + s) % 1000 < 150)
"""
ACTIVE = """
    SELECT customer_id, company, min(valid_from) AS valid_from, nullif(max(coalesce(valid_until, DATE '9999-12-31')),
           DATE '9999-12-31') AS valid_until, min(known_from) AS known_from, NULL::TIMESTAMPTZ AS known_until
    FROM (SELECT * FROM '{spells}' UNION ALL BY NAME SELECT * REPLACE ('ALL' AS company) FROM '{spells}')
    GROUP BY ALL
"""
"""Not what the run makes of them (a gap counts as active); of the same size and shape, which is all that a scan feels."""
HOLDINGS = """
    SELECT md5(customer_id || series) AS contract_id, customer_id, company, series, 'L' || (ascii(series[3]) % 6) AS line,
           'CH' || (hash(customer_id) % 9) AS channel, 'C' || (hash(customer_id) % 5) AS channel_company, NULL::VARCHAR AS seller,
           valid_from, valid_until, 10000::BIGINT AS premium_minor, known_from, known_until FROM '{spells}'
"""
SCAN = "SELECT sum(strlen({code})), {days}, {moments} FROM '{file}'"
# Every value is looked at, as cheaply as can be: a minimum or a count would be answered from the file's statistics.
DAYS = ", ".join(f"bit_xor({name} - DATE '1970-01-01')" for name in ("valid_from", "valid_until"))
MOMENTS = {
    True: "bit_xor(epoch_us(known_until))",
    False: "bit_xor(epoch_us(known_from)), bit_xor(epoch_us(known_until))",
}
"""True: as known now, when the file's statistics already tell that all was known by then, and nobody reads known_from."""


def main(customers: int = CUSTOMERS) -> int:
    print(describe())
    with tempfile.TemporaryDirectory(prefix="onefold-bench-") as name:
        folder = Path(name)
        rows = lay(folder, customers)
        print(f"{customers:,} customers, {rows:,} spells, {size_mb(folder):,.0f} MB of Parquet")
        with engine.open_lake(folder) as lake:
            beside_a_scan(lake, folder, "as of a past day, as known now", LATEST, goal=1.5)
            beside_a_scan(lake, folder, "as of a past day, as known on another", KNOWN_ON, goal=3.0)
        two_years(folder)
    return 0 if "--no-spark" in sys.argv else engines_agree()


def lay(folder: Path, customers: int) -> int:
    """Write the datasets that figures are measured from; return the number of spells."""
    db = duckdb.connect(config={"memory_limit": "6GB", "temp_directory": str(folder / "spill")})
    db.execute("SET TimeZone = 'UTC'")
    spells = folder / "spells.parquet"
    for dataset, query, order in (
        ("spells", SPELLS.format(customers=customers), "customer_id, series, known_from, valid_from"),
        ("active_spells", ACTIVE.format(spells=spells), "customer_id, company, known_from, valid_from"),
        ("holdings", HOLDINGS.format(spells=spells), "contract_id, known_from"),
        ("companies", "SELECT 'C' || i AS company FROM range(8) t(i)", "company"),
        ("product_series", "SELECT 'S' || lpad(i::VARCHAR, 2, '0') AS series FROM range(20) t(i)", "series"),
    ):
        db.execute(f"COPY ({query} ORDER BY {order}) TO '{folder / f'{dataset}.parquet'}' {PARQUET}")
    (found,) = db.execute(f"SELECT count(*) FROM '{spells}'").fetchone() or (0,)
    return int(found)


def size_mb(folder: Path) -> float:
    return sum(path.stat().st_size for path in folder.glob("*.parquet")) / 2**20


def beside_a_scan(lake: Lake, folder: Path, what: str, known_on: date, goal: float) -> None:
    """Time penetration by series and a bare scan of the columns it reads, in turns."""
    (penetration,) = (one for one in registered() if one.name == "series_penetration")

    def ask() -> None:
        lake.arrow(figures(penetration, cut(lake, [PAST], known_on)))

    def scan() -> None:
        for dataset, code in (("spells", "series"), ("active_spells", "company")):
            query = SCAN.format(
                code=code, days=DAYS, moments=MOMENTS[known_on == LATEST], file=folder / f"{dataset}.parquet"
            )
            lake.connection.con.sql(query).to_arrow_table()

    asked, scanned = timed_in_turns(ask, scan)
    ratio = asked / scanned
    print(
        f"{what:<40} {asked:7.3f} s, bare scan {scanned:7.3f} s, ratio {ratio:.2f} (goal {goal}: {said(ratio <= goal)})",
        flush=True,
    )


def timed_in_turns(one: Callable[[], None], other: Callable[[], None]) -> tuple[float, float]:
    """Return the median seconds of both, run alternately so that what else the machine does falls on both."""
    seconds: tuple[list[float], list[float]] = ([], [])
    for _ in range(TURNS):
        for work, spent in ((one, seconds[0]), (other, seconds[1])):
            began = time.perf_counter()
            work()
            spent.append(time.perf_counter() - began)
    return statistics.median(seconds[0]), statistics.median(seconds[1])


def two_years(folder: Path) -> None:
    """Time all definitions on a day and 24 month ends, as a run measures them."""
    began = time.perf_counter()
    with engine.open_lake(folder) as lake:
        values = compute(lake, with_history(LATEST, 24), LATEST)
    print(f"all definitions, 25 days: {values.num_rows:,} figures in {time.perf_counter() - began:.1f} s", flush=True)


def engines_agree() -> int:
    """Measure a smaller size on both engines; return 1 if an integer differs."""
    if find_spec("pyspark") is None or shutil.which("java") is None:
        print("DuckDB = Spark: NOT COMPARED, PySpark or Java is missing")
        return 0
    from onefold.analytics.engines import spark

    days = [PAST, date(2025, 12, 31), LATEST]
    with tempfile.TemporaryDirectory(prefix="onefold-bench-") as name:
        lay(Path(name), SMALL)
        with engine.open_lake(Path(name)) as one, spark.open_lake(Path(name)) as other:
            alike = all(
                compute(one, days, known_on) == compute(other, days, known_on) for known_on in (KNOWN_ON, LATEST)
            )
            rows = compute(one, days, LATEST).num_rows
    print(f"DuckDB = Spark, {SMALL:,} customers, {rows:,} figures on two days of knowledge: {said(alike)}")
    return 0 if alike else 1


def said(true: bool) -> str:
    return "yes" if true else "NO"


if __name__ == "__main__":
    raise SystemExit(main(*map(int, sys.argv[1:])))
