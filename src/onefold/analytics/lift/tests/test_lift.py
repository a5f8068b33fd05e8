"""Dataset `lift` over a few households told by hand: what counts as new and kept, for whom, from when on."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pyarrow as pa

from onefold.analytics.lift import Rules, lift
from onefold.analytics.tests.worlds import LEARNT, contract, membership, series, table_of
from onefold.seam import datasets as d
from onefold.seam import store

TODAY, DRAWN = date(2026, 6, 30), date(2026, 1, 10)
RULES = Rules(free_look_days=15, renewal_gap_days=31, campaign_days=90)
SERIES = table_of("product_series", [series("PC.MOTOR", "PC", "MOTOR"), series("BANK.CARD", "BANK", "CARD")])
MARGINS = {"PC.MOTOR": 30_000, "BANK.CARD": 5_000}
Row = dict[str, Any]


def arm(who: str, arm: str, household: str = "", drawn_on: date = DRAWN) -> Row:
    return {"customer_id": who, "household_id": household or who, "arm": arm, "drawn_on": drawn_on, "basis": "DRAWN"}


EVERYBODY = [arm("a", "OPEN"), arm("b", "OPEN"), arm("c", "HOLDOUT"), arm("d", "HOLDOUT")]


def sold(who: str, on: date, of: str = "PC.MOTOR", **more: Any) -> Row:
    number = f"{who}{on}{of}{more.get('status', '')}"
    return contract(number, f"s{who}", of.split(".")[0], of, valid_from=on, **more)


def member(who: str, arm: str, share: int | None = 500_000, campaign: str = "K1", on: date = DRAWN) -> Row:
    return {
        "member_id": f"{campaign}{who}", "source_id": f"s{who}", "company": "PC", "campaign": campaign, "series": "PC.MOTOR",
        "channel": None, "arm": arm, "assigned_on": on, "treated_share_ppm": share, "known_from": LEARNT, "known_until": None,
    }  # fmt: skip


def made(contracts: list[Row], arms: list[Row] = EVERYBODY, members: list[Row] | None = None) -> pa.Table:
    people = [membership(f"s{row['customer_id']}", row["customer_id"]) for row in arms]
    tables = (
        table_of("contracts", contracts),
        table_of("memberships", people),
        table_of("household_arms", arms),
        table_of("campaign_members", members or []),
    )
    return store.checked(d.LIFT, lift(*tables, SERIES, margins=MARGINS, rules=RULES, as_of=TODAY))


def rows(table: pa.Table, **wanted: str) -> list[Row]:
    return [row for row in table.to_pylist() if all(row[name] == text for name, text in wanted.items())]


def bought(*contracts: Row, arms: list[Row] = EVERYBODY) -> tuple[int, int]:
    """Kept new contracts of the open and the held-out households."""
    found = rows(made(list(contracts), arms), outcome="CONTRACTS", level="GROUP")
    return (found[0]["open_sum"], found[0]["held_sum"]) if found else (0, 0)


SPRING = date(2026, 4, 1)


def test_contracts_begun_after_the_draw_are_counted_by_arm_with_what_they_are_worth() -> None:
    table = made([sold("a", SPRING), sold("b", SPRING, "BANK.CARD"), sold("c", SPRING)])
    (contracts,), (profit,) = (rows(table, outcome=one, level="GROUP") for one in ("CONTRACTS", "PROFIT"))
    assert (contracts["open_sum"], contracts["held_sum"], contracts["open_units"], contracts["held_units"]) == (
        2,
        1,
        2,
        2,
    )
    assert (profit["open_sum"], profit["held_sum"]) == (35_000, 30_000)
    days = (TODAY - timedelta(days=15) - DRAWN).days - 1
    assert contracts["open_exposure"] == 2 * days
    assert contracts["lift"] == round(365_000_000 * (2 - 1) / (2 * days))
    assert contracts["low"] < 0 < contracts["high"]
    assert [row["row"] for row in rows(table, outcome="PROFIT", level="SERIES")] == ["BANK.CARD", "PC.MOTOR"]
    owners = [
        (row["row"], row["open_sum"], row["held_sum"]) for row in rows(table, outcome="CONTRACTS", level="COMPANY")
    ]
    assert owners == [("BANK", 1, 0), ("PC", 1, 1)]


def test_what_began_before_the_draw_or_is_too_young_to_be_called_kept_does_not_count() -> None:
    young, first = TODAY - timedelta(days=15), DRAWN + timedelta(days=1)
    assert bought(sold("a", DRAWN), sold("a", young)) == (0, 0)
    assert bought(sold("a", first), sold("b", young - timedelta(days=1))) == (2, 0)


def test_what_lapsed_was_cancelled_or_surrendered_was_not_kept_but_what_ran_out_was() -> None:
    ends = {"valid_until": SPRING + timedelta(days=40)}
    gone = [sold("a", SPRING, status=status, **ends) for status in ("LAPSED", "CANCELLED", "SURRENDERED")]
    assert bought(*gone, sold("b", SPRING, status="EXPIRED", **ends)) == (1, 0)


def test_a_renewal_is_no_new_contract() -> None:
    old = sold("a", date(2025, 4, 1), valid_until=SPRING)
    assert bought(old, sold("a", SPRING)) == (0, 0)
    assert bought(old, sold("a", SPRING + timedelta(days=31))) == (0, 0)
    assert bought(old, sold("a", SPRING + timedelta(days=32))) == (1, 0)
    assert bought(old, sold("b", SPRING), sold("a", SPRING, "BANK.CARD")) == (2, 0)


def test_a_household_is_one_unit_and_held_out_as_a_whole() -> None:
    arms = [arm("a", "OPEN", "h"), arm("b", "HOLDOUT", "h"), arm("c", "HOLDOUT"), arm("d", "OPEN"), arm("e", "OPEN")]
    (row,) = rows(made([sold("a", SPRING), sold("d", SPRING)], arms), outcome="CONTRACTS", level="GROUP")
    assert (row["open_units"], row["held_units"], row["open_sum"], row["held_sum"]) == (2, 2, 1, 1)


def test_months_are_whole_and_only_of_households_that_were_there_before() -> None:
    late = [arm("e", "OPEN", drawn_on=date(2026, 3, 5))]
    table = made([sold("a", date(2026, 3, 3)), sold("e", SPRING), sold("c", SPRING)], EVERYBODY + late)
    found = {row["since"]: (row["open_units"], row["open_sum"], row["held_sum"]) for row in rows(table, outcome="CONTRACTS", level="MONTH")}  # fmt: skip
    assert found == {date(2026, 3, 1): (2, 1, 0), date(2026, 4, 1): (3, 1, 1)}


def test_without_a_holdout_nothing_is_compared() -> None:
    assert made([sold("a", SPRING)], EVERYBODY[:2]).num_rows == 0
    assert made([], []).num_rows == 0


CAMPAIGN = [member("a", "CONTACT"), member("b", "CONTACT"), member("c", "CONTROL"), member("d", "CONTROL")]
OPEN = [arm(who, "OPEN") for who in "abcd"]


def test_a_campaign_is_read_off_where_a_lot_decided() -> None:
    day = DRAWN + timedelta(days=90)
    contracts = [sold("a", day), sold("c", day + timedelta(days=1)), sold("b", day, "BANK.CARD")]
    found = rows(made(contracts, OPEN, CAMPAIGN), outcome="CONTRACTS")
    assert {(row["measure"], row["level"], row["row"]) for row in found} == {
        ("LOT", "GROUP", "ALL"),
        ("LOT", "COMPANY", "PC"),
        ("LOT", "LINE", "MOTOR"),
        ("LOT", "SERIES", "PC.MOTOR"),
        ("LOT", "CAMPAIGN", "K1"),
    }
    assert {(row["open_sum"], row["held_sum"], row["lift"]) for row in found} == {(1, 0, 500_000)}
    assert (found[0]["since"], found[0]["until"]) == (DRAWN, day + timedelta(days=1))


def test_a_campaign_in_which_people_chose_has_no_interval() -> None:
    chosen = [
        member(who, side, share=None) for who, side in zip("abcd", ["CONTACT"] * 2 + ["CONTROL"] * 2, strict=True)
    ]
    (row,) = rows(made([sold("a", SPRING)], OPEN, chosen), outcome="CONTRACTS", level="CAMPAIGN")
    assert (row["measure"], row["lift"], row["low"], row["high"]) == ("CHOSEN", 500_000, None, None)


def test_a_campaign_that_is_not_over_yet_says_nothing() -> None:
    late = [row | {"assigned_on": date(2026, 4, 1)} for row in CAMPAIGN]
    assert made([sold("a", date(2026, 4, 3))], OPEN, late).num_rows == 0
