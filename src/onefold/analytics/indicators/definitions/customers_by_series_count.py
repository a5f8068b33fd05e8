"""Customers by number of series held: the distribution behind the mean."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Day, Definition, per_active_customer


def measure(day: Day) -> ir.Table:
    held = day.spells.group_by("customer_id").aggregate(series=day.spells.series.nunique())
    groups = held.group_by("series").aggregate(numerator=held.count())
    return per_active_customer(groups.select("numerator", row=ibis._.series.cast("string")), day)


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
