"""Co-holding by company: of the customers of one company, how many are customers of another."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition


def measure(days: Days) -> ir.Table:
    keys = ("as_of", *days.by, "company")
    customers = days.number(days.relations, "company").rename(denominator="numerator")
    cells = customers.cross_join(days.companies.select(column="company"))
    others = days.relations.select("customer_id", *days.by, "since", "upto", column="company")
    both = days.number(days.together(days.relations, others), "company", "column")
    joined = cells.left_join(both, (*keys, "column"))
    return joined.mutate(row=joined.company, numerator=joined.numerator.fill_null(0))


DEFINITION = Definition(
    name="co_holding_company",
    version=1,
    title={"en": "Co-holding by company", "zh-Hans": "共同持有（按公司）"},
    formula={
        "en": "active customers of the row's company who are also active customers of the column's / active customers of the row's",
        "zh-Hans": "行公司有效客户中同为列公司有效客户者 ÷ 行公司的有效客户数",
    },
    unit=SHARE,
    rows="COMPANY",
    columns="COMPANY",
    measure=measure,
)
