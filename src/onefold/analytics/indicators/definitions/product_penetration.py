"""Product penetration of a company: how many of its series the average customer of the group holds."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import PER_CUSTOMER, Day, Definition, per_active_customer, per_company


def measure(day: Day) -> ir.Table:
    held = day.spells.group_by("company").aggregate(numerator=day.spells.count())
    return per_active_customer(per_company(day, held), day)


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
