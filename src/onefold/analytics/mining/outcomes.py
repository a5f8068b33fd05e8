"""What came of it: new contracts that were kept, and series given up, within the horizon after each day of a panel.

Outcomes are read as known at the end of the run; features never are. Both come from holdings, so they follow the counting rule.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.known import seen

KEY = ("customer_id", "as_of")


def bought(lake: Lake, panel: ir.Table, horizon_days: int, free_look_days: int) -> ir.Table:
    """customer_id, as_of, series: a contract of it began after the day and within the horizon, and outlived its free-look period.

    A contract still in its free-look period counts while it is in force.
    """
    contracts = as_known_last(lake).inner_join(panel, "customer_id")
    new = contracts.filter(
        contracts.valid_from > contracts.as_of,
        contracts.valid_from <= contracts.as_of + ibis.interval(days=horizon_days),
        contracts.valid_until.isnull()
        | (contracts.valid_until.delta(contracts.valid_from, unit="day") > free_look_days),
    )
    return new.select(*KEY, "series").distinct()


def given_up(lake: Lake, panel: ir.Table, horizon_days: int) -> ir.Table:
    """customer_id, as_of of those who held some series on the day and no longer hold it at the end of the horizon."""
    contracts = as_known_last(lake).inner_join(panel, "customer_id")
    later = contracts.as_of + ibis.interval(days=horizon_days)
    on_day = contracts.filter(_holds(contracts, contracts.as_of)).select(*KEY, "series").distinct()
    at_end = contracts.filter(_holds(contracts, later)).select(*KEY, "series").distinct()
    return on_day.anti_join(at_end, [*KEY, "series"]).select(*KEY).distinct()


def as_known_last(lake: Lake) -> ir.Table:
    held = seen(lake, "holdings")
    return held.filter(held.known_until.isnull()).select("customer_id", "series", "valid_from", "valid_until")


def _holds(contracts: ir.Table, day: ir.DateValue) -> ir.BooleanValue:
    return (contracts.valid_from <= day) & (contracts.valid_until.isnull() | (contracts.valid_until > day))
