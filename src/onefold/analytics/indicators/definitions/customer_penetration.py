"""Customer penetration: how many product series the average customer holds in the whole group."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import PER_CUSTOMER, Days, Definition, group_per_active_customer


def measure(days: Days) -> ir.Table:
    return group_per_active_customer(days.number(days.spells), days)


DEFINITION = Definition(
    name="customer_penetration",
    version=1,
    title={"en": "Customer penetration", "zh-Hans": "客户渗透率"},
    formula={
        "en": "sum over customers of distinct product series held in the group / active customers of the group",
        "zh-Hans": "各客户在集团内持有的不同产品系列数之和 ÷ 集团有效客户数",
    },
    unit=PER_CUSTOMER,
    rows="GROUP",
    columns="NONE",
    measure=measure,
)
