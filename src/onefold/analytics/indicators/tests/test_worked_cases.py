"""The figures of the worked cases, to the letter."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import pytest

from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.indicators import compute, expected_products, quotient
from onefold.analytics.reference import oracle
from onefold.analytics.tests.worlds import TODAY, contract, derive, lay, series, worked_case

Cells = dict[tuple[str, str, str], tuple[int, int]]


def figures(world: oracle.World, folder: Path) -> Cells:
    derive(lay(world, folder), open_lake)
    with open_lake(folder) as lake:
        rows = compute(lake, TODAY, TODAY).to_pylist()
    return {(row["indicator"], row["row"], row["column"]): (row["numerator"], row["denominator"]) for row in rows}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    return figures(worked_case(second_motor_policy=False), tmp_path_factory.mktemp("plain"))


@pytest.fixture(scope="module")
def amended(tmp_path_factory: pytest.TempPathFactory) -> Cells:
    return figures(worked_case(second_motor_policy=True), tmp_path_factory.mktemp("amended"))


def shown(cells: Cells, indicator: str, row: str = "ALL", column: str = "ALL") -> str:
    return str(quotient(*cells[indicator, row, column]))


def test_the_worked_case_has_eight_contracts_over_four_customers(plain: Cells) -> None:
    assert plain["contracts_per_customer", "ALL", "ALL"] == (8, 4)
    assert shown(plain, "contracts_per_customer") == "2.00"
    assert [shown(plain, "contracts_per_customer", company) for company in ("LIFE", "PC", "BANK")] == [
        "0.50",
        "0.75",
        "0.75",
    ]


def test_with_a_second_motor_policy_the_three_bases_differ(amended: Cells) -> None:
    assert amended["contracts_per_customer", "ALL", "ALL"] == (9, 4)
    assert shown(amended, "contracts_per_customer") == "2.25"
    assert shown(amended, "customer_penetration") == "2.00"
    assert shown(amended, "companies_per_customer") == "1.50"
    assert shown(amended, "multi_company_share") == "0.50"


def test_agents_bring_half_a_sister_series_per_customer_and_the_others_none(amended: Cells) -> None:
    assert amended["channel_penetration", "AGT", "ALL"] == (1, 2)
    assert [shown(amended, "channel_penetration", channel) for channel in ("AGT", "TEL", "BR")] == [
        "0.50",
        "0.00",
        "0.00",
    ]


def test_a_lapsed_contract_makes_nobody_an_active_customer(amended: Cells) -> None:
    assert amended["active_customers", "ALL", "ALL"] == (4, 1)
    assert amended["active_customers", "LIFE", "ALL"] == (2, 1)


def test_co_holding_sets_the_companys_customers_below_and_the_series_above(amended: Cells) -> None:
    assert amended["co_holding", "LIFE", "PC.MOTOR"] == (1, 2)
    assert amended["co_holding", "PC", "LIFE.WHOLE"] == (1, 2)
    assert amended["co_holding", "LIFE", "LIFE.WHOLE"] == (2, 2)
    assert amended["co_holding", "BANK", "PC.HOME"] == (0, 2)
    assert amended["co_holding_company", "BANK", "LIFE"] == (1, 2)


def test_the_distribution_adds_up_to_the_customers(amended: Cells) -> None:
    counts = {row: figure for (name, row, _), figure in amended.items() if name == "customers_by_series_count"}
    assert counts == {"1": (2, 4), "3": (2, 4)}


def test_of_four_customers_one_has_four_contracts(plain: Cells, amended: Cells) -> None:
    assert [amended["contracts_at_least", str(least), "ALL"] for least in (1, 2, 3, 4)] == [
        (4, 4),
        (2, 4),
        (2, 4),
        (1, 4),
    ]
    assert ("contracts_at_least", "4", "ALL") not in plain


@pytest.mark.parametrize("second", [False, True])
def test_product_penetration_of_the_companies_adds_up_to_customer_penetration(second: bool, tmp_path: Path) -> None:
    cells = figures(worked_case(second_motor_policy=second), tmp_path)
    parts = [figure for (name, _, _), figure in cells.items() if name == "product_penetration"]
    assert {denominator for _, denominator in parts} == {cells["customer_penetration", "ALL", "ALL"][1]}
    assert sum(numerator for numerator, _ in parts) == cells["customer_penetration", "ALL", "ALL"][0]


def test_the_oracle_says_the_same(amended: Cells) -> None:
    assert oracle.indicators(worked_case(second_motor_policy=True), TODAY, TODAY) == amended


def test_chance_alone_gives_1_2097_products_per_customer() -> None:
    expected = expected_products([Fraction(3, 10), Fraction(2, 10), Fraction(1, 10)])
    assert round(float(expected), 4) == 1.2097


def test_chance_needs_somebody_who_holds_something() -> None:
    with pytest.raises(ValueError, match="nobody"):
        expected_products([Fraction(0)])


def test_5000_policies_of_3200_clients_are_1_56() -> None:
    assert str(quotient(5_000, 3_200)) == "1.56"


PUBLISHED = {
    "P_AND_C": (45_947, 285_385, "0.161"),
    "HEALTH": (6_262, 9_182, "0.682"),
    "HALF_YEAR": (19_648, 154_709, "0.127"),
}


def test_contribution_is_the_share_written_through_other_companies_channels(tmp_path: Path) -> None:
    world = worked_case(second_motor_policy=False) | {"contracts": []}
    world["product_series"] = [series(f"PC.{line}", "PC", line) for line in PUBLISHED]
    for line, (crossed, total, _) in PUBLISHED.items():
        world["contracts"] += [
            contract(f"{line}1", "A", "PC", f"PC.{line}", channel="AGT", premium_minor=crossed),
            contract(f"{line}2", "B", "PC", f"PC.{line}", channel="TEL", premium_minor=total - crossed - 5),
            contract(f"{line}3", "C", "PC", f"PC.{line}", channel=None, premium_minor=5),
            contract(f"{line}4", "C", "PC", f"PC.{line}", channel="BR", premium_minor=None),
        ]
    cells = figures(world, tmp_path)
    for line, (crossed, total, share) in PUBLISHED.items():
        assert cells["contribution", line, "ALL"] == (crossed, total)
        assert str(quotient(crossed, total, places=3)) == share
