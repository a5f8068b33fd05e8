"""Spells say for every day, as known on every day, exactly who held what."""

from __future__ import annotations

import tempfile
from datetime import date
from itertools import combinations, product
from pathlib import Path
from random import Random

from hypothesis import example, given, settings

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.reference import oracle
from onefold.analytics.reference.oracle import Row, World
from onefold.analytics.tests.generated import BRIEF, DAYS, MOMENTS, SEEDS, instant, world_from
from onefold.analytics.tests.worlds import contract, derive, lay, worked_case
from onefold.seam import store
from onefold.seam.datasets import HOLDINGS, SPELLS


def spells_of(world: World) -> list[Row]:
    with tempfile.TemporaryDirectory() as name:
        derive(lay(world, Path(name)), open_lake)
        return store.read(Path(name), SPELLS).to_pylist()


def held(spells: list[Row], as_of: date, known_on: date) -> list[tuple[str, str]]:
    return [
        (spell["customer_id"], spell["series"])
        for spell in spells
        if oracle.known_at(spell, known_on)
        and spell["valid_from"] <= as_of
        and (spell["valid_until"] is None or as_of < spell["valid_until"])
    ]


@settings(BRIEF, max_examples=6)
@example(1122674)  # two contracts of one period after a gap: see test_periods
@given(SEEDS)
def test_on_every_day_as_known_on_every_day_the_spells_hold_what_the_contracts_hold(seed: int) -> None:
    world = world_from(Random(seed), customers=6, contracts=120)
    spells = spells_of(world)
    for as_of, known_on in product(DAYS, MOMENTS):
        found = held(spells, as_of, known_on)
        assert len(found) == len(set(found)), "spells overlap"
        assert set(found) == oracle.held_series(world, as_of, known_on)


@settings(BRIEF, max_examples=3)
@given(SEEDS)
def test_no_two_spells_could_be_one(seed: int) -> None:
    for one, other in combinations(spells_of(world_from(Random(seed), customers=4, contracts=40)), 2):
        if (one["customer_id"], one["series"]) == (other["customer_id"], other["series"]):
            same_valid = all(one[name] == other[name] for name in ("valid_from", "valid_until"))
            same_known = all(one[name] == other[name] for name in ("known_from", "known_until"))
            assert not (same_valid and one["known_until"] == other["known_from"])
            assert not (same_known and one["valid_until"] == other["valid_from"])


def contracts_only(*contracts: Row) -> World:
    return worked_case(second_motor_policy=False) | {"contracts": list(contracts)}


def days(spells: list[Row]) -> list[tuple[date, date | None]]:
    return [(spell["valid_from"], spell["valid_until"]) for spell in spells]


def test_a_renewal_on_the_day_of_expiry_continues_the_spell() -> None:
    first = contract("1", "A", "PC", "PC.MOTOR", valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1))
    renewal = contract("2", "A", "PC", "PC.MOTOR", valid_from=date(2026, 1, 1), valid_until=date(2027, 1, 1))
    assert days(spells_of(contracts_only(first, renewal))) == [(date(2025, 1, 1), date(2027, 1, 1))]


def test_a_short_contract_within_a_long_one_ends_nothing() -> None:
    contracts = contracts_only(
        contract("1", "A", "PC", "PC.MOTOR", valid_from=date(2025, 1, 1), valid_until=date(2025, 12, 1)),
        contract("2", "A", "PC", "PC.MOTOR", valid_from=date(2025, 2, 1), valid_until=date(2025, 3, 1)),
        contract("3", "A", "PC", "PC.MOTOR", valid_from=date(2025, 6, 1), valid_until=date(2025, 7, 1)),
    )
    assert days(spells_of(contracts)) == [(date(2025, 1, 1), date(2025, 12, 1))]


def test_a_day_without_cover_ends_the_spell() -> None:
    first = contract("1", "A", "PC", "PC.MOTOR", valid_from=date(2025, 1, 1), valid_until=date(2026, 1, 1))
    later = contract("2", "A", "PC", "PC.MOTOR", valid_from=date(2026, 1, 2), valid_until=None)
    assert days(spells_of(contracts_only(first, later))) == [
        (date(2025, 1, 1), date(2026, 1, 1)),
        (date(2026, 1, 2), None),
    ]


def test_two_source_records_of_one_customer_make_one_spell() -> None:
    world = contracts_only(contract("1", "A", "PC", "PC.MOTOR"), contract("2", "B", "PC", "PC.MOTOR"))
    world["memberships"][1]["customer_id"] = "A"
    assert [spell["customer_id"] for spell in spells_of(world)] == ["A"]


def test_a_contract_cancelled_in_june_still_counts_for_may_but_not_as_known_before() -> None:
    sold = contract("1", "A", "PC", "PC.MOTOR", known_from=instant(0), known_until=instant(24 * 170))
    told = {"status": "CANCELLED", "valid_until": date(2026, 6, 15), "known_from": instant(24 * 170)}
    spells = spells_of(contracts_only(sold, sold | told | {"known_until": None}))
    assert held(spells, date(2026, 5, 1), date(2026, 6, 30)) == [("A", "PC.MOTOR")]
    assert held(spells, date(2026, 6, 16), date(2026, 6, 30)) == []
    assert held(spells, date(2026, 6, 16), date(2026, 6, 10)) == [("A", "PC.MOTOR")]


def test_an_ended_contract_whose_company_sends_the_end_of_the_term_counts_no_longer_than_the_news(
    tmp_path: Path,
) -> None:
    told = instant(24 * 30)  # 31 January
    world = contracts_only(
        contract("1", "A", "PC", "PC.MOTOR", status="LAPSED", valid_until=date(2030, 1, 1), known_from=told),
        contract("2", "B", "PC", "PC.MOTOR", status="LAPSED", valid_until=None, known_from=told),
    )
    derive(lay(world, tmp_path), open_lake)
    rows = store.read(tmp_path, HOLDINGS).to_pylist()
    assert [(row["contract_id"], row["valid_until"]) for row in rows] == [("1", date(2026, 1, 31))]
