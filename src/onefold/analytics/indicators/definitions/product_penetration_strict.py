"""Product penetration, strict variant: a true rate between 0 and 1."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition, for_each, per_active_customer


def measure(days: Days) -> ir.Table:
    holders = days.number(days.relations, "company")
    return per_active_customer(for_each(days.companies, "company", days, holders), days)


DEFINITION = Definition(
    name="product_penetration_strict",
    version=1,
    title={"en": "Product penetration, strict", "zh-Hans": "产品渗透率（严格口径）"},
    formula={
        "en": "customers who hold at least one series of the company / active customers of the group",
        "zh-Hans": "至少持有该公司一个产品系列的客户数 ÷ 集团有效客户数",
    },
    unit=SHARE,
    rows="COMPANY",
    columns="NONE",
    measure=measure,
)
