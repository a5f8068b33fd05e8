"""Multi-company share: who is a customer of more than one company of the group."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition, group_per_active_customer


def measure(days: Days) -> ir.Table:
    companies = days.stretches(days.relations, "customer_id")
    return group_per_active_customer(days.number(companies.filter(companies.rows >= 2)), days)


DEFINITION = Definition(
    name="multi_company_share",
    version=1,
    title={"en": "Multi-company share", "zh-Hans": "交叉客户占比"},
    formula={
        "en": "customers who hold contracts of at least two companies / active customers of the group",
        "zh-Hans": "持有至少两家公司合同的客户数 ÷ 集团有效客户数",
    },
    unit=SHARE,
    rows="GROUP",
    columns="NONE",
    measure=measure,
)
