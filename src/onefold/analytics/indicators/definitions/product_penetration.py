"""Product penetration of a company: how many of its series the average customer of the group holds."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import PER_CUSTOMER, Days, Definition, for_each, per_active_customer


def measure(days: Days) -> ir.Table:
    held = days.number(days.spells, "company")
    return per_active_customer(for_each(days.companies, "company", days, held), days)


DEFINITION = Definition(
    name="product_penetration",
    version=1,
    title={"en": "Product penetration", "zh-Hans": "产品渗透率"},
    formula={
        "en": (
            "sum over customers of distinct product series of the company held / active customers of the group; "
            "the companies add up to customer penetration"
        ),
        "zh-Hans": "各客户持有的该公司不同产品系列数之和 ÷ 集团有效客户数；各公司之和等于客户渗透率",
    },
    unit=PER_CUSTOMER,
    rows="COMPANY",
    columns="NONE",
    measure=measure,
)
