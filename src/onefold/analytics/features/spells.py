"""Spells: when a customer held a series, as known when. Every penetration figure is a filtered count of them.

Time has two axes here. Per customer and series the knowledge axis is cut at every moment at which a holding became known
or was corrected; between two cuts what is known does not change, so there the union of the holding periods is an
ordinary gaps-and-islands. Last, pieces that say the same over adjoining stretches of knowledge become one again.
Where everything became known at once there is one stretch, and only the union remains.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.periods import closed, opened, united
from onefold.seam.datasets import SPELLS

OWNER = ("customer_id", "series", "company")
VALID = ("valid_from", "valid_until")
KNOWN = ("known_from", "known_until")


def spells(lake: Lake) -> ir.Table:
    """Return dataset `spells` from holdings and customers."""
    periods = closed(lake.table("holdings").select(*OWNER, *VALID, *KNOWN)).distinct()
    pieces = known_throughout(periods, stretches_of(periods))
    pieces = united(pieces, (*OWNER, *KNOWN), *VALID)
    pieces = united(pieces, (*OWNER, *VALID), *KNOWN)
    segments = lake.table("customers").select("customer_id", "segment")
    return opened(pieces.inner_join(segments, "customer_id")).select([column.name for column in SPELLS.columns])


def stretches_of(periods: ir.Table) -> ir.Table:
    """Return per customer and series the stretches of knowledge `[since, upto)` between neighbouring cuts."""
    cuts = ibis.union(
        periods.select("customer_id", "series", cut="known_from"),
        periods.select("customer_id", "series", cut="known_until"),
        distinct=True,
    )
    following = cuts.cut.lead().over(ibis.window(group_by=["customer_id", "series"], order_by="cut"))
    stretches = cuts.mutate(upto=following).rename(since="cut")
    return stretches.filter(stretches.upto.notnull())


def known_throughout(periods: ir.Table, stretches: ir.Table) -> ir.Table:
    """Return each holding period once for every stretch of knowledge in which it was known."""
    same = [
        periods.customer_id == stretches.customer_id,
        periods.series == stretches.series,
        periods.known_from <= stretches.since,
        periods.known_until >= stretches.upto,
    ]
    pieces = periods.inner_join(stretches, same)
    return pieces.select(*OWNER, *VALID, known_from="since", known_until="upto")
