"""Series penetration: the share of the group's customers who hold a series."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition, for_each, per_active_customer


def measure(days: Days) -> ir.Table:
    # Of one customer's spells of one series no two cover a day: counting them counts customers.
    holders = days.number(days.spells, "series")
    return per_active_customer(for_each(days.series, "series", days, holders), days)


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
