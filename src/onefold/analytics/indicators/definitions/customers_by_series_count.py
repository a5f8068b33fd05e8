"""Customers by number of series held: the distribution behind the mean."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition, per_active_customer


def measure(days: Days) -> ir.Table:
    held = days.stretches(days.spells, "customer_id")
    groups = days.number(held.mutate(row=held.rows.cast("string")), "row")
    return per_active_customer(groups, days)


DEFINITION = Definition(
    name="customers_by_series_count",
    version=1,
    title={"en": "Customers by number of series", "zh-Hans": "按持有系列数的客户分布"},
    formula={
        "en": "active customers who hold exactly that many product series / active customers of the group",
        "zh-Hans": "恰好持有该数量产品系列的有效客户数 ÷ 集团有效客户数",
    },
    unit=SHARE,
    rows="SERIES_COUNT",
    columns="NONE",
    measure=measure,
)
