"""Customers with at least so many contracts: four or more is what groups report of themselves."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition, per_active_customer

MOST = 10
"""Rows go up to here; beyond, nobody asks."""


def measure(days: Days) -> ir.Table:
    numbers = days.number(days.stretches(days.contracts, "customer_id"), "rows")
    # The engine counts in wider integers than it numbers in.
    least = ibis.range(1, ibis.least(numbers.rows.cast("int32"), MOST) + 1).unnest()
    reached = numbers.mutate(least=least).group_by("as_of", *days.by, "least")
    sums = reached.aggregate(numerator=lambda each: each.numerator.sum())
    return per_active_customer(sums.mutate(row=sums.least.cast("string")), days)


DEFINITION = Definition(
    name="contracts_at_least",
    version=1,
    title={"en": "Customers by least number of contracts", "zh-Hans": "持有合同数达标客户占比"},
    formula={
        "en": (
            "active customers who hold at least that many valid contracts / active customers of the group; rows 1 to 10. "
            "Row 4 is the share with four contracts or more"
        ),
        "zh-Hans": "持有有效合同不少于该数的有效客户数 ÷ 集团有效客户数；行为 1 至 10。第 4 行即持有四份及以上合同的客户占比",
    },
    unit=SHARE,
    rows="CONTRACT_COUNT",
    columns="NONE",
    measure=measure,
)
