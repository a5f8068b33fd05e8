"""Of comparisons only such as count enough leave the run, and none follows from the others."""

from __future__ import annotations

from datetime import date
from typing import Any

from onefold.analytics.lift.shown import shown
from onefold.analytics.publication import Limits

LIMITS = Limits(least=11, step=10)
SORTS = {
    "LINE": {"A.ONE": "LIFE", "A.TWO": "LIFE", "B.ONE": "MOTOR"},
    "COMPANY": {"A.ONE": "A", "A.TWO": "A", "B.ONE": "B"},
}
Row = dict[str, Any]


def compared(
    level: str, row: str, held: int, *, measure: str = "HOLDOUT", outcome: str = "CONTRACTS", **more: int
) -> Row:
    plain: Row = {"measure": measure, "outcome": outcome, "level": level, "row": row, "since": date(2025, 1, 1),
                  "until": date(2026, 1, 1), "open_units": 900, "held_units": 90, "open_sum": 20 * held, "held_sum": held}  # fmt: skip
    return plain | more


def told(rows: list[Row], campaigns: dict[str, str | None] | None = None) -> list[tuple[str, str, str]]:
    return [(row["outcome"], row["level"], row["row"]) for row in shown(rows, SORTS, campaigns or {}, LIMITS)]


def test_enough_households_in_each_arm_and_enough_contracts_are_shown_and_none_at_all_is() -> None:
    rows = [compared("GROUP", "ALL", 60), compared("LINE", "LIFE", 60), compared("LINE", "MOTOR", 0)]
    assert len(told(rows)) == 3
    assert told([compared("GROUP", "ALL", 60, held_units=10)]) == []


def test_a_few_contracts_take_their_profit_and_the_smallest_beside_them_along() -> None:
    rows = [compared("GROUP", "ALL", 83), compared("SERIES", "A.ONE", 5), compared("SERIES", "A.TWO", 30)]
    rows += [compared("SERIES", "B.ONE", 48), compared("SERIES", "A.ONE", 9_000, outcome="PROFIT")]
    assert told(rows) == [("CONTRACTS", "GROUP", "ALL"), ("CONTRACTS", "SERIES", "B.ONE")]


def test_a_line_less_its_other_series_is_not_the_small_one() -> None:
    rows = [compared("GROUP", "ALL", 95), compared("LINE", "LIFE", 35), compared("LINE", "MOTOR", 60)]
    rows += [compared("SERIES", "A.ONE", 5), compared("SERIES", "A.TWO", 30), compared("SERIES", "B.ONE", 60)]
    assert ("CONTRACTS", "SERIES", "A.TWO") not in told(rows)
    assert {("CONTRACTS", "LINE", "LIFE"), ("CONTRACTS", "SERIES", "B.ONE")} <= set(told(rows))


def test_a_company_less_its_other_series_is_not_the_small_one() -> None:
    rows = [compared("GROUP", "ALL", 95), compared("COMPANY", "A", 35), compared("COMPANY", "B", 60)]
    rows += [compared("SERIES", "A.ONE", 5), compared("SERIES", "A.TWO", 30), compared("SERIES", "B.ONE", 60)]
    assert ("CONTRACTS", "SERIES", "A.TWO") not in told(rows)
    assert {("CONTRACTS", "COMPANY", "A"), ("CONTRACTS", "SERIES", "B.ONE")} <= set(told(rows))


def test_parts_of_two_sorts_that_are_as_many_have_a_rest_each() -> None:
    """Ten contracts are of a company in no row, thirty of a line in none: the ten would follow, so a company goes with them."""
    rows = [compared("GROUP", "ALL", 100), compared("COMPANY", "A", 40), compared("COMPANY", "B", 50)]
    rows += [compared("LINE", "LIFE", 30), compared("LINE", "MOTOR", 40)]
    assert ("CONTRACTS", "COMPANY", "A") not in told(rows) and len(told(rows)) == 4


def test_a_series_less_its_other_campaigns_is_not_the_small_one() -> None:
    rows = [compared("SERIES", "A.ONE", 55, measure="LOT")]
    rows += [compared("CAMPAIGN", name, held, measure="LOT") for name, held in (("K1", 4), ("K2", 20), ("K3", 31))]
    assert told(rows, {"K1": "A.ONE", "K2": "A.ONE", "K3": "A.ONE"}) == [
        ("CONTRACTS", "SERIES", "A.ONE"),
        ("CONTRACTS", "CAMPAIGN", "K3"),
    ]
