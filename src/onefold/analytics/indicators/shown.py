"""Figures as they leave the run: which counts are withheld, and on which days which of them add up.

Many indicators count the same thing (who is a customer of a company is in four of them), so a count has one name whichever
table it stands in, and is withheld in all of them or in none. What follows from two counts by subtraction (how many of a
company's customers do *not* hold a series) is a cell too, though no table shows it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from onefold.analytics.indicators.days import ALL
from onefold.analytics.indicators.definition import SHARE
from onefold.analytics.indicators.definitions.contracts_at_least import MOST
from onefold.analytics.publication import Limits, Sums

Row = dict[str, Any]
Name = tuple[str, ...]
MONEY = "contribution"
SIMPLE = {
    "active_customers": "CUSTOMERS",
    "product_penetration": "SERIES",
    "product_penetration_strict": "CUSTOMERS",
    "customer_penetration": "SERIES",
    "companies_per_customer": "COMPANIES",
    "contracts_per_customer": "CONTRACTS",
    "multi_company_share": "SEVERAL",
    "customers_by_series_count": "HOLDING",
    "series_penetration": "HOLDERS",
}


@dataclass(frozen=True)
class Catalogue:
    """Which company each series belongs to."""

    owner: Mapping[str, str]

    def sole(self, company: str) -> str:
        """The only series of a company, whose holders are its customers; empty where there are several."""
        owned = [series for series, owner in self.owner.items() if owner == company]
        return owned[0] if len(owned) == 1 else ""

    def numerator(self, row: Row) -> Name:
        """What a figure's numerator counts; two figures that count the same thing have the same name."""
        indicator, member, column = row["indicator"], row["row"], row["column"]
        if indicator in SIMPLE:
            return self._of(SIMPLE[indicator], member)
        if indicator == "contracts_at_least":
            return ("CUSTOMERS", ALL) if member == "1" else ("AT_LEAST", member)
        if indicator == "co_holding":
            owner = self.owner.get(column, "")
            if owner == member:
                return self._of("HOLDERS", column)
            return self._both(member, owner) if self.sole(owner) else ("BOTH", member, column)
        if indicator == "co_holding_company":
            return ("CUSTOMERS", member) if member == column else self._both(member, column)
        return ("CROSSED", member) if indicator == "channel_penetration" else (indicator, member, column)

    def denominator(self, row: Row) -> Name | None:
        """What a figure is divided by; None for a plain count, which is over 1."""
        indicator = row["indicator"]
        if indicator == "active_customers":
            return None
        if indicator.startswith("co_holding"):
            return "CUSTOMERS", row["row"]
        return ("THROUGH", row["row"]) if indicator == "channel_penetration" else ("CUSTOMERS", ALL)

    def _of(self, kind: str, member: str) -> Name:
        if kind == "HOLDERS" and self.sole(self.owner.get(member, "")):
            return "CUSTOMERS", self.owner[member]
        return ("CUSTOMERS", member) if kind == "SERIES" and self.sole(member) else (kind, member)

    def _both(self, one: str, other: str) -> Name:
        return "BOTH", *sorted((one, other))


def by_day(rows: Iterable[Row]) -> dict[date, list[Row]]:
    found: dict[date, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["as_of"]].append(row)
    return found


def told(rows: Iterable[Row], catalogue: Catalogue) -> dict[Hashable, int | None]:
    """What published rows of one day say of each count: the count, or None where it is withheld."""
    found: dict[Hashable, int | None] = {}
    for row in rows:
        if row["indicator"] != MONEY:
            found[catalogue.numerator(row)] = row["numerator"]
            below = catalogue.denominator(row)
            if below:
                found[below] = row["denominator"]
    return found


def values(
    rows: Iterable[Row],
    behind: Mapping[tuple[date, str], tuple[int, int]],
    catalogue: Catalogue,
    units: Mapping[str, str],
    limits: Limits,
    before: Iterable[Row] = (),
) -> list[Row]:
    """Rows of dataset `published_values` from those of `indicator_values`.

    `behind`: how many contracts stand behind an amount of money, (day, line) → (crossed, not crossed); `units`: indicator →
    unit of its definition; `before`: what the release before published.
    """
    earlier = by_day(before)
    shown = []
    for day, found in sorted(by_day(rows).items()):
        sums = sums_of(found, catalogue, units)
        sums.published(told(earlier.get(day, ()), catalogue))
        hidden = sums.withheld(limits.least)
        for row in found:
            if row["indicator"] == MONEY:
                shown.append(_money(row, *behind.get((day, row["row"]), (0, 0)), limits.least))
            else:
                shown.append(_row(row, catalogue, hidden))
    return shown


