"""The oracle, DuckDB and Spark agree on every indicator of generated worlds, to the integer."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable
from datetime import date
from importlib.util import find_spec
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.engines import duckdb, spark
from onefold.analytics.engines.lake import Lake
from onefold.analytics.indicators import compute, registered
from onefold.analytics.indicators.compute import figures as figures_of
from onefold.analytics.indicators.days import cut
from onefold.analytics.reference import oracle
from onefold.analytics.reference.oracle import Figures, World
from onefold.analytics.tests.generated import BRIEF, DAYS, MOMENTS, SEEDS, world_from
from onefold.analytics.tests.worlds import derive, lay


def measured(folder: Path, open_lake: Callable[[Path], Lake], known_on: date) -> dict[date, Figures]:
    """All days in one go, as a run measures its history."""
    found: dict[date, Figures] = {}
    with open_lake(folder) as lake:
        for row in compute(lake, DAYS, known_on).to_pylist():
            cell = (row["indicator"], row["row"], row["column"])
            assert cell not in found.setdefault(row["as_of"], {})
            found[row["as_of"]][cell] = (row["numerator"], row["denominator"])
    return found


def agree(world: World, folder: Path, open_lake: Callable[[Path], Lake], moments: list[date]) -> None:
    derive(lay(world, folder), open_lake)
    for known_on in moments:
        figures = measured(folder, open_lake, known_on)
        assert figures == {day: oracle.indicators(world, day, known_on) for day in DAYS}


@settings(BRIEF, max_examples=4)
@given(SEEDS, st.sampled_from(MOMENTS))
def test_duckdb_agrees_with_the_oracle_on_every_day(seed: int, known_on: date) -> None:
    with tempfile.TemporaryDirectory() as name:
        agree(world_from(Random(seed), customers=15, contracts=60), Path(name), duckdb.open_lake, [known_on])


@settings(BRIEF, max_examples=3)
@given(SEEDS, st.sampled_from(DAYS), st.sampled_from(MOMENTS))
def test_a_day_alone_is_the_day_among_others(seed: int, as_of: date, known_on: date) -> None:
    """One day is counted without runs of days, by another way through the code."""
    world = world_from(Random(seed), customers=15, contracts=60)
    with tempfile.TemporaryDirectory() as name:
        derive(lay(world, Path(name)), duckdb.open_lake)
        with duckdb.open_lake(Path(name)) as lake:
            rows = compute(lake, as_of, known_on).to_pylist()
    figures = {(row["indicator"], row["row"], row["column"]): (row["numerator"], row["denominator"]) for row in rows}
    assert {row["as_of"] for row in rows} == {as_of}
    assert figures == oracle.indicators(world, as_of, known_on)


@settings(BRIEF, max_examples=2)
@given(SEEDS, st.sampled_from(MOMENTS))
def test_figures_by_segment_and_region_are_those_of_a_group_of_such_customers_alone(seed: int, known_on: date) -> None:
    world = world_of_segments(Random(seed))
    with tempfile.TemporaryDirectory() as name:
        derive(lay(world, Path(name)), duckdb.open_lake)
        with duckdb.open_lake(Path(name)) as lake:
            divided = cut(lake, DAYS, known_on, by=("segment", "region"), keep=True)
            rows = [row for one in registered() for row in lake.arrow(figures_of(one, divided)).to_pylist()]
    for segment, region in {(row["segment"], row["region"] or "UNKNOWN") for row in world["customers"]}:
        alone = only(world, segment, region)
        found = {
            (row["as_of"], row["indicator"], row["row"], row["column"]): (row["numerator"], row["denominator"])
            for row in rows
            if (row["segment"], row["region"]) == (segment, region)
        }
        expected = {
            (day, *cell): figure for day in DAYS for cell, figure in oracle.indicators(alone, day, known_on).items()
        }
        assert found == expected


def world_of_segments(random: Random) -> World:
    world = world_from(random, customers=12, contracts=60)
    for row in world["customers"]:
        row |= {"segment": random.choice(["YOUNG", "OLD"]), "region": random.choice(["NORTH", None])}
    return world


def only(world: World, segment: str, region: str) -> World:
    """The world as if nobody else lived in it."""
    customers = [
        row for row in world["customers"] if row["segment"] == segment and (row["region"] or "UNKNOWN") == region
    ]
    ids = {row["customer_id"] for row in customers}
    return world | {
        "customers": customers,
        "memberships": [row for row in world["memberships"] if row["customer_id"] in ids],
    }


def test_duckdb_agrees_with_the_oracle_in_a_crowd(tmp_path: Path) -> None:
    crowd = world_from(Random(20260630), customers=150, contracts=600)
    agree(crowd, tmp_path, duckdb.open_lake, [DAYS[-1], DAYS[4], MOMENTS[-3]])


@pytest.mark.spark
@pytest.mark.slow
def test_spark_agrees_with_the_oracle_and_so_with_duckdb(tmp_path: Path) -> None:
    needs_spark()
    crowd = world_from(Random(20260630), customers=150, contracts=600)
    agree(crowd, tmp_path, spark.open_lake, [MOMENTS[-3]])


def needs_spark() -> None:
    lacking = [name for name, there in (("pyspark", find_spec("pyspark")), ("java", shutil.which("java"))) if not there]
    if lacking and "spark" in os.environ.get("ONEFOLD_REQUIRE", "").split(","):
        pytest.fail(f"ONEFOLD_REQUIRE asks for spark, but {' and '.join(lacking)} is missing")
    if lacking:
        pytest.skip(f"NOT TESTED ON SPARK: {' and '.join(lacking)} is missing (install the spark extra and Java)")
