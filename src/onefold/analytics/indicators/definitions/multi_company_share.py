"""Multi-company share: who is a customer of more than one company of the group."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Day, Definition, whole_group


def measure(day: Day) -> ir.Table:
    companies = day.spells.group_by("customer_id").aggregate(companies=day.spells.company.nunique())
    several = companies.filter(companies.companies >= 2)
    return whole_group(several.aggregate(numerator=several.count()).cross_join(day.active))


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
