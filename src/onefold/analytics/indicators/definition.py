"""What an indicator definition is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.days import ALL, Days

__all__ = ["ALL", "Days", "Definition", "for_each", "group_per_active_customer", "per_active_customer"]
PER_CUSTOMER, SHARE, CUSTOMERS = "PER_CUSTOMER", "SHARE", "CUSTOMERS"
UNITS = {
    PER_CUSTOMER: {"en": "per customer (a mean)", "zh-Hans": "每客户（均值）"},
    SHARE: {"en": "share, 0 to 1", "zh-Hans": "占比，0 至 1"},
    CUSTOMERS: {"en": "customers", "zh-Hans": "客户数"},
}


@dataclass(frozen=True)
class Definition:
    """One indicator. A change of meaning is a new version; a change of wording is not.

    `measure(days)` gives one row per day and figure: as_of, what the figures are divided by, row, column (text), numerator,
    denominator (integers). The value is the quotient, divided once, when shown. Rows whose denominator is 0 say nothing and
    are left out by `compute`.
    """

    name: str
    version: int
    title: dict[str, str]
    formula: dict[str, str]
    unit: str
    rows: str
    """What a row is: GROUP, COMPANY, CHANNEL, LINE, SERIES, SERIES_COUNT or CONTRACT_COUNT."""
    columns: str
    """What a column is: NONE, COMPANY or SERIES."""
    measure: Callable[[Days], ir.Table]


def per_active_customer(numerators: ir.Table, days: Days) -> ir.Table:
    """Set `numerators` (as_of, row, numerator) over all active customers of the day."""
    return numerators.inner_join(days.customers, ("as_of", *days.by)).mutate(column=ibis.literal(ALL))


def group_per_active_customer(counted: ir.Table, days: Days) -> ir.Table:
    """Set a count of the whole group (as_of, numerator) over all its active customers; where there is no count, 0."""
    joined = days.customers.left_join(counted, ("as_of", *days.by))
    return joined.mutate(row=ibis.literal(ALL), column=ibis.literal(ALL), numerator=joined.numerator.fill_null(0))


def for_each(members: ir.Table, name: str, days: Days, counted: ir.Table) -> ir.Table:
    """Return as_of, row, numerator for every member of a dimension on every day; 0 where `counted` has none of it."""
    keys = ("as_of", *days.by)
    joined = days.groups.cross_join(members.select(name)).left_join(counted, (*keys, name))
    return joined.select(*keys, row=name, numerator=joined.numerator.fill_null(0))
