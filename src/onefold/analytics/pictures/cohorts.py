"""Cohorts: customers by the period in which their first contract began, and what they hold at each period's end since."""

from __future__ import annotations

from datetime import date

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import in_force
from onefold.analytics.pictures.crowds import SCOPE
from onefold.analytics.pictures.periods import quarter_days, quarter_start, year_days

COHORT_QUARTERS = 12


def cohorts(lake: Lake, spells: ir.Table, scopes: ir.Table, as_of: date) -> ir.Table:
    """Return (scope_kind, scope, book, grain, joined, measured_on, customers, active, series)."""
    years, quarters = year_days(as_of), quarter_days(as_of, COHORT_QUARTERS)
    days = sorted({*years, *quarters})
    held = {f"n{number}": in_force(spells, day).sum() for number, day in enumerate(days)}
    each = spells.group_by("number", "crowd").aggregate(first_from=spells.valid_from.min(), **held)
    each = lake.kept(each.filter(each.first_from <= as_of))
    parts = [
        _looked_at(each, grain, unit, looked[0], day, days.index(day))
        for grain, unit, looked in (("YEAR", "Y", years), ("QUARTER", "Q", quarters))
        for day in looked
    ]
    placed = ibis.union(*parts).inner_join(scopes, "crowd")
    keys = (*SCOPE, "book", "grain", "joined", "measured_on")
    return placed.group_by(*keys).aggregate(
        **{name: placed[name].sum().cast("int64") for name in ("customers", "active", "series")}
    )


def _looked_at(each: ir.Table, grain: str, unit: str, since: date, day: date, number: int) -> ir.Table:
    """The cohorts of a grain on one day, from the one whose own end is `since`."""
    held = each[f"n{number}"]
    joined = each.mutate(joined=each.first_from.truncate(unit).cast("date"), held=held)
    earliest = quarter_start(since) if grain == "QUARTER" else date(since.year, 1, 1)
    joined = joined.filter(joined.joined <= day, joined.joined >= earliest)
    counted = joined.group_by("crowd", "joined").aggregate(
        customers=joined.count(), active=(joined.held > 0).sum(), series=joined.held.sum()
    )
    return counted.mutate(grain=ibis.literal(grain), measured_on=ibis.literal(day)).select(
        "crowd", "grain", "joined", "measured_on", "customers", "active", "series"
    )
