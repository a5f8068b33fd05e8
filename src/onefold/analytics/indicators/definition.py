"""What an indicator definition is, and the day it is measured on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force, known

ALL = "ALL"
PER_CUSTOMER, SHARE, CUSTOMERS = "PER_CUSTOMER", "SHARE", "CUSTOMERS"
UNITS = {
    PER_CUSTOMER: {"en": "per customer (a mean)", "zh-Hans": "每客户（均值）"},
    SHARE: {"en": "share, 0 to 1", "zh-Hans": "占比，0 至 1"},
    CUSTOMERS: {"en": "customers", "zh-Hans": "客户数"},
}


@dataclass(frozen=True)
class Day:
    """What was held on `as_of`, as known at `known_on` (an instant, or the end of a UTC day), and the dimensions' members."""

    as_of: date
    known_on: date
    spells: ir.Table
    """One row per customer and series held: customer_id, series, company, segment."""
    holdings: ir.Table
    """One row per valid contract: contract_id, customer_id, company, series, line, channel, channel_company, premium_minor."""
    companies: ir.Table
    series: ir.Table

    @property
    def active(self) -> ir.Table:
        """One row `denominator`: the number of active customers."""
        return self.spells.aggregate(denominator=self.spells.customer_id.nunique())


def day(lake: Lake, as_of: date, known_on: date) -> Day:
    """Cut the lake at one day of the world and one moment of knowledge; both cuts are computed once and kept."""
    spells, holdings = lake.table("spells"), lake.table("holdings")
    return Day(
        as_of,
        known_on,
        spells=lake.kept(
            spells.filter(in_force(spells, as_of), known(spells, known_on)).select(
                "customer_id", "series", "company", "segment"
            )
        ),
        holdings=lake.kept(
            holdings.filter(in_force(holdings, as_of), known(holdings, known_on)).drop(
                "valid_from", "valid_until", "known_from", "known_until"
            )
        ),
        companies=lake.table("companies"),
        series=lake.table("product_series"),
    )


@dataclass(frozen=True)
class Definition:
    """One indicator. A change of meaning is a new version; a change of wording is not.

    `measure(day)` gives one row per figure: row, column (text), numerator, denominator (integers). The value is the
    quotient, divided once, when shown. Rows whose denominator is 0 say nothing and are left out by `compute`.
    """

    name: str
    version: int
    title: dict[str, str]
    formula: dict[str, str]
    unit: str
    rows: str
    """What a row is: GROUP, COMPANY, CHANNEL, LINE, SERIES or SERIES_COUNT."""
    columns: str
    """What a column is: NONE, COMPANY or SERIES."""
    measure: Callable[[Day], ir.Table]


def count(expression: ir.IntegerScalar) -> ir.IntegerScalar:
    """Engines widen sums each in their own way; a figure is a 64-bit integer."""
    return expression.cast("int64")


def whole_group(figures: ir.Table) -> ir.Table:
    """Place a one-row table of numerator and denominator in the cell of the whole group."""
    return figures.mutate(row=ibis.literal(ALL), column=ibis.literal(ALL))


def per_active_customer(numerators: ir.Table, day: Day) -> ir.Table:
    """Set `numerators` (row, numerator) over all active customers of the group."""
    return numerators.cross_join(day.active).mutate(column=ibis.literal(ALL))


def per_company(day: Day, counted: ir.Table) -> ir.Table:
    """Return (row, numerator) for every company of the group; 0 where `counted` (company, numerator) has none."""
    joined = day.companies.select("company").left_join(counted, "company")
    return joined.select(row="company", numerator=joined.numerator.fill_null(0))
