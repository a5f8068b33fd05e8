"""Days to measure on, and the few ways of counting in which every definition is written.

A row that is held from one day on until another covers a run of the days asked for: `[since, upto)`, numbers into `days`.
So the past costs little more than one day: rows of equal runs are counted together first, and only those few counts are
laid out day by day (`number`, `each_day`). Where a customer has several rows the runs are cut where the count of rows
changes (`stretches`), one window over the changes, however many days there are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import ending, known

ALL = "ALL"
ATTRIBUTES = ("segment", "region", "kind", "sex")
"""What of the customers a figure may be divided by; a customer of whom it is not known is UNKNOWN."""
UNKNOWN = "UNKNOWN"


@dataclass(frozen=True)
class Days:
    """What was held on each of `days`, as known at one moment. Every table but the last two has since, upto and `by`."""

    days: tuple[date, ...]
    by: tuple[str, ...]
    spells: ir.Table
    """customer_id, series, company: one row per span of a customer's series; never two on one day."""
    active: ir.Table
    """customer_id, company: one row per span as a customer of the company (of any company: ALL); never two on one day."""
    contracts: ir.Table
    """contract_id, customer_id, company, series, line, channel, channel_company, premium_minor."""
    groups: ir.Table
    """as_of and `by`: every group there may be a figure of, on every day."""
    companies: ir.Table
    series: ir.Table

    @property
    def relations(self) -> ir.Table:
        """The spans of `active` with each company."""
        return self.active.filter(self.active.company != ALL)

    @property
    def customers(self) -> ir.Table:
        """as_of, `by`, denominator: the number of active customers, where there are any."""
        return self.number(self.active.filter(self.active.company == ALL)).rename(denominator="numerator")

    def number(self, spans: ir.Table, *dimensions: str) -> ir.Table:
        """Return as_of, `by`, dimensions, numerator: how many of the spans cover the day."""
        return self.each_day(spans, *dimensions, numerator=ibis._.count())

    def each_day(self, spans: ir.Table, *dimensions: str, **amounts: Any) -> ir.Table:
        """Return as_of, `by`, dimensions and the sums of `amounts` (aggregates that add up) over the spans of each day."""
        keys = (*self.by, *dimensions)
        if len(self.days) == 1:
            sums = _summed(spans, keys, amounts) if keys else spans.aggregate(**amounts)
            return sums.mutate(as_of=ibis.literal(self.days[0]), **{name: _whole(sums[name]) for name in amounts})
        runs = _summed(spans, ("since", "upto", *keys), amounts)
        laid = runs.mutate(number=ibis.range(runs.since, runs.upto).unnest())
        laid = laid.mutate(as_of=ibis.array([ibis.literal(day) for day in self.days])[laid.number])
        days = laid.group_by("as_of", *keys).aggregate(**{name: laid[name].sum() for name in amounts})
        return days.mutate(**{name: _whole(days[name]) for name in amounts})

    def stretches(self, spans: ir.Table, *keys: str) -> ir.Table:
        """Return `by`, keys, since, upto, rows: over which days how many of the spans of a key run side by side."""
        keys = (*self.by, *keys)
        if len(self.days) == 1:
            alone = spans.group_by(*keys).aggregate(rows=spans.count())
            return alone.mutate(since=ibis.literal(0), upto=ibis.literal(1))
        begun = spans.select(*keys, at="since", change=ibis.literal(1))
        ended = spans.filter(spans.upto < len(self.days)).select(*keys, at="upto", change=ibis.literal(-1))
        both = ibis.union(begun, ended)
        changes = both.group_by(*keys, "at").aggregate(change=_whole(both.change.sum()))
        onward = ibis.window(group_by=keys, order_by="at")
        upto = changes.at.lead().over(onward).fill_null(len(self.days))
        rows = changes.change.sum().over(ibis.window(group_by=keys, order_by="at", preceding=(None, 0)))
        standing = changes.mutate(upto=upto, rows=_whole(rows)).drop("change").rename(since="at")
        return standing.filter(standing.rows > 0)

    def distinct(self, spans: ir.Table, *keys: str) -> ir.Table:
        """Return `by`, keys, since, upto: each key on each day once, however many of the spans cover it."""
        return self.stretches(spans, *keys).drop("rows")

    def together(self, one: ir.Table, other: ir.Table) -> ir.Table:
        """Return what one customer has of both on the same days; names they share are `one`'s."""
        keys = ("customer_id", *self.by)
        other = other.select(*sorted(set(other.columns) - set(one.columns)), *keys, _since="since", _upto="upto")
        pairs = one.inner_join(other, keys)
        pairs = pairs.mutate(since=ibis.greatest(pairs.since, pairs._since), upto=ibis.least(pairs.upto, pairs._upto))
        return pairs.filter(pairs.since < pairs.upto)


