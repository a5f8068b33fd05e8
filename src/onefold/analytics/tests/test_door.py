"""The analyst's door opens a finished release, and nothing that identifies anybody."""

from __future__ import annotations

import subprocess
import sys
from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

import onefold
from onefold.analytics.tests.releases_made import release_of
from onefold.analytics.tests.worlds import TODAY, customer, worked_case


@pytest.fixture(scope="module")
def var(tmp_path_factory: pytest.TempPathFactory) -> Path:
    world = worked_case(second_motor_policy=True)
    world["customers"] = [customer(code, segment="YOUNG" if code in "AB" else "OLD") for code in "ABCDE"]
    world["contracts"][2]["valid_until"] = date(2026, 5, 20)
    folder = tmp_path_factory.mktemp("var")
    release_of(world, folder)
    return folder


def test_the_latest_release_opens_and_tells_its_day(var: Path) -> None:
    with onefold.open(var=var) as release:
        assert (release.release_id, release.as_of) == ("4f0e" * 8, TODAY)
        assert {"spells", "customers"} <= set(release.tables)
        assert release.arrow("customers").num_rows == 5
        assert release.arrow(release.table("spells").count().as_table()).to_pylist() == [{"CountStar(spells)": 8}]
        assert "customer_penetration" in release.indicators


def test_an_indicator_of_a_past_day_by_segment_is_whole_numbers(var: Path) -> None:
    with onefold.open("4f0e", var=var) as release:
        figures = release.indicator("customer_penetration", as_of=date(2026, 5, 1), by=("segment",))
        found = {row["segment"]: (row["numerator"], row["denominator"]) for row in release.arrow(figures).to_pylist()}
        unknown = release.indicator("customer_penetration", known_on=date(2026, 1, 4))
        assert release.arrow(unknown).num_rows == 0, "nothing was known on the day before the first file came"
    assert found == {"YOUNG": (4, 2), "OLD": (4, 2)}


def test_products_per_customer_stand_beside_what_chance_would_give(var: Path) -> None:
    """Five customers known, of whom 2, 2, 1, 2, 1 hold a series on the day: 8/5 over 1 - (3/5)³(4/5)²."""
    with onefold.open(var=var) as release:
        chance = release.chance(as_of=date(2026, 5, 1))
        assert (chance.observed, chance.expected) == (2, Fraction(8, 5) / (1 - Fraction(432, 3125)))
        assert round(float(chance.beyond), 4) == 0.1433
        with pytest.raises(ValueError, match="nobody"):
            release.chance(as_of=date(1999, 1, 1))


def test_a_movement_between_any_two_days_adds_up(var: Path) -> None:
    with onefold.open(var=var) as release:
        moved = release.movement("customer_penetration", date(2026, 5, 1), TODAY)
        assert (moved.before, moved.after) == ((8, 4), (7, 4))
        assert sum(map(moved.effect, moved.parts)) == moved.change == Fraction(-1, 4)
        with pytest.raises(LookupError, match="contribution"):
            release.movement("contribution", date(2026, 5, 1), TODAY)


def test_what_is_not_there_is_said_with_what_is(var: Path, tmp_path: Path) -> None:
    with onefold.open(var=var) as release:
        with pytest.raises(LookupError, match="multi_company_share"):
            release.indicator("penetration")
        with pytest.raises(ValueError, match="segment, region, kind, sex"):
            release.indicator("customer_penetration", by=("name",))
        with pytest.raises(LookupError, match="spells"):
            release.table("source_identities")
    with pytest.raises(LookupError, match="4f0e"):
        onefold.open("beef", var=var)
    with pytest.raises(LookupError, match="none"):
        onefold.open(var=tmp_path)
    with pytest.raises(ValueError, match="duckdb, spark"):
        onefold.open(engine="oracle", var=var)


def test_importing_onefold_loads_no_engine() -> None:
    heavy = "import onefold, sys; print({'ibis', 'duckdb', 'pyarrow', 'django'} & set(sys.modules))"
    assert subprocess.run([sys.executable, "-c", heavy], capture_output=True, text=True).stdout == "set()\n"
