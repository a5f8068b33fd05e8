"""Active customers: the denominator of everything else, per company and for the group."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import ALL, CUSTOMERS, Days, Definition, for_each


def measure(days: Days) -> ir.Table:
    active = days.number(days.active, "company")
    group = days.companies.aggregate(rows=days.companies.count()).select(company=ibis.literal(ALL))
    members = ibis.union(days.companies, group)
    return for_each(members, "company", days, active).mutate(column=ibis.literal(ALL), denominator=ibis.literal(1))


DEFINITION = Definition(
    name="active_customers",
    version=1,
    title={"en": "Active customers", "zh-Hans": "有效客户数"},
    formula={
        "en": "customers with at least one valid contract (of the company; of any company in row ALL); a count, over 1",
        "zh-Hans": "至少持有一份有效合同的客户数（按公司；ALL 行为任一公司）；计数，分母为 1",
    },
    unit=CUSTOMERS,
    rows="COMPANY",
    columns="NONE",
    measure=measure,
)
