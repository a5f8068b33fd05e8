"""Spells: when a customer held a series, as known when; and when a customer was one of a company's, or of the group's at all.

Every penetration figure is a filtered count of them: of one key (customer and series, customer and company) no two spells
hold on one day at one moment of knowledge, so nobody need be counted distinctly.

Time has two axes here. Per key the knowledge axis is cut at every moment at which a period became known or was corrected;
between two cuts what is known does not change, so there the union of the periods is an ordinary gaps-and-islands. Last,
pieces that say the same over adjoining stretches of knowledge become one again. Most keys have one period and are their
own spell at once.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import closed, opened, united
from onefold.seam.contracts import Dataset
from onefold.seam.datasets import ACTIVE_SPELLS, SPELLS

VALID = ("valid_from", "valid_until")
KNOWN = ("known_from", "known_until")
ALL = "ALL"


def spells(lake: Lake) -> ir.Table:
    """Return dataset `spells` from holdings and customers."""
    key = ("customer_id", "series", "company")
    pieces = merged(lake, closed(lake.table("holdings").select(*key, *VALID, *KNOWN)), key)
    segments = lake.table("customers").select("customer_id", "segment")
    return _in_order(SPELLS, opened(pieces.inner_join(segments, "customer_id")))


def active_spells(lake: Lake) -> ir.Table:
    """Return dataset `active_spells` from spells."""
    key = ("customer_id", "company")
    periods = closed(lake.table("spells").select(*key, *VALID, *KNOWN))
    everybody = periods.mutate(company=ibis.literal(ALL)).select(periods.columns)
    return _in_order(ACTIVE_SPELLS, opened(merged(lake, ibis.union(periods, everybody), key)))


def merged(lake: Lake, periods: ir.Table, key: tuple[str, ...]) -> ir.Table:
    """Return the spells of `periods` (closed) per `key`; no two of them hold on one day at one moment of knowledge."""
    ends = {name: periods[name].min() for name in (*VALID, *KNOWN)}
    keys = lake.kept(periods.group_by(*key).aggregate(rows=periods.count(), **ends))
    alone = keys.filter(keys.rows == 1).drop("rows")
    several = periods.semi_join(keys.filter(keys.rows > 1), key).distinct()
    pieces = known_throughout(several, stretches_of(several, key), key)
    pieces = united(pieces, (*key, *KNOWN), *VALID)
    pieces = united(pieces, (*key, *VALID), *KNOWN)
    return ibis.union(alone, pieces.select(alone.columns))


def stretches_of(periods: ir.Table, key: tuple[str, ...]) -> ir.Table:
    """Return per key the stretches of knowledge `[since, upto)` between neighbouring cuts."""
    cuts = ibis.union(
        periods.select(*key, cut="known_from"),
        periods.select(*key, cut="known_until"),
        distinct=True,
    )
    following = cuts.cut.lead().over(ibis.window(group_by=key, order_by="cut"))
    stretches = cuts.mutate(upto=following).rename(since="cut")
    return stretches.filter(stretches.upto.notnull())


def known_throughout(periods: ir.Table, stretches: ir.Table, key: tuple[str, ...]) -> ir.Table:
    """Return each period once for every stretch of knowledge in which it was known."""
    same = [
        *(periods[name] == stretches[name] for name in key),
        periods.known_from <= stretches.since,
        periods.known_until >= stretches.upto,
    ]
    pieces = periods.inner_join(stretches, same)
    return pieces.select(*key, *VALID, known_from="since", known_until="upto")


def _in_order(dataset: Dataset, table: ir.Table) -> ir.Table:
    return table.select([column.name for column in dataset.columns]).order_by(*dataset.key)
