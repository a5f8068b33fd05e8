"""What moved a figure: the same as counted by hand, and never a rest."""

from __future__ import annotations

import tempfile
from datetime import UTC, date, datetime
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.indicators import Earlier, compute, compute_on, cut, over_time, since_release
from onefold.analytics.indicators.movements import MOVED, MovementBroken, movement
from onefold.analytics.reference import oracle
from onefold.analytics.reference.oracle import World
from onefold.analytics.tests.generated import BRIEF, DAYS, MOMENTS, SEEDS, world_from
from onefold.analytics.tests.worlds import TODAY, contract, derive, lay, membership, worked_case
from onefold.seam import datasets, store

Told = dict[tuple[str, str], dict[tuple[str, str], tuple[int, int]]]


def told(rows: list[dict[str, Any]]) -> Told:
    found: Told = {}
    for row in rows:
        cell = found.setdefault((row["indicator"], row["row"]), {})
        cell[row["part"], row["channel"]] = (row["numerator"], row["denominator"])
    return found


def of_history(world: World, folder: Path, days: list[date], known_on: date) -> list[dict[str, Any]]:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        cuts = cut(lake, days, known_on, keep=True)
        return over_time(lake, cuts, compute_on(lake, cuts).to_pylist())


@settings(BRIEF, max_examples=4)
@given(SEEDS, st.sampled_from(MOMENTS))
def test_every_step_of_every_figure_is_what_the_oracle_counts(seed: int, known_on: date) -> None:
    world = world_from(Random(seed), customers=15, contracts=60)
    with tempfile.TemporaryDirectory() as name:
        rows = of_history(world, Path(name), DAYS, known_on)
    for earlier, later in pairwise(DAYS):
        was, now = (oracle.indicators(world, day, known_on) for day in (earlier, later))
        expected = {
            cell: {("BEFORE", ""): was[*cell, "ALL"], **causes}
            for cell, causes in oracle.movements(world, (earlier, known_on), (later, known_on)).items()
            if (*cell, "ALL") in was and (*cell, "ALL") in now
        }
        assert told([row for row in rows if row["as_of"] == later]) == expected


def release_before(world: World, folder: Path, as_of: date, known_on: datetime) -> Earlier:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        store.write(folder, datasets.INDICATOR_VALUES, compute(lake, as_of, known_on))
    return Earlier(folder, as_of, known_on)


def since(before: Earlier, world: World, folder: Path, as_of: date, known_on: date) -> Told:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        return told(since_release(lake, before, as_of, known_on))


@settings(BRIEF, max_examples=3)
@given(SEEDS, st.sampled_from(DAYS), st.sampled_from(DAYS))
def test_from_release_to_release_merges_stand_alone_and_nothing_is_left_over(seed: int, then: date, now: date) -> None:
    random = Random(seed)
    world = world_from(random, customers=12, contracts=50)
    sources = [row["source_id"] for row in world["memberships"]]
    merged = world | {"memberships": [membership(source, f"c{random.randrange(12)}") for source in sources]}
    known_then, known_now = datetime(2026, 1, 4, 12, tzinfo=UTC), DAYS[-1]
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        before = release_before(world, Path(first), then, known_then)
        found = since(before, merged, Path(second), now, known_now)
    was, linked = (oracle.indicators(one, then, known_then) for one in (world, merged))
    after = oracle.indicators(merged, now, known_now)
    for cell, causes in oracle.movements(merged, (then, known_then), (now, known_now)).items():
        if not {(*cell, "ALL")} <= was.keys() & after.keys():
            assert cell not in found
            continue
        merges = tuple(new - old for new, old in zip(linked[*cell, "ALL"], was[*cell, "ALL"], strict=True))
        expected = {("BEFORE", ""): was[*cell, "ALL"], **causes} | ({("MERGES", ""): merges} if any(merges) else {})
        assert found[cell] == expected


def test_two_customers_who_are_one_and_a_new_meaning_are_told_apart(tmp_path: Path) -> None:
    world = worked_case(second_motor_policy=True)
    before = release_before(world, tmp_path / "before", TODAY, datetime(2026, 7, 1, tzinfo=UTC))
    values = store.read(before.folder, datasets.INDICATOR_VALUES).to_pylist()
    for row in values:
        if (row["indicator"], row["row"]) == ("customer_penetration", "ALL"):
            row |= {"version": 0, "numerator": row["numerator"] + 3}
    schema = datasets.INDICATOR_VALUES.schema
    store.write(before.folder, datasets.INDICATOR_VALUES, pa.Table.from_pylist(values, schema=schema))
    world["memberships"] = [membership(source, "A" if source == "B" else source) for source in "ABCDE"]
    found = since(before, world, tmp_path / "after", TODAY, TODAY)
    assert found["customer_penetration", "ALL"] == {
        ("BEFORE", ""): (11, 4),
        ("DEFINITION", ""): (-3, 0),
        ("MERGES", ""): (-1, -1),
    }
    assert found["contracts_per_customer", "ALL"] == {("BEFORE", ""): (9, 4), ("MERGES", ""): (0, -1)}


def test_the_worked_example_of_the_data_scientists_page(tmp_path: Path) -> None:
    """May of the worked case: F comes, E goes, C buys motor cover through the bank's counter, A's home cover ends."""
    world = worked_case(second_motor_policy=True)
    world["memberships"].append(membership("F", "F"))
    world["customers"].append(world["customers"][0] | {"customer_id": "F", "household_id": "F"})
    for row in world["contracts"]:
        if row["contract_id"] in ("3", "9"):  # A's home cover, E's card
            row["valid_until"] = date(2026, 5, 20)
    world["contracts"] += [
        contract("11", "F", "PC", "PC.MOTOR", channel="TEL", valid_from=date(2026, 5, 2)),
        contract("12", "C", "PC", "PC.MOTOR", channel="BR", valid_from=date(2026, 5, 9)),
    ]
    rows = of_history(world, tmp_path, [date(2026, 4, 30), date(2026, 5, 31)], TODAY)
    assert told(rows)["customer_penetration", "ALL"] == {
        ("BEFORE", ""): (8, 4),
        ("NEW_CUSTOMERS", ""): (1, 1),
        ("LOST_CUSTOMERS", ""): (-1, -1),
        ("NEW_CONTRACTS", "BR"): (1, 0),
        ("LAPSES", ""): (-1, 0),
    }
    causes = {cause: list(added) for cause, added in told(rows)["customer_penetration", "ALL"].items()}
    moved = movement((8, 4), (8, 4), {cause: added for cause, added in causes.items() if cause[0] != "BEFORE"})
    assert {part.part: moved.effect(part) for part in moved.parts} == {
        "NEW_CUSTOMERS": Fraction(-1, 4),
        "LOST_CUSTOMERS": Fraction(1, 4),
        "NEW_CONTRACTS": Fraction(1, 4),
        "LAPSES": Fraction(-1, 4),
    }
    assert told(rows)["multi_company_share", "ALL"] == {
        ("BEFORE", ""): (2, 4),
        ("NEW_CUSTOMERS", ""): (0, 1),
        ("LOST_CUSTOMERS", ""): (0, -1),
    }


def test_causes_that_do_not_lead_to_the_figure_stop_the_run() -> None:
    with pytest.raises(MovementBroken):
        movement((8, 4), (9, 4), {("LAPSES", ""): [-1, 0]})


def test_every_moved_indicator_is_a_registered_one() -> None:
    from onefold.analytics.indicators import registered

    assert set(MOVED) <= {definition.name for definition in registered()}
