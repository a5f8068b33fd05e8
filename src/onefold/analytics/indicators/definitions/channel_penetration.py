"""Channel penetration: how many series of sister companies the average customer of a channel acquired through it."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from onefold.analytics.indicators.definition import ALL, PER_CUSTOMER, Days, Definition


def measure(days: Days) -> ir.Table:
    through = days.contracts.filter(days.contracts.channel.notnull())
    customers = days.number(days.distinct(through, "channel", "customer_id"), "channel").rename(denominator="numerator")
    cross = days.distinct(
        through.filter(through.company != through.channel_company), "channel", "customer_id", "series"
    )
    joined = customers.left_join(days.number(cross, "channel"), ("as_of", *days.by, "channel"))
    figures = joined.mutate(row=joined.channel, numerator=joined.numerator.fill_null(0))
    return figures.mutate(column=ibis.literal(ALL))


DEFINITION = Definition(
    name="channel_penetration",
    version=1,
    title={"en": "Channel penetration", "zh-Hans": "渠道渗透率"},
    formula={
        "en": (
            "sum over the channel's customers of distinct series of other companies than the channel's home company, "
            "acquired through the channel / customers with at least one valid contract acquired through the channel"
        ),
        "zh-Hans": "渠道客户经该渠道取得的、非渠道所属公司的不同产品系列数之和 ÷ 经该渠道至少取得一份有效合同的客户数",
    },
    unit=PER_CUSTOMER,
    rows="CHANNEL",
    columns="NONE",
    measure=measure,
)