def _row(row: Row, catalogue: Catalogue, hidden: set[Hashable]) -> Row:
    below = catalogue.denominator(row)
    return row | {
        "numerator": None if catalogue.numerator(row) in hidden else row["numerator"],
        "denominator": None if below in hidden else row["denominator"],
    }


def _money(row: Row, crossed: int, own: int, least: int) -> Row:
    """An amount says how many contracts it is of when they are few; the rest of a line likewise."""
    few = [0 < count < least for count in (crossed, own, crossed + own)]
    return row | {
        "numerator": None if any(few) else row["numerator"],
        "denominator": None if few[2] else row["denominator"],
    }


def sums_of(rows: Iterable[Row], catalogue: Catalogue, units: Mapping[str, str]) -> Sums:
    """The counts of one day and everything that adds up among them."""
    sums, complements = Sums(), set()
    for row in rows:
        if row["indicator"] == MONEY:
            continue
        above, below = catalogue.numerator(row), catalogue.denominator(row)
        sums.cell(above, row["numerator"])
        if below:
            sums.cell(below, row["denominator"])
        if below and above != below and units.get(row["indicator"]) == SHARE:
            complements.add((above, below))
    _companies(sums, catalogue)
    _numbers(sums)
    for above, below in sorted(complements):
        rest = ("NOT", *above, *below)
        sums.cell(rest, _count(sums, below) - _count(sums, above), unseen=True)
        sums.line([above, rest], [below])
    sums.dear |= {place for name, place in sums.place.items() if _is_dear(name)}
    return sums


def _is_dear(name: Hashable) -> bool:
    """The group's totals stay as long as anything else will do, and so do the sizes of the companies."""
    return isinstance(name, tuple) and (name[-1] == ALL or name[0] == "CUSTOMERS")


def _companies(sums: Sums, catalogue: Catalogue) -> None:
    companies = sorted({name[1] for name in _named(sums, "CUSTOMERS") if name[1] != ALL})
    whole = {"SERIES": ("SERIES", ALL), "CUSTOMERS": ("COMPANIES", ALL), "CONTRACTS": ("CONTRACTS", ALL)}
    for kind, total in whole.items():
        parts = [catalogue._of(kind, company) for company in companies]
        if total in sums.place and all(part in sums.place for part in parts):
            sums.line(parts, [total])
    for company in companies:
        series = [catalogue._of("HOLDERS", one) for one, owner in catalogue.owner.items() if owner == company]
        if len(series) > 1 and all(one in sums.place for one in series):
            sums.line(series, [("SERIES", company)])


def _numbers(sums: Sums) -> None:
    """Customers by number of series, and by least number of contracts."""
    holding = _named(sums, "HOLDING")
    if holding:
        sums.line(holding, [("CUSTOMERS", ALL)])
        sums.weighted([(name, int(name[1])) for name in holding] + [(("SERIES", ALL), -1)])
    reached = sorted(int(name[1]) for name in _named(sums, "AT_LEAST"))
    names: list[Name] = [("CUSTOMERS", ALL), *(("AT_LEAST", str(number)) for number in reached)]
    for number, (one, more) in enumerate(pairwise(names), start=1):
        exactly = ("EXACTLY", str(number))
        sums.cell(exactly, _count(sums, one) - _count(sums, more), unseen=True)
        sums.line([more, exactly], [one])
    if reached and reached[-1] < MOST:
        sums.line(names, [("CONTRACTS", ALL)])


def _named(sums: Sums, kind: str) -> list[Name]:
    return sorted(name for name in sums.place if isinstance(name, tuple) and name[0] == kind)


def _count(sums: Sums, name: Hashable) -> int:
    return sums.counts[sums.place[name]]
