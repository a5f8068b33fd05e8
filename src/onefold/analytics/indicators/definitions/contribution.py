"""Contribution of cross-selling to a line of business."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import ALL, SHARE, Days, Definition


def measure(days: Days) -> ir.Table:
    contracts = days.contracts.mutate(premium=days.contracts.premium_minor.fill_null(0))
    # No channel, or a channel nobody declared, is nobody's cross-selling.
    crossed = (contracts.company != contracts.channel_company).fill_null(False)
    contracts = contracts.mutate(crossed=ibis.ifelse(crossed, contracts.premium, 0))
    totals = days.each_day(contracts, "line", numerator=contracts.crossed.sum(), denominator=contracts.premium.sum())
    return totals.rename(row="line").mutate(column=ibis.literal(ALL))


DEFINITION = Definition(
    name="contribution",
    version=1,
    title={"en": "Contribution of cross-selling", "zh-Hans": "交叉销售贡献占比"},
    formula={
        "en": (
            "annual premium (for accounts: balance or limit) of the line's valid contracts acquired through channels whose "
            "home company is not the owner / the same of all the line's valid contracts. Business in force on the day, not "
            "new business of a period; telephone channels count only where they belong to another company"
        ),
        "zh-Hans": (
            "该条线有效合同中，经所属公司非产品方的渠道取得者的年化保费（账户类为余额或额度）÷ 该条线全部有效合同的同口径金额。"
            "按当日有效业务计，非期间新单；电销渠道仅在属于他公司时计入"
        ),
    },
    unit=SHARE,
    rows="LINE",
    columns="NONE",
    measure=measure,
)
