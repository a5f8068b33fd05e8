"""Contracts per customer, in the group and by company; the companies add up to the group."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import ALL, PER_CUSTOMER, Days, Definition, for_each, per_active_customer


def measure(days: Days) -> ir.Table:
    by_company = for_each(days.companies, "company", days, days.number(days.contracts, "company"))
    group = days.number(days.contracts).mutate(row=ibis.literal(ALL)).select(by_company.columns)
    return per_active_customer(ibis.union(by_company, group), days)


DEFINITION = Definition(
    name="contracts_per_customer",
    version=1,
    title={"en": "Contracts per customer", "zh-Hans": "客均合同数"},
    formula={
        "en": "valid contracts (of the company; of the group in row ALL) / active customers of the group",
        "zh-Hans": "有效合同数（按公司；ALL 行为全集团）÷ 集团有效客户数",
    },
    unit=PER_CUSTOMER,
    rows="COMPANY",
    columns="NONE",
    measure=measure,
)