def cut(
    lake: Lake,
    days: Sequence[date],
    known_on: date,
    *,
    by: tuple[str, ...] = (),
    keep: bool = False,
    groups: ir.Table | None = None,
) -> Days:
    """Cut the lake at `days` as known at `known_on`: an instant, or the end of a UTC day. `keep` for many figures of them.

    `groups`: customer_id and `by`, where figures are divided by something else than an attribute; a customer may be in several.

    The lake needs holdings, spells, active_spells, companies and product_series; with `by` also customers. Raise ValueError
    for no day, or for an attribute that customers do not have.
    """
    days = tuple(sorted(set(days)))
    if not days:
        raise ValueError("no day to measure on")
    strange = [name for name in by if name not in ATTRIBUTES and groups is None]
    if strange:
        raise ValueError(f"customers have no {', '.join(strange)}; they have {', '.join(ATTRIBUTES)}")
    described = groups if groups is not None else _described(lake.table("customers"), by) if by else None

    def spans(name: str, *columns: str) -> ir.Table:
        covering = covered(lake.table(name), days, known_on).select(*columns, "since", "upto")
        covering = covering if described is None else covering.inner_join(described, "customer_id")
        return lake.kept(covering) if keep else covering

    anything = lake.table("companies").aggregate(rows=lambda table: table.count())
    every = anything.select(as_of=ibis.array([ibis.literal(day) for day in days]).unnest())
    return Days(
        days,
        by,
        spells=spans("spells", "customer_id", "series", "company"),
        active=spans("active_spells", "customer_id", "company"),
        contracts=spans("holdings", *CONTRACT),
        groups=every if described is None else every.cross_join(described.select(*by).distinct()),
        companies=lake.table("companies").select("company"),
        series=lake.table("product_series").select("series"),
    )


CONTRACT = (
    "contract_id", "customer_id", "company", "series", "line", "channel", "channel_company", "premium_minor"
)  # fmt: skip


def covered(table: ir.Table, days: tuple[date, ...], known_on: date) -> ir.Table:
    """Return the rows known at `known_on` that hold on one of the days at least, with the run of days they cover."""
    until = ending(table.valid_until)
    held = table.filter(table.valid_from <= days[-1], until > days[0], known(table, known_on))
    until = ending(held.valid_until)
    since = sum(((held.valid_from > day).cast("int32") for day in days[:-1]), start=ibis.literal(0))
    upto = sum(((until > day).cast("int32") for day in days[1:]), start=ibis.literal(1))
    held = held.mutate(since=since.cast("int32"), upto=upto.cast("int32"))
    return held if len(days) == 1 else held.filter(held.since < held.upto)


def _described(customers: ir.Table, by: tuple[str, ...]) -> ir.Table:
    return customers.select("customer_id", **{name: customers[name].fill_null(UNKNOWN) for name in by})


def _summed(spans: ir.Table, keys: tuple[str, ...], amounts: dict[str, Any]) -> ir.Table:
    return spans.group_by(*keys).aggregate(**amounts)


def _whole(expression: Any) -> Any:
    """Engines widen sums each in their own way; a figure is a 64-bit integer."""
    return expression.cast("int64")
