"""What a right would unlock: leads that a seller's own customers are worth to the group, and that the seller may not sell.

For a seller, a series and the gates that forbid it to that seller: over the seller's customers for whom it is among the best offers and for
whom nothing else forbids it, what the offer would be worth through this seller, less what the customer's household is worth now, less the
price of the place (`prices`: what has to be given up for it); only where something is left, and at most as many leads as the seller may
have, the best first. That is the reduced cost of the lead: an upper bound of what the best allotment gains by the right, at today's prices.
"""

from __future__ import annotations

import numpy as np
import polars as pl
import pyarrow as pa

from onefold.analytics.allocation.bids import SELL, Candidates
from onefold.analytics.allocation.market import Allotment, Market, Whole
from onefold.analytics.allocation.prices import worths
from onefold.analytics.allocation.staff import Staff
from onefold.decision.gates import gates_in
from onefold.seam.datasets import UNLOCKS

RIGHT = ("seller", "series", "against")


def unlocks(offers: Candidates, market: Market, allotment: Allotment, price: Whole, staff: Staff) -> pa.Table:
    """Dataset `unlocks`."""
    forbidden = offers.only(np.flatnonzero((offers.action != SELL) & (offers.against != 0)))
    home = market.household[forbidden.customer]
    gain = forbidden.value - price[forbidden.seller] - worths(market, allotment, price)[home]
    columns = {name: getattr(forbidden, name) for name in (*RIGHT, "customer")}
    leads = pl.DataFrame({**columns, "home": home, "gain": gain, "places": market.capacity[forbidden.seller]})
    best_first = leads.filter(pl.col("gain") > 0).sort("gain", "customer", descending=[True, False])
    best_first = best_first.unique([*RIGHT, "home"], keep="first", maintain_order=True)
    within = best_first.filter(pl.int_range(pl.len()).over(RIGHT) < pl.col("places"))
    sums = within.group_by(RIGHT).agg(leads=pl.len().cast(pl.Int64), value_minor=pl.col("gain").sum()).sort(RIGHT)
    return pa.table(
        {
            "seller": staff.sellers.take(sums["seller"].to_arrow()),
            "series": staff.series.take(sums["series"].to_arrow()),
            "missing": pa.array([_names(mask) for mask in sums["against"].to_list()], pa.string()),
            "leads": sums["leads"].to_arrow(),
            "value_minor": sums["value_minor"].to_arrow(),
        },
        schema=UNLOCKS.schema,
    )


def _names(mask: int) -> str:
    return ",".join(gate.name for gate in gates_in(mask))
