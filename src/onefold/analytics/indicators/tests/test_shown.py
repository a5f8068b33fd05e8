"""Who only has the published tables, and knows what they mean, learns of no small count: attacked with equations and fractions.

The attacker writes down every published cell as a number of its own and everything the definitions say about them, in the
words of the definitions; `shown` gives equal counts one name. So a slip in the one is seen by the other.
"""

from __future__ import annotations

import tempfile
from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime
from fractions import Fraction
from pathlib import Path
from random import Random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onefold.analytics import indicators
from onefold.analytics.engines.duckdb import open_lake
from onefold.analytics.indicators.shown import Catalogue, sums_of, values
from onefold.analytics.publication import Limits
from onefold.analytics.tests.generated import BRIEF, SERIES, world_from
from onefold.analytics.tests.worlds import derive, lay

DAYS = [date(2026, 1, day) for day in (2, 4, 6)]
KNOWN = datetime(2026, 1, 9, tzinfo=UTC)
LIMITS = Limits(least=11, step=10)
OWNERS = {series: owner for series, (owner, _) in SERIES.items()}
UNITS = {one.name: one.unit for one in indicators.registered()}
Row = dict[str, Any]
Cell = tuple[str, ...]
Equation = dict[Cell, int]
"""cells times factors add up to nothing"""


def told_of(seed: int, customers: int) -> tuple[list[Row], list[Row], Any]:
    world = world_from(Random(seed), customers=customers, contracts=2 * customers)
    with tempfile.TemporaryDirectory() as name:
        folder = lay(world, Path(name))
        derive(folder, open_lake)
        with open_lake(folder) as lake:
            cut = indicators.cut(lake, DAYS, KNOWN, keep=True)
            figures = indicators.compute_on(lake, cut).to_pylist()
            return figures, indicators.over_time(lake, cut, figures), indicators.contracts_behind(lake, cut)


def released(seed: int, customers: int) -> tuple[list[Row], list[Row], list[Row], list[Row]]:
    figures, moved, behind = told_of(seed, customers)
    shown = list(indicators.published(figures, moved, behind, OWNERS, LIMITS, []))
    return figures, moved, shown[0][1], shown[1][1]


def above(row: Row) -> Cell:
    return row["indicator"], str(row["as_of"]), row["row"], row["column"], "above"


def below(row: Row) -> Cell:
    return row["indicator"], str(row["as_of"]), row["row"], row["column"], "below"


def of_one_day(rows: list[Row]) -> tuple[dict[Cell, int], list[Equation]]:
    """Every count of a day's tables and what the definitions say about them; and the rests nobody prints."""
    counts: dict[Cell, int] = {}
    found: dict[tuple[str, str, str], Cell] = {}
    for row in rows:
        if row["indicator"] != "contribution":
            counts |= {above(row): row["numerator"], below(row): row["denominator"]}
            found[row["indicator"], row["row"], row["column"]] = above(row)
    equations: list[Equation] = []

    def same(one: Cell | None, other: Cell | None) -> None:
        if one and other and one != other:
            equations.append({one: 1, other: -1})

    def together(parts: Iterable[Cell | None], whole: Cell | None, *factors: int) -> None:
        line: Equation = defaultdict(int)
        for part, factor in zip(known := [part for part in parts if part], factors or [1] * len(known), strict=True):
            line[part] += factor
        if whole:
            line[whole] -= 1
            equations.append(line)

    def cell(indicator: str, row: str, column: str = "ALL") -> Cell | None:
        return found.get((indicator, row, column))

    everybody = cell("active_customers", "ALL")
    companies = sorted({row["row"] for row in rows if row["indicator"] == "active_customers"} - {"ALL"})
    for row in rows:
        if row["indicator"] in ("contribution", "active_customers", "channel_penetration"):
            continue
        of_company = row["indicator"].startswith("co_holding")
        same(below(row), cell("active_customers", row["row"]) if of_company else everybody)
    for company in companies:
        same(cell("product_penetration_strict", company), cell("active_customers", company))
        same(cell("co_holding_company", company, company), cell("active_customers", company))
        owned = [series for series, owner in OWNERS.items() if owner == company]
        together([cell("series_penetration", one) for one in owned], cell("product_penetration", company))
        if len(owned) == 1:
            same(cell("series_penetration", owned[0]), cell("active_customers", company))
        for other in companies:
            same(cell("co_holding_company", company, other), cell("co_holding_company", other, company))
            if len(owned) == 1:
                same(cell("co_holding", other, owned[0]), cell("co_holding_company", other, company))
        for one in owned:
            same(cell("co_holding", company, one), cell("series_penetration", one))
    for indicator, whole in (
        ("product_penetration", cell("customer_penetration", "ALL")),
        ("active_customers", cell("companies_per_customer", "ALL")),
        ("contracts_per_customer", cell("contracts_per_customer", "ALL")),
    ):
        together([cell(indicator, company) for company in companies], whole)
    numbers = sorted({row["row"] for row in rows if row["indicator"] == "customers_by_series_count"})
    holding = [cell("customers_by_series_count", number) for number in numbers]
    together(holding, everybody)
    together(holding, cell("customer_penetration", "ALL"), *map(int, numbers))
    least = sorted(int(row["row"]) for row in rows if row["indicator"] == "contracts_at_least")
    steps = [cell("contracts_at_least", str(number)) for number in least]
    same(steps[0] if steps else None, everybody)
    if least and least[-1] < 10:
        together(steps, cell("contracts_per_customer", "ALL"))
    for number, (more, fewer) in enumerate(zip(steps[1:], steps, strict=False)):
        if more and fewer:
            rest = ("exactly", fewer[1], str(number))
            counts[rest] = counts[fewer] - counts[more]
            equations.append({more: 1, rest: 1, fewer: -1})
    for row in rows:
        if UNITS[row["indicator"]] == "SHARE" and row["indicator"] != "contribution":
            rest = ("not", *above(row))
            counts[rest] = row["denominator"] - row["numerator"]
            equations.append({above(row): 1, rest: 1, below(row): -1})
    return counts, equations


