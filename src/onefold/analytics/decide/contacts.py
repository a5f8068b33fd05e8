"""How often, when and about what the companies of the group have contacted a household of late."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import known, moment

OUTBOUND = "OUTBOUND"


def contacts(lake: Lake, as_of: date, known_on: date) -> ir.Table:
    """household_id, company, series (may be empty), happened_on: each time a company came of its own accord, by any channel."""
    houses = lake.table("customers").select("customer_id", "household_id")
    told = lake.table("past_contacts")
    told = told.filter(told.direction == OUTBOUND, told.happened_on <= as_of, known(told, known_on))
    members = lake.table("memberships").select("source_id", "customer_id")
    told = told.inner_join(members, "source_id").select("customer_id", "company", "series", "happened_on")
    ours = lake.table("outcomes")
    ours = ours.filter(ours.happened_on <= as_of, ours.known_from <= ibis.literal(moment(known_on)))
    ours = ours.select("customer_id", "company", "series", "happened_on")
    return told.union(ours).inner_join(houses, "customer_id").select("household_id", "company", "series", "happened_on")


def times(lake: Lake, met: ir.Table, as_of: date, days: int) -> ir.Table:
    """customer_id, contacts: of the household, in the window of `days` that ends with the day."""
    lately = _within(met, as_of, days)
    counted = lately.group_by("household_id").aggregate(contacts=lately.count())
    return _of_members(lake, counted).select("customer_id", "contacts")


def courting(lake: Lake, met: ir.Table, as_of: date, days: int) -> ir.Table:
    """customer_id, company, days since that company last contacted the household; only of the last `days` days."""
    lately = _within(met, as_of, days)
    last = lately.group_by("household_id", "company").aggregate(on=lately.happened_on.max())
    last = last.mutate(days=ibis.literal(as_of).delta(last.on, unit="day").cast("int64"))
    return _of_members(lake, last).select("customer_id", "company", "days")


def repeats(lake: Lake, met: ir.Table, as_of: date, days: int) -> ir.Table:
    """customer_id, line, times: contacts of the household about series of the line, in the window of `days`."""
    lines = lake.table("product_series").select("series", "line")
    lately = _within(met, as_of, days).inner_join(lines, "series")
    counted = lately.group_by("household_id", "line").aggregate(times=lately.count())
    return _of_members(lake, counted).select("customer_id", "line", "times")


def _within(met: ir.Table, as_of: date, days: int) -> ir.Table:
    return met.filter(met.happened_on > as_of - timedelta(days=days))


def _of_members(lake: Lake, of_households: ir.Table) -> ir.Table:
    houses = lake.table("customers").select("customer_id", "household_id")
    return of_households.inner_join(houses, "household_id")
