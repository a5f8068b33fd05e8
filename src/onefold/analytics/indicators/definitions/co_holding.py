"""Co-holding: of the customers of one company, how many hold a series."""

from __future__ import annotations

import ibis.expr.types as ir

from onefold.analytics.indicators.definition import SHARE, Days, Definition


def measure(days: Days) -> ir.Table:
    keys = ("as_of", *days.by, "company")
    customers = days.number(days.relations, "company").rename(denominator="numerator")
    cells = customers.cross_join(days.series.select(column="series"))
    held = days.spells.select("customer_id", *days.by, "since", "upto", column="series")
    both = days.number(days.together(days.relations, held), "company", "column")
    joined = cells.left_join(both, (*keys, "column"))
    return joined.mutate(row=joined.company, numerator=joined.numerator.fill_null(0))


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
