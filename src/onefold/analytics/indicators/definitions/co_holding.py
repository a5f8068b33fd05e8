"""Co-holding: of the customers of one company, how many hold a series."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Day, Definition


def measure(day: Day) -> ir.Table:
    relations = day.spells.select("company", "customer_id").distinct()
    customers = relations.group_by("company").aggregate(denominator=relations.count())
    held = day.spells.select("customer_id", column="series").distinct()
    both = relations.inner_join(held, "customer_id").group_by("company", "column")
    cells = customers.cross_join(day.series.select(column="series"))
    joined = cells.left_join(both.aggregate(numerator=lambda pairs: pairs.count()), ["company", "column"])
    return joined.select("column", "denominator", row="company", numerator=joined.numerator.fill_null(0))


DEFINITION = Definition(
    name="co_holding",
    version=1,
    title={"en": "Co-holding", "zh-Hans": "共同持有"},
    formula={
        "en": "active customers of the row's company who hold the column's series / active customers of the row's company",
        "zh-Hans": "行公司的有效客户中持有列产品系列者 ÷ 行公司的有效客户数",
    },
    unit=SHARE,
    rows="COMPANY",
    columns="SERIES",
    measure=measure,
)
