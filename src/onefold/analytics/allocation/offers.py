"""From decisions to leads: dataset `offers`."""

from __future__ import annotations

from collections.abc import Iterable

import pyarrow as pa
import pyarrow.compute as pc

from onefold.analytics.allocation.capacity import CHOSEN, best_of_each_customer, within_capacity
from onefold.kernel.ids import derived_id


def offers(decisions: Iterable[pa.Table], sellers: pa.Table, series: pa.Table, leads_per_seller: int) -> pa.Table:
    """Give sellers their leads: `decisions` in pieces, `sellers` and `series` as their datasets say.

    Never more is held than one piece and the leads given so far.
    """
    given = CHOSEN.empty_table()
    for piece in decisions:
        given = within_capacity(pa.concat_tables([given, best_of_each_customer(piece)]), leads_per_seller).select(
            CHOSEN.names
        )
    given = within_capacity(given, leads_per_seller)
    owners = _looked_up(given["series"], series["series"], series["company"])
    houses = _looked_up(given["seller"], sellers["seller"], sellers["company"])
    channels = _looked_up(given["seller"], sellers["seller"], sellers["channel"])
    named = zip(*(given[name].to_pylist() for name in ("customer_id", "series", "seller")), strict=True)
    return (
        given.append_column("lead_id", pa.array([derived_id("lead", *row).hex for row in named], pa.string()))
        .append_column("owner_company", owners)
        .append_column("seller_company", houses)
        .append_column("channel", channels)
    )


def _looked_up(keys: pa.ChunkedArray, known: pa.ChunkedArray, values: pa.ChunkedArray) -> pa.ChunkedArray:
    return values.take(pc.index_in(keys, value_set=known.combine_chunks()))