def learnt(counts: dict[Cell, int], equations: list[Equation], shown: set[Cell]) -> dict[Cell, int]:
    """Every count that follows from those shown: solved in fractions."""
    names = sorted(counts.keys() - shown)
    place = {name: number for number, name in enumerate(names)}
    rows = []
    for equation in equations:
        row = [Fraction(0)] * (len(names) + 1)
        for name, factor in equation.items():
            if name in place:
                row[place[name]] += factor
            else:
                row[-1] -= factor * counts[name]
        rows.append(row)
    top = 0
    for column in range(len(names)):
        pivot = next((number for number in range(top, len(rows)) if rows[number][column]), None)
        if pivot is None:
            continue
        rows[top], rows[pivot] = rows[pivot], rows[top]
        head = rows[top][column]
        rows[top] = [value / head if value else value for value in rows[top]]
        for number, row in enumerate(rows):
            factor = row[column]
            if number != top and factor:
                rows[number] = [a - factor * b if b else a for a, b in zip(row, rows[top], strict=True)]
        top += 1
    solved = {}
    for row in rows[:top]:
        unknown = [number for number, value in enumerate(row[:-1]) if value]
        if len(unknown) == 1:
            solved[names[unknown[0]]] = int(row[-1] / row[unknown[0]])
    return solved


def shown_of(rows: Iterable[Row]) -> set[Cell]:
    cells = {above(row) for row in rows if row["numerator"] is not None}
    return cells | {below(row) for row in rows if row["denominator"] is not None}


@settings(BRIEF, max_examples=6)
@given(st.integers(0, 2**32 - 1), st.sampled_from([25, 60, 150]))
def test_no_small_count_is_shown_or_follows_from_the_tables_of_a_day(seed: int, customers: int) -> None:
    figures, _, shown, _ = released(seed, customers)
    for day in DAYS:
        counts, equations = of_one_day([row for row in figures if row["as_of"] == day])
        for equation in equations:
            assert sum(factor * counts[name] for name, factor in equation.items()) == 0, equation
        seen = shown_of(row for row in shown if row["as_of"] == day and row["indicator"] != "contribution")
        solved = learnt(counts, equations, seen)
        assert all(solved[name] == counts[name] for name in solved)
        # A plain count is over 1, which is no count of anybody.
        known = {name for name in {*seen, *solved} if (name[0], name[-1]) != ("active_customers", "below")}
        assert not {name: counts[name] for name in known if 0 < counts[name] < LIMITS.least}


def test_the_attacker_would_win_if_only_small_counts_were_left_out() -> None:
    """The attack is worth something: against the plain rule it finds what it looks for."""
    figures, _, _, _ = released(7, 150)
    rows = [row for row in figures if row["as_of"] == DAYS[-1]]
    counts, equations = of_one_day(rows)
    naive = {cell for row in rows for cell in (above(row), below(row)) if cell in counts}
    naive -= {cell for cell in naive if 0 < counts[cell] < LIMITS.least}
    assert any(0 < count < LIMITS.least for count in learnt(counts, equations, naive).values())


