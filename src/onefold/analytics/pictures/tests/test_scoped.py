"""Figures over a company's or a region's customers: those of a lake that holds nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from onefold.analytics import indicators
from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.indicators import scoped
from onefold.analytics.pictures.crowds import crowds
from onefold.analytics.pictures.step import scopes_of_customers
from onefold.analytics.pictures.tests.test_pictures import AS_OF, EXACT, KNOWN_ON, drawn_world, scopes_of
from onefold.analytics.publication import Limits
from onefold.analytics.reference.oracle import World
from onefold.analytics.tests.worlds import derive, lay

MONEY = "contribution"


def figures_of(world: World, folder: Path) -> dict[tuple[str, str, str], tuple[int, int]]:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        rows = indicators.compute(lake, AS_OF, KNOWN_ON).to_pylist()
    return {(r["indicator"], r["row"], r["column"]): (r["numerator"], r["denominator"]) for r in rows}


def scoped_of(world: World, folder: Path, limits: Limits) -> list[dict[str, object]]:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        return scoped(lake, scopes_of_customers(lake, crowds(lake)), AS_OF, KNOWN_ON, limits)


@pytest.mark.parametrize("scope", [("COMPANY", "C2"), ("REGION", "EAST")])
def test_a_scopes_figures_are_those_of_its_customers_alone(tmp_path: Path, scope: tuple[str, str]) -> None:
    world = drawn_world(4, customers=60)
    inside = {one for one, found in scopes_of(world).items() if scope in found}
    members = [row for row in world["memberships"] if row["customer_id"] in inside]
    alone = world | {
        "memberships": members,
        "customers": [row for row in world["customers"] if row["customer_id"] in inside],
        "contracts": [row for row in world["contracts"] if row["source_id"] in {m["source_id"] for m in members}],
    }
    expected = figures_of(alone, tmp_path / "alone")
    found = {
        (row["indicator"], row["row"], row["column"]): (row["numerator"], row["denominator"])
        for row in scoped_of(world, tmp_path / "all", EXACT)
        if (row["scope_kind"], row["scope"]) == scope
    }
    assert found.keys() == expected.keys()
    assert {cell: found[cell] for cell in found if cell[0] != MONEY} == {
        cell: expected[cell] for cell in expected if cell[0] != MONEY
    }


def test_counts_of_scopes_are_tens_and_never_small(tmp_path: Path) -> None:
    rows = scoped_of(drawn_world(5, customers=120), tmp_path, Limits(11, 10))
    counts = [row[name] for row in rows if row["indicator"] != MONEY for name in ("numerator", "denominator")]
    shown = [count for count in counts if count not in (None, 0, 1)]
    assert shown and None in counts
    assert all(count % 10 == 0 and count >= 10 for count in shown)
