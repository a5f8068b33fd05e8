"""Holdings: every contract version that counts, with its customer, line and the home company of its channel."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.engines.lake import Lake
from onefold.analytics.features.counting import counted_until, is_counted
from onefold.analytics.features.periods import closed, opened
from onefold.seam.datasets import HOLDINGS


def holdings(lake: Lake) -> ir.Table:
    """Return dataset `holdings` from contracts, memberships, product_series and channels.

    Who is who is taken as it is known now: a merge of two customers rewrites the past, as it should.
    """
    contracts = lake.table("contracts")
    contracts = contracts.filter(is_counted(contracts)).mutate(valid_until=counted_until(contracts))
    members = lake.table("memberships").select("source_id", "customer_id")
    lines = lake.table("product_series").select("series", "line")
    homes = lake.table("channels").select("channel", channel_company="company")
    joined = contracts.inner_join(members, "source_id").inner_join(lines, "series").left_join(homes, "channel")
    return opened(closed(joined)).select([column.name for column in HOLDINGS.columns]).order_by(*HOLDINGS.key)