@settings(BRIEF, max_examples=6)
@given(st.integers(0, 2**32 - 1), st.sampled_from([60, 150]))
def test_movements_tell_of_no_small_cause_and_of_no_figure_that_is_withheld(seed: int, customers: int) -> None:
    _, moved, shown, told = released(seed, customers)
    standing = {(row["indicator"], row["row"], row["as_of"]): row for row in shown}
    causes: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in told:
        causes[row["indicator"], row["row"], row["as_of_before"], row["as_of"]].append(row)
    for (indicator, member, before, after), parts in causes.items():
        first, last = standing[indicator, member, before], standing[indicator, member, after]
        assert None not in (first["numerator"], first["denominator"], last["numerator"], last["denominator"])
        for name in ("numerator", "denominator"):
            assert sum(part[name] for part in parts) == last[name]
            assert not [p for p in parts if p["part"] not in ("BEFORE", "FEW") and 0 < abs(p[name]) < LIMITS.least]
    exact = {(r["indicator"], r["row"], r["as_of"], r["part"], r["channel"]): r["numerator"] for r in moved}
    shown_parts = {(r["indicator"], r["row"], r["as_of"], r["part"], r["channel"]): r["numerator"] for r in told}
    for (indicator, member, day, part, channel), count in exact.items():
        if member != "ALL" or indicator != "contracts_per_customer" or part == "BEFORE":
            continue
        whole = shown_parts.get((indicator, "ALL", day, part, channel))
        rest = [
            (name[1], number) for name, number in exact.items()
            if name[0] == indicator and name[1] != "ALL" and name[2:] == (day, part, channel)
        ]  # fmt: skip
        missing = [n for company, n in rest if (indicator, company, day, part, channel) not in shown_parts and n]
        assert whole is None or whole == count
        assert whole is None or len(missing) != 1, "the one company that is left out follows from the others"


def of_companies(counts: dict[str, int], day: date = DAYS[0]) -> list[Row]:
    rows = [("contracts_per_customer", name, number) for name, number in counts.items()]
    rows += [("contracts_per_customer", "ALL", sum(counts.values())), ("active_customers", "ALL", 900)]
    rows += [("active_customers", name, 200 + place) for place, name in enumerate(counts)]
    return [
        {"indicator": indicator, "version": 1, "as_of": day, "row": row, "column": "ALL", "numerator": number,
         "denominator": 1 if indicator == "active_customers" else 900}
        for indicator, row, number in rows
    ]  # fmt: skip


def withheld_in(rows: list[Row]) -> set[str]:
    return {row["row"] for row in rows if row["numerator"] is None}


def test_two_releases_that_withhold_other_cells_of_one_day_give_nothing_away() -> None:
    """A correction makes another cell the smallest beside a small one. Were it withheld in its place, the first release's
    total less the second's cells would be the small one."""
    catalogue = Catalogue({})
    first = values(of_companies({"A": 5, "B": 50, "C": 60}), {}, catalogue, {}, LIMITS)
    assert withheld_in(first) == {"A", "B"}
    corrected = of_companies({"A": 5, "B": 50, "C": 40})
    assert withheld_in(values(corrected, {}, catalogue, {}, LIMITS)) == {"A", "C"}
    second = values(corrected, {}, catalogue, {}, LIMITS, before=first)
    assert withheld_in(second) >= {"A", "B"}


def test_a_cell_that_the_release_before_showed_protects_nothing_any_more() -> None:
    catalogue = Catalogue({})
    first = values(of_companies({"A": 12, "B": 50, "C": 60}), {}, catalogue, {}, LIMITS)
    assert withheld_in(first) == set()
    second = values(of_companies({"A": 5, "B": 50, "C": 60}), {}, catalogue, {}, LIMITS, before=first)
    assert withheld_in(second) == {"A", "ALL"}


def test_an_amount_of_a_few_contracts_is_withheld_and_so_is_what_they_are_the_rest_of() -> None:
    row = {"indicator": "contribution", "version": 1, "as_of": DAYS[0], "row": "MOTOR", "column": "ALL",
           "numerator": 700, "denominator": 900}  # fmt: skip
    for crossed, own, shown in ((20, 30, (700, 900)), (3, 30, (None, 900)), (30, 3, (None, 900)), (3, 4, (None, None))):
        (found,) = values([row], {(DAYS[0], "MOTOR"): (crossed, own)}, Catalogue(OWNERS), UNITS, LIMITS)
        assert (found["numerator"], found["denominator"]) == shown


@pytest.mark.parametrize("customers", [25, 150])
def test_everything_that_is_said_to_add_up_does(customers: int) -> None:
    figures, _, _ = told_of(11, customers)
    for day in DAYS:
        sums = sums_of([row for row in figures if row["as_of"] == day], Catalogue(OWNERS), UNITS)
        assert sums.lines
        for line in sums.lines:
            assert sum(factor * sums.counts[cell] for cell, factor in line) == 0
