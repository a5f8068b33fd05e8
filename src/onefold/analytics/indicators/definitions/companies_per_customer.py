"""Companies per customer: on how many companies of the group the average customer relies."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import PER_CUSTOMER, Days, Definition, group_per_active_customer


def measure(days: Days) -> ir.Table:
    return group_per_active_customer(days.number(days.relations), days)


DEFINITION = Definition(
    name="companies_per_customer",
    version=1,
    title={"en": "Companies per customer", "zh-Hans": "客均公司数"},
    formula={
        "en": "sum over customers of distinct companies whose series they hold / active customers of the group",
        "zh-Hans": "各客户所持产品系列所属的不同公司数之和 ÷ 集团有效客户数",
    },
    unit=PER_CUSTOMER,
    rows="GROUP",
    columns="NONE",
    measure=measure,
)
