"""Series penetration: the share of the group's customers who hold a series."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Day, Definition, per_active_customer


def measure(day: Day) -> ir.Table:
    holders = day.spells.group_by("series").aggregate(numerator=day.spells.customer_id.nunique())
    joined = day.series.select("series").left_join(holders, "series")
    return per_active_customer(joined.select(row="series", numerator=joined.numerator.fill_null(0)), day)


DEFINITION = Definition(
    name="series_penetration",
    version=1,
    title={"en": "Series penetration", "zh-Hans": "产品系列渗透率"},
    formula={
        "en": "customers who hold the series / active customers of the group",
        "zh-Hans": "持有该产品系列的客户数 ÷ 集团有效客户数",
    },
    unit=SHARE,
    rows="SERIES",
    columns="NONE",
    measure=measure,
)
