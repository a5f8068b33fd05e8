"""The oracle, DuckDB and Spark agree on every indicator of generated worlds, to the integer."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.engines import duckdb, spark
from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators import compute
from onefold.analytics.reference import oracle
from onefold.analytics.reference.oracle import Figures, World
from onefold.analytics.tests.generated import BRIEF, DAYS, MOMENTS, SEEDS, world_from
from onefold.analytics.tests.worlds import derive, lay

CROWD_MOMENTS = [(DAYS[3], DAYS[-1]), (DAYS[5], DAYS[4]), (DAYS[4], MOMENTS[-3])]


def measured(folder: Path, open_lake: Callable[[Path], Lake], moments: Iterable[tuple[date, date]]) -> list[Figures]:
    found = []
    with open_lake(folder) as lake:
        for as_of, known_on in moments:
            rows = compute(lake, as_of, known_on).to_pylist()
            assert {row["as_of"] for row in rows} <= {as_of}
            found.append(
                {(row["indicator"], row["row"], row["column"]): (row["numerator"], row["denominator"]) for row in rows}
            )
    return found


def agree(world: World, folder: Path, open_lake: Callable[[Path], Lake], moments: list[tuple[date, date]]) -> None:
    derive(lay(world, folder), open_lake)
    for moment, figures in zip(moments, measured(folder, open_lake, moments), strict=True):
        assert figures == oracle.indicators(world, *moment)


@settings(BRIEF, max_examples=5)
@given(SEEDS, st.sampled_from(DAYS), st.sampled_from(MOMENTS))
def test_duckdb_agrees_with_the_oracle(seed: int, as_of: date, known_on: date) -> None:
    with tempfile.TemporaryDirectory() as name:
        agree(world_from(Random(seed), customers=15, contracts=60), Path(name), duckdb.open_lake, [(as_of, known_on)])


def test_duckdb_agrees_with_the_oracle_in_a_crowd(tmp_path: Path) -> None:
    crowd = world_from(Random(20260630), customers=150, contracts=600)
    agree(crowd, tmp_path, duckdb.open_lake, CROWD_MOMENTS)


@pytest.mark.spark
@pytest.mark.slow
def test_spark_agrees_with_the_oracle_and_so_with_duckdb(tmp_path: Path) -> None:
    needs_spark()
    crowd = world_from(Random(20260630), customers=150, contracts=600)
    agree(crowd, tmp_path, spark.open_lake, CROWD_MOMENTS)


def needs_spark() -> None:
    lacking = [name for name, there in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java"))) if not there]
    if lacking and "spark" in os.environ.get("ONEFOLD_REQUIRE", "").split(","):
        pytest.fail(f"ONEFOLD_REQUIRE asks for spark, but {' and '.join(lacking)} is missing")
    if lacking:
        pytest.skip(f"NOT TESTED ON SPARK: {' and '.join(lacking)} is missing (install the spark extra and Java)")
