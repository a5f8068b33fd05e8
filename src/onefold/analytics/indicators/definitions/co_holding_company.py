"""Co-holding by company: of the customers of one company, how many are customers of another."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Day, Definition


def measure(day: Day) -> ir.Table:
    relations = day.spells.select("company", "customer_id").distinct()
    customers = relations.group_by("company").aggregate(denominator=relations.count())
    others = relations.select("customer_id", column="company")
    both = relations.inner_join(others, "customer_id").group_by("company", "column")
    cells = customers.cross_join(day.companies.select(column="company"))
    joined = cells.left_join(both.aggregate(numerator=lambda pairs: pairs.count()), ["company", "column"])
    return joined.select("column", "denominator", row="company", numerator=joined.numerator.fill_null(0))


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
